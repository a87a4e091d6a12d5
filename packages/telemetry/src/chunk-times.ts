import { type Attributes, type HrTime, ValueType } from '@opentelemetry/api'
import { hrTime } from '@opentelemetry/core'
import { emptyResource } from '@opentelemetry/resources'
import {
  AggregationTemporality,
  type CollectionResult,
  DataPointType,
  type HistogramMetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics'
import { metric, schemaUrl } from './catalogue.ts'
import type { CallFeature } from './model-call.ts'

interface Gaps {
  readonly counts: number[]
  sum: number
  count: number
  min: number
  max: number
}

const newGaps = (): Gaps => ({
  counts: new Array<number>(metric.timePerOutputChunk.buckets.length + 1).fill(0),
  ...{ sum: 0, count: 0, min: Infinity, max: -Infinity },
})

/**
 * The histogram `gen_ai.client.inference.time_per_output_chunk`, kept by hand. The conventions want one measurement per
 * chunk; an SDK histogram hashes its attributes on every `record`, which would cost a tenth of all the work we do per
 * chunk. Here a measurement is a few additions, and the attributes are looked up once, when the call has ended: only
 * then is it sure which model answered.
 */
export class ChunkTimes implements MetricProducer {
  readonly #series = new Map<string, Gaps & { readonly attributes: Attributes }>()
  #start: HrTime = hrTime()

  /** Adds the gaps of one call. Attributes must be of low cardinality. */
  add(attributes: Attributes, gaps: CallGaps): void {
    const { counts, sum, count, min, max } = gaps.get()
    if (count === 0) return
    const key = JSON.stringify(attributes)
    const series = this.#series.get(key) ?? { attributes, ...newGaps() }
    this.#series.set(key, series)
    for (const [i, added] of counts.entries()) series.counts[i] = (series.counts[i] ?? 0) + added
    series.sum += sum
    series.count += count
    series.min = Math.min(series.min, min)
    series.max = Math.max(series.max, max)
  }

  async collect(): Promise<CollectionResult> {
    const endTime = hrTime()
    const { name, description, unit, buckets } = metric.timePerOutputChunk
    const data: HistogramMetricData = {
      descriptor: { name, description, unit, valueType: ValueType.DOUBLE },
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
      dataPointType: DataPointType.HISTOGRAM,
      dataPoints: [...this.#series.values()].map(({ attributes, counts, sum, count, min, max }) => ({
        startTime: this.#start,
        endTime,
        attributes,
        value: { buckets: { boundaries: [...buckets], counts: [...counts] }, sum, count, min, max },
      })),
    }
    const scopeMetrics =
      data.dataPoints.length > 0 ? [{ scope: { name: '@repo/telemetry/chunk-times', schemaUrl }, metrics: [data] }] : []
    return { resourceMetrics: { resource: emptyResource(), scopeMetrics }, errors: [] }
  }
}

/** The gaps between the chunks of one call. */
export class CallGaps {
  readonly #gaps = newGaps()

  /** @param seconds between two chunks */
  record(seconds: number): void {
    const { buckets } = metric.timePerOutputChunk
    const gaps = this.#gaps
    let bucket = 0
    // Upper bounds are inclusive (OpenTelemetry data model). Gaps are short, so the scan ends after a few steps.
    while (bucket < buckets.length && seconds > (buckets[bucket] as number)) bucket++
    gaps.counts[bucket] = (gaps.counts[bucket] as number) + 1
    gaps.sum += seconds
    gaps.count++
    if (seconds < gaps.min) gaps.min = seconds
    if (seconds > gaps.max) gaps.max = seconds
  }

  get(): Readonly<Gaps> {
    return this.#gaps
  }
}

const times = new ChunkTimes()

export const chunkTimes: CallFeature = {
  inference() {
    const gaps = new CallGaps()
    return { gap: (seconds) => gaps.record(seconds), end: (_result, _attributes, labels) => times.add(labels, gaps) }
  },
  producer: times,
}
