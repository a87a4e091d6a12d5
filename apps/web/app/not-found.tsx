import Link from 'next/link'
import { text } from '../text.ts'
import { Notice } from '../ui/notice.tsx'

export default function NotFound() {
  return (
    <Notice detail={text.notFound.detail} title={text.notFound.title}>
      <Link href="/">{text.notFound.home}</Link>
    </Notice>
  )
}
