import Link from 'next/link'
import { loadWords } from '../server/language.ts'
import { Notice } from '../ui/notice.tsx'

export default async function NotFound() {
  const text = await loadWords('errorPages')
  return (
    <Notice detail={text.unknown} title={text.notFound}>
      <Link href="/">{text.home}</Link>
    </Notice>
  )
}
