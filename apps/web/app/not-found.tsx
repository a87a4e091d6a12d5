import Link from 'next/link'
import { loadWords } from '../server/language.ts'
import { Notice } from '../ui/notice.tsx'

export default async function NotFound() {
  const { notFound } = await loadWords('core')
  return (
    <Notice detail={notFound.detail} title={notFound.title}>
      <Link href="/">{notFound.home}</Link>
    </Notice>
  )
}
