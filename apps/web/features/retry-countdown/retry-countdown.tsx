'use client'

import { lazy, type ReactNode, Suspense } from 'react'
import type { Feature } from '../../feature.ts'

export const retryCountdown: Feature = { Retry: RetryCountdown }

const WaitingRetry = lazy(() => import('./waiting-retry.tsx'))

interface Props {
  retryAt: number | null
  onRetry: () => void
  children: ReactNode
}

/** Retry, which waits until it would no longer be refused. */
function RetryCountdown({ retryAt, onRetry, children }: Props) {
  if (retryAt === null) return children
  return (
    <Suspense fallback={children}>
      <WaitingRetry onRetry={onRetry} retryAt={retryAt} />
    </Suspense>
  )
}
