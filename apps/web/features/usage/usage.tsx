'use client'

import { ChartNoAxesColumn } from 'lucide-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import type { Feature } from '../../feature.ts'
import { LimitNotice } from './limit-notice.tsx'
import { text } from './text.ts'

export const usage: Feature = { SidebarPages: UsageLink, AboveComposer: LimitNotice }

function UsageLink() {
  const pathname = usePathname()
  return (
    <Link aria-current={pathname === '/usage' ? 'page' : undefined} href="/usage" prefetch={false}>
      <ChartNoAxesColumn size={16} /> {text.title}
    </Link>
  )
}
