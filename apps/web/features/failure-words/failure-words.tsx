'use client'

import { lazy, Suspense } from 'react'
import type { Feature } from '../../feature.ts'
import type { FailureProps } from './known.tsx'

export const failureWords: Feature = { FailureHeadline, FailureDetail }

// Words that do not arrive must not become a failure of the page: the general ones stay.
const known = () => import('./known.tsx').catch(() => ({ Headline: General, Detail: General }))
const Headline = lazy(async () => ({ default: (await known()).Headline }))
const Detail = lazy(async () => ({ default: (await known()).Detail }))

/** Nothing until the words are there: what is an alert is read out once. */
function FailureHeadline(props: FailureProps) {
  return (
    <Suspense>
      <Headline {...props} />
    </Suspense>
  )
}

function FailureDetail(props: FailureProps) {
  return (
    <Suspense>
      <Detail {...props} />
    </Suspense>
  )
}

function General({ children }: FailureProps) {
  return children
}
