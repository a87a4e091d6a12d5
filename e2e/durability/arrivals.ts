import { Stores } from '@repo/stores/stores'
import { attribute, event, type MetricDefinition, metric, service, spanName } from '@repo/telemetry/catalogue'
import { seriesName } from '@repo/telemetry/series-name'
import { address, compose } from './stack.ts'
import type { Turn } from './turns.ts'

const stores = new Stores(address)

/** What a store returns for a turn. */
export interface FoundTrace {
  readonly spans: number
  /** Of them, those whose id another one has, too. */
  readonly twice: number
  /** One root, which is the web server's; every parent; the turn and its model call. */
  readonly connected: boolean
}

/** A trace by its id. */
export async function findTrace({ metadata: { traceId, model } }: Turn): Promise<FoundTrace> {
  const spans = await stores.spans(traceId)
  const ids = new Set(spans.map(({ spanId }) => spanId))
  const names = new Set(spans.map(({ name }) => name))
  const [top, ...others] = spans.filter(({ parentSpanId }) => !parentSpanId || !ids.has(parentSpanId))
  const ofTurn = names.has(spanName.turn) && names.has(spanName.inference(model))
  return {
    spans: ids.size,
    twice: spans.length - ids.size,
    connected: top?.service === service.web && others.length === 0 && ofTurn,
  }
}

/** Log lines of a turn. */
export interface FoundLines {
  turn: number
  /** The request lines of web and API. */
  request: number
}

const SLICE_MS = 30_000
const LOKI_LIMIT = 5000

/** Every log line of web and API with a trace id, counted by it; times in milliseconds of the epoch. */
export async function findLines(from: number, to: number): Promise<Map<string, FoundLines>> {
  const found = new Map<string, FoundLines>()
  const query = `{service_name=~"${service.web}|${service.api}"} | trace_id != ""`
  for (let start = from; start < to; start += SLICE_MS) {
    const lines = await stores.logs(query, start, start + SLICE_MS, LOKI_LIMIT)
    if (lines.length === LOKI_LIMIT) throw new Error('more lines than Loki returns')
    for (const { labels } of lines) {
      const { trace_id: id = '', [attribute.eventName.replace('.', '_')]: name } = labels
      const ofTurn = found.get(id) ?? { turn: 0, request: 0 }
      ofTurn[name === event.turn ? 'turn' : 'request']++
      found.set(id, ofTurn)
    }
  }
  return found
}

interface Counter {
  readonly metric: MetricDefinition
  /** In the database. */
  readonly column: string
  /** Its value in an answer. */
  of(metadata: Turn['metadata']): number | null | undefined
}

/** What was counted. */
export const counters: readonly Counter[] = [
  { metric: metric.turns, column: 'count(*)', of: () => 1 },
  { metric: metric.inputTokens, column: 'sum(input_tokens)', of: ({ usage }) => usage?.inputTokens },
  { metric: metric.outputTokens, column: 'sum(output_tokens)', of: ({ usage }) => usage?.outputTokens },
  {
    metric: metric.cacheReadInputTokens,
    column: 'sum(cached_input_tokens)',
    of: ({ usage }) => usage?.cachedInputTokens,
  },
  { metric: metric.reasoningOutputTokens, column: 'sum(reasoning_tokens)', of: ({ usage }) => usage?.reasoningTokens },
  { metric: metric.cost, column: 'sum(cost_usd)', of: ({ costUsd }) => costUsd },
]

/** Their values in the metrics store, summed over their labels. */
export function countedByStore(): Promise<number[]> {
  return Promise.all(
    counters.map(async ({ metric }) => (await stores.metrics(`sum(${seriesName(metric)})`))[0]?.value ?? 0),
  )
}

/** The same, from the rows of the answers. */
export async function countedByDatabase(): Promise<number[]> {
  const sql = `select ${counters.map(({ column }) => `coalesce(${column}, 0)`)} from message where status is not null`
  const row = await compose('exec', '-T', 'postgres', 'psql', '-U', 'chat', '-tA', '-F', ' ', '-c', sql)
  return row.trim().split(' ').map(Number)
}

/** Seconds of the longest time without a sample of `chat.turns`: what an outage leaves when it is not filled in. */
export async function longestGap(seconds: number): Promise<number> {
  const times = await stores.sampleTimes(`${seriesName(metric.turns)}[${Math.ceil(seconds)}s]`)
  const gaps = times.flatMap((series) => series.slice(1).map((time, index) => time - (series[index] ?? 0)))
  return gaps.length > 0 ? Math.max(...gaps) : Infinity
}
