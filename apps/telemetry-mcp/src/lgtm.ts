import type { FoundTrace, StoredSpan, Stores } from '@repo/stores/stores'
import { attribute, metric, operation } from '@repo/telemetry/catalogue'
import { storeQuery } from '@repo/telemetry/mcp-server'
import { labelName, seriesName } from '@repo/telemetry/series-name'
import { numberOf } from './allowed.ts'
import type { Alert, Backend, Found, Line, Measured, MetricQuery, Span, TurnFilter } from './backend.ts'
import { quoted } from './quoted.ts'

/** Traces of one search; with more than these, a higher threshold has to be found. */
const MOST_FOUND = 100
/** Tried from above, until enough are over one: Tempo gives the newest that match, not the slowest or dearest. */
const SECONDS = [60, 20, 10, 5, 2, 1, 0.5]
const USD = [1, 0.1, 0.01, 0.001, 0.0001, 0.00001]

const span = (key: string) => `span.${key}`

/** Tempo, Loki and Mimir. */
export class Lgtm implements Backend {
  readonly name = 'stores'
  readonly maxMinutes = 24 * 60
  readonly traceUrl: string
  readonly #stores: Stores

  constructor(stores: Stores, traceUrl: string) {
    this.#stores = stores
    this.traceUrl = traceUrl
  }

  async models(): Promise<readonly string[]> {
    const model = labelName(attribute.requestModel)
    const series = await this.#promql(`group by (${model}) (last_over_time(${seriesName(metric.turns)}[24h]))`)
    return series.flatMap(({ metric: labels }) => labels[model] ?? []).sort()
  }

  async turns(filter: TurnFilter): Promise<Found> {
    const { sort, minutes, limit } = filter
    const sinceMs = Date.now() - minutes * 60_000
    const search = async (query: string) => {
      const found = await storeQuery('tempo', query, () => this.#stores.found(query, sinceMs, MOST_FOUND))
      return { found, complete: found.length < MOST_FOUND }
    }
    const floor = { slowest: filter.slowerThanSeconds, dearest: filter.costOverUsd, newest: 0 }[sort]
    const steps = { slowest: SECONDS, dearest: USD, newest: [] }[sort].filter((step) => step > floor)
    const weight = (trace: FoundTrace) =>
      ({
        newest: trace.startMs,
        slowest: Math.max(...trace.spans.map(({ durationMs }) => durationMs)),
        dearest: trace.spans.reduce((usd, { attributes }) => usd + (numberOf(attributes, attribute.cost) ?? 0), 0),
      })[sort]
    for (const step of [...steps, floor]) {
      const { found, complete } = await search(turnQuery(filter, sort, step))
      if (found.length < limit && step !== floor) continue
      const ids = found.toSorted((a, b) => weight(b) - weight(a)).map(({ traceId }) => traceId)
      // Tempo gives the newest first, so that these are the newest in any case.
      return { ids: ids.slice(0, limit), complete: complete || sort === 'newest' }
    }
    return { ids: [], complete: true }
  }

  async spans(traceId: string): Promise<readonly Span[]> {
    const stored = await storeQuery('tempo', `GET /api/v2/traces/${traceId}`, () => this.#stores.spans(traceId))
    return stored.map(spanOf)
  }

  async lines(traceId: string, sinceMs: number, limit: number): Promise<readonly Line[]> {
    const query = logQuery(traceId)
    const found = await storeQuery('loki', query, () => this.#stores.logs(query, sinceMs, undefined, limit))
    const lines = found.map(({ timeMs, labels, line }) => ({
      ...{ timeMs, service: labels.service_name ?? '', level: labels.detected_level ?? '', text: line },
      attributes: labels,
    }))
    return lines.sort((a, b) => a.timeMs - b.timeMs)
  }

  async measure(query: MetricQuery): Promise<readonly Measured[]> {
    const found = await this.#promql(measureQuery(query))
    const rows = Map.groupBy(found, ({ metric: { stat: _, ...labels } }) =>
      JSON.stringify(Object.entries(labels).sort()),
    )
    return Array.from(rows.values(), (some) => {
      const { stat: _, __name__: __, ...labels } = some[0]?.metric ?? {}
      const names = new Map(query.by.map((name) => [labelName(name), name]))
      return {
        labels: Object.fromEntries(Object.entries(labels).map(([name, value]) => [names.get(name) ?? name, value])),
        values: Object.fromEntries(some.map(({ metric: { stat = '' }, value }) => [stat, value])),
      }
    })
  }

  async alerts(): Promise<readonly Alert[] | null> {
    const rules = await storeQuery('mimir', 'GET /api/v1/rules?type=alert', () => this.#stores.alertRules())
    return rules.map(({ name, state, labels, annotations }) => ({
      ...{ name, state },
      ...(labels.severity && { severity: labels.severity }),
      ...(annotations.summary && { summary: annotations.summary }),
    }))
  }

  #promql(query: string) {
    return storeQuery('mimir', query, () => this.#stores.metrics(query))
  }
}

/** TraceQL for turns. @param over of what is sorted by: seconds, or USD */
export function turnQuery(filter: TurnFilter, sort: TurnFilter['sort'], over: number): string {
  const { outcome, model, slowerThanSeconds, costOverUsd } = filter
  const [seconds, usd] = [sort === 'slowest' ? over : slowerThanSeconds, sort === 'dearest' ? over : costOverUsd]
  const turn = [
    `${span(attribute.operationName)} = ${quoted(operation.invokeAgent)}`,
    ...(outcome ? [`${span(attribute.outcome)} = ${quoted(outcome)}`] : []),
    ...(model ? [`${span(attribute.turnModel)} = ${quoted(model)}`] : []),
    ...(seconds > 0 ? [`duration > ${Math.round(seconds * 1000)}ms`] : []),
  ]
  // A call that cost a whole number of dollars is found by a decimal one alone.
  const dear = usd > 0 || sort === 'dearest' ? ` && { ${span(attribute.cost)} > ${usd.toFixed(6)} }` : ''
  return `{ ${turn.join(' && ')} }${dear} | select(${span(attribute.outcome)}, ${span(attribute.cost)})`
}

/** LogQL for the lines of a trace. */
export function logQuery(traceId: string): string {
  return `{service_name=~".+"} | trace_id = ${quoted(traceId)}`
}

/** PromQL whose series say with `stat` what they are. */
export function measureQuery({ metric: definition, by, model, minutes }: MetricQuery): string {
  const name = seriesName(definition)
  const labels = by.map(labelName)
  const selector = model ? `{${labelName(attribute.requestModel)}=${quoted(model)}}` : ''
  const range = `${selector}[${minutes}m]`
  const sum = (series: string, more: string[] = []) =>
    `sum by (${[...more, ...labels].join(', ')}) (increase(${series}${range}))`
  const percentile = (p: number) => `histogram_quantile(${p / 100}, ${sum(`${name}_bucket`, ['le'])})`
  const latest = (how: 'max' | 'sum') => ({ latest: `${how} by (${labels.join(', ')}) (${name}${selector})` })
  const all: Record<string, string> = {
    counter: () => ({ increase: sum(name) }),
    // Every process reports the same.
    gauge: () => latest('max'),
    updowncounter: () => latest('sum'),
    histogram: () => ({
      ...{ count: sum(`${name}_count`), sum: sum(`${name}_sum`) },
      ...{ p50: percentile(50), p95: percentile(95), p99: percentile(99) },
    }),
  }[definition.kind]()
  return Object.entries(all)
    .map(([stat, query]) => `label_replace(${query}, "stat", ${quoted(stat)}, "", "")`)
    .join(' or ')
}

const nanosToMs = (nanos: string) => Number(BigInt(nanos) / 1000n) / 1000

function spanOf({ startTimeUnixNano, endTimeUnixNano, status, ...stored }: StoredSpan): Span {
  const startMs = nanosToMs(startTimeUnixNano)
  return {
    ...stored,
    parentSpanId: stored.parentSpanId || null,
    ...{ startMs, durationMs: nanosToMs(endTimeUnixNano) - startMs },
    failed: status?.code === 'STATUS_CODE_ERROR',
  }
}
