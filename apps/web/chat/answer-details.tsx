'use client'

import type { MessageMetadata, Segment } from '@repo/contract/message'
import { useEffect, useRef } from 'react'
import { formatCount, formatDuration, formatUsd, tokensPerSecond } from '../format/numbers.ts'
import { text } from '../text.ts'

const words = text.details
const unknown = text.signature.unknown

/** What is known about an answer: where its time went, its tokens and its price. */
export default function AnswerDetails({ id, metadata }: { id: string; metadata: MessageMetadata }) {
  const panel = useRef<HTMLDivElement>(null)
  // Under the last answer it opens below what is in view.
  useEffect(() => void panel.current?.scrollIntoView({ block: 'nearest' }), []) // a promise in newer browsers

  return (
    <div className="mt-2 mb-1 rounded-lg border border-line bg-surface p-4" id={id} ref={panel}>
      <h3 className="mb-1.5 font-medium text-ink">{words.timeline}</h3>
      <Timeline segments={metadata.timeline} />
      <dl className="mt-4 grid grid-cols-[auto_1fr] gap-x-6 gap-y-1 sm:grid-cols-[auto_1fr_auto_1fr]">
        {rows(metadata).map(([term, value]) => (
          <div
            className={`grid grid-cols-subgrid ${term === words.traceId ? 'col-span-full sm:[&>dd]:col-span-3' : 'col-span-2'}`}
            key={term}
          >
            <dt>{term}</dt>
            <dd className="text-ink [overflow-wrap:anywhere]">{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

const colours: Record<Segment['phase'], string> = {
  preparing: 'bg-line-strong',
  waiting: 'bg-line-strong',
  thinking: 'bg-warning',
  answering: 'bg-accent',
  tool: 'bg-ink',
}

/** The turn to scale, one line a stretch: the words say the same as the bars. */
function Timeline({ segments }: { segments: Segment[] }) {
  const end = segments.at(-1)?.endMs ?? 0
  if (end === 0) return <p>{words.timelineUnknown}</p>
  return (
    <ol className="grid grid-cols-[auto_auto_1fr] items-center gap-x-4 gap-y-0.5">
      {segments.map(({ phase, startMs, endMs }) => (
        <li className="col-span-full grid grid-cols-subgrid items-center" key={startMs}>
          <span>{words.phases[phase]}</span>
          <span className="text-end text-ink">
            {formatDuration(endMs - startMs)}
            <span className="sr-only">, {words.from(formatDuration(startMs))}</span>
          </span>
          <span aria-hidden="true" className="flex h-1.5">
            <span style={{ width: `${(startMs / end) * 100}%` }} />
            <span
              className={`min-w-0.5 rounded-full ${colours[phase]}`}
              style={{ width: `${((endMs - startMs) / end) * 100}%` }}
            />
          </span>
        </li>
      ))}
    </ol>
  )
}

function rows(metadata: MessageMetadata): [string, string][] {
  const { model, outcome, usage, ttftMs, durationMs, costUsd, price, finishReason, traceId } = metadata
  const known = <T,>(value: T | null | undefined, format: (value: T) => string) =>
    value == null ? unknown : format(value)
  return [
    [words.model, model],
    [words.outcome, known(outcome, (which) => words.outcomes[which])],
    [words.input, known(usage?.inputTokens, formatCount)],
    [words.cached, known(usage?.cachedInputTokens, formatCount)],
    [words.output, known(usage?.outputTokens, formatCount)],
    [words.reasoning, known(usage?.reasoningTokens, formatCount)],
    [words.ttft, known(ttftMs, formatDuration)],
    [words.rate, known(tokensPerSecond(metadata), formatCount)],
    [words.duration, known(durationMs, formatDuration)],
    [words.finishReason, finishReason ?? unknown],
    [words.cost, known(costUsd, formatUsd)],
    [words.price, known(price, priceSource)],
    ...(traceId ? [[words.traceId, traceId] satisfies [string, string]] : []),
  ]
}

function priceSource({ source, date }: NonNullable<MessageMetadata['price']>): string {
  return date ? words.priceSince(words.prices[source], date) : words.prices[source]
}
