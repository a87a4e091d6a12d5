'use client'

import type { MessageMetadata } from '@repo/contract/message'
import { ChevronRight } from 'lucide-react'
import { Fragment, type ReactNode, startTransition, useEffect, useId, useRef, useState } from 'react'
import type { Feature } from '../../feature.ts'
import { Slot, usePlace } from '../../slot.tsx'
import { useFormats, useWords } from '../../words/use-words.tsx'
import { tokensPerSecond } from './tokens-per-second.ts'

export const signature: Feature = { AnswerLine: Signature }

interface Props {
  metadata: MessageMetadata
  /** What can be done with the answer, at the end of the line. */
  children: ReactNode
}

/** In the line under an answer: what it took and where its trace is. Opens to the details. */
function Signature({ metadata, children }: Props) {
  const words = useWords('signature')
  const [open, setOpen] = useState(false)
  const details = useId()
  const { traceId } = metadata
  const hasDetails = usePlace('AnswerDetails').length > 0
  const hasTraceLink = usePlace('TraceLink').length > 0

  return (
    <>
      {hasDetails ? (
        <button
          aria-controls={open ? details : undefined}
          aria-expanded={open}
          className="-ms-1 inline-flex min-h-7 items-center gap-1 rounded text-start hover:text-ink"
          // In a transition: what is there stays until the details are loaded, without a fallback in between.
          onClick={() => startTransition(() => setOpen(!open))}
          title={words.show}
          type="button"
        >
          <ChevronRight className={`motion-safe:transition-transform ${open ? 'rotate-90' : ''}`} size={12} />
          <Summary metadata={metadata} />
        </button>
      ) : (
        <Summary metadata={metadata} />
      )}
      {traceId && hasTraceLink && (
        <>
          <span aria-hidden="true" className="max-sm:hidden">
            ·
          </span>
          <Slot name="TraceLink" traceId={traceId} />
        </>
      )}
      <span className="ms-auto" />
      {children}
      {open && (
        <Details id={details}>
          <Slot metadata={metadata} name="AnswerDetails" />
        </Details>
      )}
    </>
  )
}

function Details(props: { id: string; children: ReactNode }) {
  const panel = useRef<HTMLDivElement>(null)
  // Under the last answer it opens below what is in view.
  useEffect(() => void panel.current?.scrollIntoView({ block: 'nearest' }), []) // a promise in newer browsers
  return <div className="mt-2 mb-1 w-full rounded-lg border border-line bg-surface p-4" ref={panel} {...props} />
}

function Summary({ metadata }: { metadata: MessageMetadata }) {
  const words = useWords('signature')
  const { count, duration, usd } = useFormats()
  const { model, ttftMs, usage, costUsd, estimatedUsd, outcome } = metadata
  const rate = tokensPerSecond(metadata)
  const noToken = outcome === 'disconnected' ? words.firstTokenUnknown : words.noToken
  const items = [
    model,
    ttftMs === null ? noToken : words.toFirstToken({ duration: duration(ttftMs) }),
    ...(rate ? [words.perSecond({ rate: count(rate) })] : []),
    usage ? words.tokens({ count: usage.outputTokens }) : words.tokensUnknown,
    costUsd !== null ? usd(costUsd) : estimatedUsd ? words.estimated({ usd: usd(estimatedUsd) }) : words.costUnknown,
  ]
  return (
    <span>
      {items.map((item, index) => (
        <Fragment key={item}>
          {index > 0 && ' · '}
          <span className="whitespace-nowrap">{item}</span>
        </Fragment>
      ))}
    </span>
  )
}
