'use client'

import { lazy, type ReactNode, Suspense } from 'react'
import type { Feature } from '../../feature.ts'

export const formulas: Feature = { AnswerText: Formulas }

const Candidate = lazy(() => import('./candidate.tsx'))

/** Looks closer at a text that has a sign in it with which a formula could begin. */
function Formulas({ source, children }: { source: string; children: ReactNode }) {
  if (!/\$|\\[[(]/.test(source)) return children
  return (
    <Suspense fallback={children}>
      <Candidate source={source}>{children}</Candidate>
    </Suspense>
  )
}
