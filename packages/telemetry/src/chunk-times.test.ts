import { DataPointType } from '@opentelemetry/sdk-metrics'
import { expect, it } from 'vitest'
import { metric } from './catalogue.ts'
import { CallGaps, ChunkTimes } from './chunk-times.ts'

const gaps = (...seconds: number[]) => {
  const call = new CallGaps()
  for (const one of seconds) call.record(one)
  return call
}
const collect = async (times: ChunkTimes) => {
  const data = (await times.collect()).resourceMetrics.scopeMetrics[0]?.metrics[0]
  if (data?.dataPointType !== DataPointType.HISTOGRAM) throw new Error('no histogram')
  return data
}

it('counts each measurement in its bucket, upper bounds inclusive', async () => {
  const times = new ChunkTimes()
  times.add({ model: 'a' }, gaps(0.0005, 0.00051, 0.02, 30, 31))
  const { descriptor, dataPoints } = await collect(times)
  expect(descriptor).toMatchObject({ name: metric.timePerOutputChunk.name, unit: 's' })
  const [point] = dataPoints
  const { boundaries, counts } = point?.value.buckets ?? { boundaries: [], counts: [] }
  expect(boundaries).toEqual(metric.timePerOutputChunk.buckets)
  const at = (bound: number) => counts[boundaries.indexOf(bound)]
  expect([at(0.0005), at(0.001), at(0.02), at(30), counts.at(-1)]).toEqual([1, 1, 1, 1, 1])
  expect(point?.value).toMatchObject({ count: 5, min: 0.0005, max: 31 })
  expect(point?.value.sum).toBeCloseTo(61.02101, 10)
})

it('keeps one cumulative series per attribute set', async () => {
  const times = new ChunkTimes()
  times.add({ model: 'a' }, gaps(0.1))
  await collect(times)
  times.add({ model: 'a' }, gaps(0.1))
  times.add({ model: 'b' }, gaps(0.1))
  const { dataPoints } = await collect(times)
  expect(dataPoints.map(({ attributes, value }) => [attributes.model, value.count])).toEqual([
    ['a', 2],
    ['b', 1],
  ])
})

it('exports nothing before the first measurement', async () => {
  const times = new ChunkTimes()
  times.add({ model: 'a' }, gaps())
  expect((await times.collect()).resourceMetrics.scopeMetrics).toEqual([])
})
