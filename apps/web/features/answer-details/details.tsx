import type { MessageMetadata, Segment } from '@repo/contract/message'
import type { Formats } from '../../format/numbers.ts'
import { useFormats, useWords, type WordsOf } from '../../words/use-words.tsx'
import { tokensPerSecond } from '../signature/tokens-per-second.ts'

type Words = WordsOf<'answerDetails'>

/** What is known about an answer: where its time went, its tokens and its price. */
export default function Details({ metadata }: { metadata: MessageMetadata }) {
  const text = useWords('answerDetails')
  const formats = useFormats()
  return (
    <>
      <h3 className="mb-1.5 font-medium text-ink">{text.timeline}</h3>
      <Timeline segments={metadata.timeline} />
      <dl className="mt-4 grid grid-cols-[auto_1fr] gap-x-6 gap-y-1 sm:grid-cols-[auto_1fr_auto_1fr]">
        {rows(metadata, text, formats).map(([term, value]) => (
          <div
            className={`grid grid-cols-subgrid ${term === text.traceId || term === text.leftOut ? 'col-span-full sm:[&>dd]:col-span-3' : 'col-span-2'}`}
            key={term}
          >
            <dt>{term}</dt>
            <dd className="text-ink [overflow-wrap:anywhere]">{value}</dd>
          </div>
        ))}
      </dl>
    </>
  )
}

const colours: Record<Segment['phase'], string> = {
  preparing: 'bg-line-strong',
  waiting: 'bg-line-strong',
  thinking: 'bg-warning',
  answering: 'bg-accent',
  approval: 'bg-line-strong',
  tool: 'bg-ink',
}

/** The turn to scale, one line a stretch: the words say the same as the bars. */
function Timeline({ segments }: { segments: Segment[] }) {
  const text = useWords('answerDetails')
  const { duration } = useFormats()
  const end = segments.at(-1)?.endMs ?? 0
  if (end === 0) return <p>{text.timelineUnknown}</p>
  return (
    <ol className="grid grid-cols-[auto_auto_1fr] items-center gap-x-4 gap-y-0.5">
      {segments.map(({ phase, startMs, endMs }) => (
        <li className="col-span-full grid grid-cols-subgrid items-center" key={startMs}>
          <span>{text.phases[phase]}</span>
          <span className="text-end text-ink">
            {duration(endMs - startMs)}
            <span className="sr-only">, {text.from({ start: duration(startMs) })}</span>
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

function rows(metadata: MessageMetadata, text: Words, { count, duration, usd }: Formats): [string, string][] {
  const {
    model,
    outcome,
    usage,
    ttftMs,
    durationMs,
    costUsd,
    estimatedUsd,
    leftOutMessages,
    price,
    finishReason,
    traceId,
  } = metadata
  const known = <T,>(value: T | null | undefined, format: (value: T) => string) =>
    value == null ? text.unknown : format(value)
  return [
    [text.model, model],
    [text.outcome, known(outcome, (which) => text.outcomes[which])],
    [text.input, known(usage?.inputTokens, count)],
    [text.cached, known(usage?.cachedInputTokens, count)],
    [text.output, known(usage?.outputTokens, count)],
    [text.reasoning, known(usage?.reasoningTokens, count)],
    [text.ttft, known(ttftMs, duration)],
    [text.rate, known(tokensPerSecond(metadata), count)],
    [text.duration, known(durationMs, duration)],
    [text.finishReason, finishReason ?? text.unknown],
    [text.cost, known(costUsd, usd)],
    ...row(text.estimate, estimatedUsd && text.atMost({ usd: usd(estimatedUsd) })),
    [text.price, known(price, (given) => priceSource(given, text))],
    ...row(text.leftOut, leftOutMessages && text.notSent({ count: leftOutMessages })),
    ...row(text.traceId, traceId),
  ]
}

function row(term: string, value: string | number | null): [string, string][] {
  return value ? [[term, String(value)]] : []
}

function priceSource({ source, date }: NonNullable<MessageMetadata['price']>, text: Words): string {
  return date ? text.priceSince({ source: text.prices[source], date }) : text.prices[source]
}
