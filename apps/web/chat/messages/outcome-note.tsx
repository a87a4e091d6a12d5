'use client'

import type { MessageMetadata } from '@repo/contract/message'
import { useState } from 'react'
import { type OutcomeNotice, outcomeNotice } from './outcome.ts'
import { RetryButton } from './retry-button.tsx'

const tones: Record<OutcomeNotice['tone'], { line: string; headline: string }> = {
  neutral: { line: 'border-line-strong', headline: 'text-ink' },
  warning: { line: 'border-warning', headline: 'text-warning' },
  danger: { line: 'border-danger', headline: 'text-danger' },
}

interface Props {
  metadata: MessageMetadata
  hasContent: boolean
  onRetry?: (() => void) | undefined
}

/** How an answer ended, in words, unless it simply finished. */
export function OutcomeNote({ metadata, hasContent, onRetry }: Props) {
  const wait = metadata.error?.retryAfterSeconds
  const [retryAt] = useState(() => (wait ? Date.now() + wait * 1000 : null))
  const notice = outcomeNotice(metadata, hasContent)
  return notice && <Note {...notice} onRetry={onRetry} retryAt={retryAt} />
}

export function Note({
  tone,
  headline,
  detail,
  retryAt,
  onRetry,
}: OutcomeNotice & { retryAt: number | null; onRetry?: (() => void) | undefined }) {
  return (
    <div className={`mt-4 flex flex-wrap items-center gap-x-4 gap-y-2 border-s-2 ps-3 text-sm ${tones[tone].line}`}>
      {/* An alert only for the newest answer: those of the history are no news. */}
      <p role={onRetry ? 'alert' : undefined}>
        <span className={`font-medium ${tones[tone].headline}`}>{headline}</span>
        {detail && <span className="text-quiet"> {detail}</span>}
      </p>
      {onRetry && <RetryButton onRetry={onRetry} retryAt={retryAt} />}
    </div>
  )
}
