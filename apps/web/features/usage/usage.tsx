'use client'

import { ChartNoAxesColumn } from 'lucide-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import type { Feature } from '../../feature.ts'
import { useWords } from '../../words/use-words.tsx'
import { LimitNotice } from './limit-notice.tsx'

export const usage: Feature = { SidebarPages: UsageLink, AboveComposer: LimitNotice }

function UsageLink() {
  const text = useWords('usage')
  const pathname = usePathname()
  return (
    <Link aria-current={pathname === '/usage' ? 'page' : undefined} href="/usage" prefetch={false}>
      <ChartNoAxesColumn size={16} /> {text.title}
    </Link>
  )
}
