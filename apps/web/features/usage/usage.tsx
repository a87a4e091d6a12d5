'use client'

import { ChartNoAxesColumn } from 'lucide-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { lazy } from 'react'
import type { Feature } from '../../feature.ts'
import { useMounted, when } from '../../ui/when.tsx'
import { useWords } from '../../words/use-words.tsx'

export const usage: Feature = {
  SidebarPages: UsageLink,
  AboveComposer: when(
    useMounted,
    lazy(() => import('./limit-notice.tsx')),
  ),
}

function UsageLink() {
  const text = useWords('usage')
  const pathname = usePathname()
  return (
    <Link aria-current={pathname === '/usage' ? 'page' : undefined} href="/usage" prefetch={false}>
      <ChartNoAxesColumn size={16} /> {text.title}
    </Link>
  )
}
