import { attribute, event, metric, service, spanName } from '../../packages/telemetry/src/catalogue.ts'
import { getJson } from '../../scripts/doctor/check.ts'
import { address, compose } from './stack.ts'
import type { Turn } from './turns.ts'

interface Span {
  spanId: string
  parentSpanId?: string
  name: string
}
type Value = { key: string; value: { stringValue?: string } }
type Batch = { resource: { attributes: Value[] }; scopeSpans: { spans: Span[] }[] }

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
  const answer = await fetch(`${address.tempo}/api/v2/traces/${traceId}`, {
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(10_000),
  })
  if (answer.status === 404) return { spans: 0, twice: 0, connected: false }
  if (!answer.ok) throw new Error(`status ${answer.status} from Tempo: ${(await answer.text()).slice(0, 200)}`)
  const { trace } = (await answer.json()) as { trace?: { resourceSpans?: Batch[] } }
  const spans = (trace?.resourceSpans ?? []).flatMap(({ resource, scopeSpans }) => {
    const name = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ ...span, service: name })))
  })
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
  type Answer = { data: { result: { stream: Record<string, string>; values: unknown[] }[] } }
  const found = new Map<string, FoundLines>()
  const query = `{service_name=~"${service.web}|${service.api}"} | trace_id != ""`
  for (let start = from; start < to; start += SLICE_MS) {
    const range = { start: `${start}000000`, end: `${start + SLICE_MS}000000`, limit: `${LOKI_LIMIT}` }
    const url = `${address.loki}/loki/api/v1/query_range?${new URLSearchParams({ query, ...range })}`
    const { result } = (await getJson<Answer>(url)).data
    if (result.flatMap(({ values }) => values).length === LOKI_LIMIT) throw new Error('more lines than Loki returns')
    for (const { stream, values } of result) {
      const { trace_id: id = '', [attribute.eventName.replace('.', '_')]: name } = stream
      const lines = found.get(id) ?? { turn: 0, request: 0 }
      lines[name === event.turn ? 'turn' : 'request'] += values.length
      found.set(id, lines)
    }
  }
  return found
}

/** What was counted: per metric, its name in the store, its column in the database, its value in an answer. */
export const counters = [
  { name: metric.turns.name, column: 'count(*)', of: () => 1 },
  { name: metric.inputTokens.name, column: 'sum(input_tokens)', of: ({ usage }) => usage?.inputTokens },
  { name: metric.outputTokens.name, column: 'sum(output_tokens)', of: ({ usage }) => usage?.outputTokens },
  {
    name: metric.cacheReadInputTokens.name,
    column: 'sum(cached_input_tokens)',
    of: ({ usage }) => usage?.cachedInputTokens,
  },
  {
    name: metric.reasoningOutputTokens.name,
    column: 'sum(reasoning_tokens)',
    of: ({ usage }) => usage?.reasoningTokens,
  },
  { name: metric.cost.name, column: 'sum(cost_usd)', of: ({ costUsd }) => costUsd },
] as const satisfies { name: string; column: string; of(metadata: Turn['metadata']): number | null | undefined }[]

/** As Mimir names it. */
const seriesName = (name: string) => `${name.replaceAll('.', '_')}_total`

/** Their values in the metrics store, summed over their labels. */
export function countedByStore(): Promise<number[]> {
  return Promise.all(
    counters.map(async ({ name }) => {
      type Answer = { data: { result: { value: [number, string] }[] } }
      const query = new URLSearchParams({ query: `sum(${seriesName(name)})` })
      const { data } = await getJson<Answer>(`${address.mimir}/prometheus/api/v1/query?${query}`)
      return Number(data.result[0]?.value[1] ?? 0)
    }),
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
  type Answer = { data: { result: { values: [number, string][] }[] } }
  const query = new URLSearchParams({ query: `${seriesName(metric.turns.name)}[${Math.ceil(seconds)}s]` })
  const { data } = await getJson<Answer>(`${address.mimir}/prometheus/api/v1/query?${query}`)
  const gaps = data.result.flatMap(({ values }) =>
    values.slice(1).map(([time], index) => time - (values[index]?.[0] ?? 0)),
  )
  return gaps.length > 0 ? Math.max(...gaps) : Infinity
}
