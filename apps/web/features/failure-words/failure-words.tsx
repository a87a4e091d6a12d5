'use client'

import { lazy, type ReactNode, Suspense } from 'react'
import type { Feature } from '../../feature.ts'

export const failureWords: Feature = { FailureHeadline }

// Words that do not arrive must not become a failure of the page: the general ones stay.
const Known = lazy(() => import('./known.tsx').catch(() => ({ default: General })))

/** Nothing until the words are there: what is an alert is read out once. */
function FailureHeadline(props: { type: string; children: ReactNode }) {
  return (
    <Suspense>
      <Known {...props} />
    </Suspense>
  )
}

function General({ children }: { type: string; children: ReactNode }) {
  return children
}
