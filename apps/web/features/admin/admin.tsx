'use client'

import { UsersRound } from 'lucide-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import type { Feature } from '../../feature.ts'
import { useWords } from '../../words/use-words.tsx'
import { useAccount } from '../login/account-menu.tsx'

export const admin: Feature = { SidebarPages: AdminLink }

function AdminLink() {
  const text = useWords('admin')
  const pathname = usePathname()
  if (!useAccount()?.isAdmin) return null
  return (
    <Link aria-current={pathname === '/admin' ? 'page' : undefined} href="/admin" prefetch={false}>
      <UsersRound size={16} /> {text.title}
    </Link>
  )
}
