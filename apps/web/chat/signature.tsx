'use client'

import type { MessageMetadata } from '@repo/contract/message'
import { Fragment, lazy, type ReactNode, startTransition, useId, useState } from 'react'
import { formatCount, formatDuration, formatUsd, tokensPerSecond } from '../format/numbers.ts'
import { ChevronIcon } from '../icons.tsx'
import { text } from '../text.ts'
import { useAppState } from './app-state.tsx'
import { TraceLink } from './trace-link.tsx'

// Opened in a transition: what is there stays until it is loaded, without a fallback in between.
const AnswerDetails = lazy(() => import('./answer-details.tsx'))

const words = text.signature

interface Props {
  metadata: MessageMetadata
  /** What can be done with the answer, at the end of the line. */
  children: ReactNode
}

/** The line under an answer: what it took and where its trace is. Opens to the details. */
export function Signature({ metadata, children }: Props) {
  const { traceUrlTemplate } = useAppState()
  const [open, setOpen] = useState(false)
  const details = useId()

  return (
    <div className="mt-2 text-quiet text-xs tabular-nums">
      <div className="flex flex-wrap items-center gap-x-1.5">
        <button
          aria-controls={open ? details : undefined}
          aria-expanded={open}
          className="-ms-1 inline-flex min-h-7 items-center gap-1 rounded text-start hover:text-ink"
          onClick={() => startTransition(() => setOpen(!open))}
          title={words.show}
          type="button"
        >
          <span className={`motion-safe:transition-transform ${open ? 'rotate-90' : ''}`}>
            <ChevronIcon size={12} />
          </span>
          <span>
            {summary(metadata).map((item, index) => (
              <Fragment key={item}>
                {index > 0 && ' · '}
                <span className="whitespace-nowrap">{item}</span>
              </Fragment>
            ))}
          </span>
        </button>
        {metadata.traceId && (
          <>
            <span aria-hidden="true" className="max-sm:hidden">
              ·
            </span>
            <TraceLink template={traceUrlTemplate} traceId={metadata.traceId} />
          </>
        )}
        <span className="ms-auto" />
        {children}
      </div>
      {open && <AnswerDetails id={details} metadata={metadata} />}
    </div>
  )
}

function summary(metadata: MessageMetadata): string[] {
  const { model, ttftMs, usage, costUsd, outcome } = metadata
  const rate = tokensPerSecond(metadata)
  const noToken = outcome === 'disconnected' ? words.firstTokenUnknown : words.noToken
  return [
    model,
    ttftMs === null ? noToken : words.toFirstToken(formatDuration(ttftMs)),
    ...(rate ? [words.perSecond(formatCount(rate))] : []),
    usage ? words.tokens(formatCount(usage.outputTokens)) : words.tokensUnknown,
    costUsd === null ? words.costUnknown : formatUsd(costUsd),
  ]
}
