'use client'

import { UsersRound } from 'lucide-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useWords } from '../../words/use-words.tsx'
import { useAccount } from '../login/account-menu.tsx'

/** For administrators alone. */
export default function AdminLink() {
  const text = useWords('admin')
  const pathname = usePathname()
  if (!useAccount()?.isAdmin) return null
  return (
    <Link
      aria-current={pathname === '/admin' ? 'page' : undefined}
      className="-mx-1 flex items-center gap-2 rounded-md px-2 py-1.5 text-quiet text-sm hover:bg-hover hover:text-ink aria-[current=page]:bg-hover aria-[current=page]:text-ink"
      href="/admin"
      prefetch={false}
    >
      <UsersRound size={16} /> {text.title}
    </Link>
  )
}
