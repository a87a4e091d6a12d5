'use client'

import { lazy, type ReactNode, Suspense } from 'react'
import { hasFormula, withFormulas } from './tex.ts'

const Rendered = lazy(() => import('./rendered.tsx'))

/** KaTeX with its fonts is larger than all else of the page: it is loaded for an answer that has a formula. */
export default function Candidate({ source, children }: { source: string; children: ReactNode }) {
  if (!hasFormula(source)) return children
  return (
    <Suspense fallback={children}>
      <Rendered>{withFormulas(source)}</Rendered>
    </Suspense>
  )
}
