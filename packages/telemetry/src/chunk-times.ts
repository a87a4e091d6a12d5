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
import { metric } from './catalogue.ts'

interface Series {
  readonly attributes: Attributes
  readonly counts: number[]
  sum: number
  count: number
  min: number
  max: number
}

/**
 * The histogram `gen_ai.client.inference.time_per_output_chunk`, kept by hand. The conventions want one measurement per
 * chunk; an SDK histogram hashes its attributes on every `record`, which would cost a tenth of all the work we do per
 * chunk. Here a series is looked up once per inference, and a measurement is a few additions.
 */
export class ChunkTimes implements MetricProducer {
  readonly #series = new Map<string, Series>()
  #start: HrTime = hrTime()

  /** The recorder of one attribute set: takes seconds between two chunks. Attributes must be of low cardinality. */
  recorder(attributes: Attributes): (seconds: number) => void {
    const key = JSON.stringify(attributes)
    let series = this.#series.get(key)
    if (!series) {
      const counts = new Array<number>(metric.timePerOutputChunk.buckets.length + 1).fill(0)
      series = { attributes, counts, sum: 0, count: 0, min: Infinity, max: -Infinity }
      this.#series.set(key, series)
    }
    return record.bind(undefined, series)
  }

  async collect(): Promise<CollectionResult> {
    const endTime = hrTime()
    const { name, description, unit, buckets } = metric.timePerOutputChunk
    const data: HistogramMetricData = {
      descriptor: { name, description, unit, valueType: ValueType.DOUBLE },
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
      dataPointType: DataPointType.HISTOGRAM,
      dataPoints: [...this.#series.values()]
        .filter((series) => series.count > 0)
        .map(({ attributes, counts, sum, count, min, max }) => ({
          startTime: this.#start,
          endTime,
          attributes,
          value: { buckets: { boundaries: [...buckets], counts: [...counts] }, sum, count, min, max },
        })),
    }
    const scopeMetrics =
      data.dataPoints.length > 0 ? [{ scope: { name: '@repo/telemetry/chunk-times' }, metrics: [data] }] : []
    return { resourceMetrics: { resource: emptyResource(), scopeMetrics }, errors: [] }
  }
}

function record(series: Series, seconds: number): void {
  const { buckets } = metric.timePerOutputChunk
  let bucket = 0
  // Upper bounds are inclusive (OpenTelemetry data model). Gaps are short, so the scan ends after a few steps.
  while (bucket < buckets.length && seconds > (buckets[bucket] as number)) bucket++
  series.counts[bucket] = (series.counts[bucket] as number) + 1
  series.sum += seconds
  series.count++
  if (seconds < series.min) series.min = seconds
  if (seconds > series.max) series.max = seconds
}

/** The process's one instance: the metric reader collects from it, inferences record into it. */
export const chunkTimes = new ChunkTimes()
