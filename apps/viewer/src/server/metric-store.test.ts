import { expect, it } from 'vitest'
import { MetricStore } from './metric-store.ts'
import { decodeMetrics } from './otlp.ts'
import { counter, histogram, metricsBody, nano, wireAttributes } from './otlp-fixture.ts'

const roomy = { count: 1000, bytes: 1e9 }
const minute = 60_000

const count = (store: MetricStore, timeMs: number, value: number, startMs = 0, attributes = {}) => {
  const point = {
    asInt: value,
    startTimeUnixNano: nano(startMs),
    timeUnixNano: nano(timeMs),
    attributes: wireAttributes(attributes),
  }
  for (const decoded of decodeMetrics(metricsBody('api', counter('turns', point)))) store.add(decoded)
}
const steps = (store: MetricStore) => store.values()[0]?.steps.map(({ timeMs, value }) => [timeMs, value])

it('keeps what each export added, and nothing of exports that added nothing', () => {
  const store = new MetricStore(roomy, 0)
  for (const [time, value] of [
    [1000, 2],
    [2000, 2],
    [3000, 7],
  ] as const)
    count(store, time, value)
  expect(steps(store)).toEqual([
    [1000, 2],
    [3000, 5],
  ])
  expect(store.values()[0]?.latest.value).toBe(7)
})

it('takes a counter that starts anew, by its start time or by a lower value, as counting from zero', () => {
  const store = new MetricStore(roomy, 0)
  count(store, 1000, 10)
  count(store, 2000, 12, 1500)
  count(store, 3000, 4, 1500)
  expect(steps(store)).toEqual([
    [1000, 10],
    [2000, 12],
    [3000, 4],
  ])
})

it('takes a histogram that starts anew as counting from zero', () => {
  const store = new MetricStore(roomy, 0)
  const observe = (timeMs: number, startMs: number, bucketCounts: number[], sum: number) => {
    const total = bucketCounts.reduce((a, b) => a + b)
    const point = {
      count: total,
      sum,
      bucketCounts,
      explicitBounds: [1],
      startTimeUnixNano: nano(startMs),
      timeUnixNano: nano(timeMs),
    }
    for (const decoded of decodeMetrics(metricsBody('api', histogram('turns', point)))) store.add(decoded)
  }
  observe(1000, 1, [3, 1], 6)
  observe(2000, 1, [4, 3], 11)
  observe(3000, 2500, [5, 5], 20)
  expect(store.values()[0]?.steps).toEqual([
    { timeMs: 1000, value: 4, sum: 6, bucketCounts: [3, 1] },
    { timeMs: 2000, value: 3, sum: 5, bucketCounts: [1, 2] },
    { timeMs: 3000, value: 10, sum: 20, bucketCounts: [5, 5] },
  ])
})

it('does not show as new what was counted before watching began', () => {
  const store = new MetricStore(roomy, 5000)
  count(store, 6000, 100, 1000)
  count(store, 7000, 103, 1000)
  expect(steps(store)).toEqual([[7000, 3]])
})

it('keeps an hour and at most 720 steps of a series', () => {
  const store = new MetricStore(roomy, 0)
  count(store, 0, 1)
  count(store, 59 * minute, 2)
  count(store, 61 * minute, 3)
  expect(steps(store)).toEqual([
    [59 * minute, 1],
    [61 * minute, 1],
  ])
  for (let n = 0; n < 800; n++) count(store, 61 * minute + n, 4 + n)
  expect(steps(store)).toHaveLength(720)
})

it('tells series apart by attributes, whatever their order', () => {
  const store = new MetricStore(roomy, 0)
  count(store, 1, 1, 0, { a: 'x', b: 'y' })
  count(store, 2, 2, 0, { b: 'y', a: 'x' })
  count(store, 3, 9, 0, { a: 'z', b: 'y' })
  expect(store.values().map(({ latest }) => latest.value)).toEqual([2, 9])
})

it('drops the series that has been quiet longest', () => {
  const store = new MetricStore({ count: 2, bytes: 1e9 }, 0)
  for (const [time, name] of [
    [1, 'a'],
    [2, 'b'],
    [3, 'a'],
    [4, 'c'],
  ] as const)
    count(store, time, time, 0, { name })
  expect(store.values().map(({ latest }) => latest.attributes.name)).toEqual(['a', 'c'])
  expect(store.stats.dropped).toBe(1)
})
