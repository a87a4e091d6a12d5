import { attribute } from '@repo/telemetry/catalogue'
import { added } from './board.ts'
import type { MetricStore } from './metric-store.ts'

interface Question {
  readonly name: string
  /** Attributes by whose values it is split. */
  readonly by: readonly string[]
  readonly model?: string | undefined
  readonly minutes: number
}

/**
 * What one metric says of the last minutes: the increase of a counter, count, sum and percentiles of a histogram, the latest
 * of anything else. A percentile that nothing is known of is left out.
 */
export function measured(store: MetricStore, { name, by, model, minutes }: Question, nowMs = Date.now()) {
  const series = store
    .values()
    .filter(({ latest }) => latest.name === name && (!model || latest.attributes[attribute.requestModel] === model))
  const groups = Map.groupBy(series, ({ latest }) => JSON.stringify(by.map((key) => latest.attributes[key] ?? null)))
  return Array.from(groups, ([key, some]) => {
    const values = (JSON.parse(key) as unknown[]).map((value, index) => [by[index], value] as const)
    const labels = Object.fromEntries(values.flatMap(([key, value]) => (value === null ? [] : [[key, String(value)]])))
    return { labels, values: valuesOf(some, nowMs - minutes * 60_000) }
  })
}

function valuesOf(series: ReturnType<MetricStore['values']>, sinceMs: number): Record<string, number> {
  const { kind, isMonotonic } = series[0]?.latest ?? {}
  const latest = series.map(({ latest: { value = 0 } }) => value)
  // Of a gauge every process reports the same.
  if (kind === 'gauge') return { latest: Math.max(...latest) }
  if (!isMonotonic) return { latest: latest.reduce((a, b) => a + b, 0) }
  const { value, sum, quantile } = added(series, sinceMs, Number.POSITIVE_INFINITY)
  if (kind !== 'histogram') return { increase: value }
  const percentiles = [50, 95, 99].map((p) => [`p${p}`, quantile(p / 100)] as const)
  return { count: value, sum, ...Object.fromEntries(percentiles.filter(([, seconds]) => seconds !== null)) }
}
