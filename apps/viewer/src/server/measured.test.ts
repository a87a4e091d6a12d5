import { attribute, metric } from '@repo/telemetry/catalogue'
import { expect, it } from 'vitest'
import { measured } from './measured.ts'
import { MetricStore } from './metric-store.ts'
import { decodeMetrics } from './otlp.ts'
import { counter, histogram, metricsBody, wireAttributes } from './otlp-fixture.ts'

const now = 1_700_000_000_000
const nanos = (ms: number) => `${ms}000000`
const store = () => new MetricStore({ count: 100, bytes: 1e6 }, now - 3_600_000)
const of = (model: string) => wireAttributes({ [attribute.requestModel]: model })
const put = (into: MetricStore, ...metrics: object[]) => {
  for (const point of decodeMetrics(metricsBody('api', ...(metrics as Record<string, unknown>[])))) into.add(point)
}

it('of a counter the increase within the minutes, by label, and of one model alone', () => {
  const into = store()
  for (const [minutesAgo, a, b] of [
    [40, 5, 1],
    [10, 8, 1],
    [1, 9, 4],
  ] as const) {
    const at = { startTimeUnixNano: nanos(now - 3_000_000), timeUnixNano: nanos(now - minutesAgo * 60_000) }
    const point = (model: string, asInt: number) => ({ ...at, attributes: of(model), asInt })
    put(into, counter(metric.turns.name, point('a', a), point('b', b)))
  }
  const by = [attribute.requestModel]
  const rows = (minutes: number, model?: string) => measured(into, { name: metric.turns.name, by, minutes, model }, now)
  expect(rows(30)).toEqual([
    { labels: { [attribute.requestModel]: 'a' }, values: { increase: 4 } },
    { labels: { [attribute.requestModel]: 'b' }, values: { increase: 3 } },
  ])
  expect(rows(5, 'b')).toEqual([{ labels: { [attribute.requestModel]: 'b' }, values: { increase: 3 } }])
  expect(measured(into, { name: metric.turns.name, by: [], minutes: 60 }, now)).toEqual([
    { labels: {}, values: { increase: 13 } },
  ])
})

it('of a histogram count, sum and percentiles', () => {
  const into = store()
  const at = { startTimeUnixNano: nanos(now - 60_000), timeUnixNano: nanos(now - 1000) }
  put(
    into,
    histogram('h', { ...at, attributes: [], count: 4, sum: 6, explicitBounds: [1, 2], bucketCounts: [2, 2, 0] }),
  )
  expect(measured(into, { name: 'h', by: [], minutes: 5 }, now)).toEqual([
    { labels: {}, values: { count: 4, sum: 6, p50: 1, p95: expect.closeTo(1.9), p99: expect.closeTo(1.98) } },
  ])
})

it('of what is not there, nothing', () => {
  expect(measured(store(), { name: 'none', by: [], minutes: 5 }, now)).toEqual([])
})
