'use client'

import type { ReactNode } from 'react'
import type { Feature } from '../../feature.ts'
import { useWords } from '../../words/use-words.tsx'
import { beVisitor, cookiesRefused } from './be-visitor.ts'

export const firstVisit: Feature = { fetch: asVisitor, FailureDetail }

function asVisitor(next: typeof fetch): typeof fetch {
  return async (input, init) => {
    if (init?.method === 'POST') await beVisitor()
    return next(input, init)
  }
}

function FailureDetail({ type, children }: { type: string; children: ReactNode }) {
  const text = useWords('firstVisit')
  return type === cookiesRefused.type ? text.cookiesRefused : children
}
