'use client'

import type { MessageMetadata } from '@repo/contract/message'
import { Fragment, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { formatCount, formatDuration, formatUsd, tokensPerSecond } from '../format/numbers.ts'
import { ChevronIcon } from '../icons.tsx'
import { text } from '../text.ts'
import { useAppState } from './app-state.tsx'
import { TraceLink } from './trace-link.tsx'

const words = text.signature

/**
 * The line under an answer: what it took and where its trace is. Opens to the details.
 *
 * @param children what can be done with the answer, at the end of the line
 */
export function Signature({ metadata, children }: { metadata: MessageMetadata; children: ReactNode }) {
  const { traceUrlTemplate } = useAppState()
  const [open, setOpen] = useState(false)
  const details = useId()
  const panel = useRef<HTMLDivElement>(null)

  // Under the last answer it opens below what is in view.
  useEffect(() => {
    if (open) panel.current?.scrollIntoView({ block: 'nearest' })
  }, [open])

  return (
    <div className="mt-2 text-quiet text-xs tabular-nums">
      <div className="flex flex-wrap items-center gap-x-1.5">
        <button
          aria-controls={details}
          aria-expanded={open}
          className="-ms-1 inline-flex min-h-7 items-center gap-1 rounded text-start hover:text-ink"
          onClick={() => setOpen(!open)}
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
        <div className="ms-auto flex">{children}</div>
      </div>
      <div className="mt-2 mb-1 rounded-lg border border-line bg-surface p-4" hidden={!open} id={details} ref={panel}>
        <Timeline metadata={metadata} />
        <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1 sm:grid-cols-[auto_1fr_auto_1fr]">
          {detailRows(metadata).map(([term, value]) => (
            <div
              className={`grid grid-cols-subgrid ${term === words.traceId ? 'col-span-full [&>dd]:col-span-3 max-sm:[&>dd]:col-span-1' : 'col-span-2'}`}
              key={term}
            >
              <dt>{term}</dt>
              <dd className="text-ink [overflow-wrap:anywhere]">{value}</dd>
            </div>
          ))}
        </dl>
      </div>
    </div>
  )
}

function summary({ model, ttftMs, durationMs, usage, costUsd, outcome }: MessageMetadata): string[] {
  const rate = usage && tokensPerSecond(usage.outputTokens, ttftMs, durationMs)
  const noToken = outcome === 'disconnected' ? words.firstTokenUnknown : words.noToken
  return [
    model,
    ttftMs === null ? noToken : words.toFirstToken(formatDuration(ttftMs)),
    ...(rate ? [words.perSecond(formatCount(rate))] : []),
    usage ? words.tokens(formatCount(usage.outputTokens)) : words.tokensUnknown,
    costUsd === null ? words.costUnknown : formatUsd(costUsd),
  ]
}

function detailRows({
  usage,
  ttftMs,
  durationMs,
  costUsd,
  finishReason,
  traceId,
}: MessageMetadata): [string, string][] {
  const known = <T,>(value: T | null | undefined, format: (value: T) => string) =>
    value == null ? words.unknown : format(value)
  return [
    [words.input, known(usage?.inputTokens, formatCount)],
    [words.cached, known(usage?.cachedInputTokens, formatCount)],
    [words.output, known(usage?.outputTokens, formatCount)],
    [words.reasoning, known(usage?.reasoningTokens, formatCount)],
    [words.ttft, known(ttftMs, formatDuration)],
    [words.duration, known(durationMs, formatDuration)],
    [words.cost, known(costUsd, formatUsd)],
    [words.finishReason, finishReason ?? words.unknown],
    ...(traceId ? [[words.traceId, traceId] satisfies [string, string]] : []),
  ]
}

/** The turn to scale: how much of it was waiting for the first token. */
function Timeline({ metadata: { ttftMs, durationMs } }: { metadata: MessageMetadata }) {
  if (ttftMs === null || durationMs === null || durationMs <= 0) return null
  const waited = Math.min(100, (ttftMs / durationMs) * 100)
  return (
    <div className="mb-4">
      <div className="flex h-1.5 gap-0.5 overflow-hidden rounded-full">
        <div className="min-w-0.5 bg-line-strong" style={{ width: `${waited}%` }} />
        <div className="flex-1 bg-accent" />
      </div>
      <div className="mt-1.5 flex justify-between gap-4">
        <span>
          {words.waited} {formatDuration(ttftMs)}
        </span>
        <span>
          {words.answered} {formatDuration(Math.max(0, durationMs - ttftMs))}
        </span>
      </div>
    </div>
  )
}
