'use client'

import { ShieldCheck } from 'lucide-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import type { Feature } from '../../feature.ts'
import { useWords } from '../../words/use-words.tsx'

export const personalData: Feature = { SidebarFoot: DataLink }

function DataLink() {
  const text = useWords('personalData')
  const pathname = usePathname()
  return (
    <Link
      aria-current={pathname === '/data' ? 'page' : undefined}
      className="-mx-1 flex items-center gap-2 rounded-md px-2 py-1.5 text-quiet text-sm hover:bg-hover hover:text-ink aria-[current=page]:bg-hover aria-[current=page]:text-ink"
      href="/data"
      prefetch={false}
    >
      <ShieldCheck size={16} /> {text.title}
    </Link>
  )
}
