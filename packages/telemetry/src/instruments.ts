import type { Counter, Histogram, MetricOptions, ObservableGauge, UpDownCounter } from '@opentelemetry/api'
import { type MetricDefinition, metric } from './catalogue.ts'
import { meter } from './scope.ts'

// Measurements of the time per output chunk are kept by ChunkTimes; a second stream of that name would clash with it.
const { timePerOutputChunk: _, ...definitions } = metric

interface InstrumentOf {
  histogram: Histogram
  counter: Counter
  updowncounter: UpDownCounter
  /** Read when metrics are collected: give it a callback where the value lives. */
  gauge: ObservableGauge
}
type Instruments = { [K in keyof typeof definitions]: InstrumentOf[(typeof definitions)[K]['kind']] }

let created: Instruments | undefined

/**
 * The instruments of the catalogue, created on first use: the API's global meter provider has no proxy, so an
 * instrument made before the SDK starts would stay a no-op for ever.
 */
export function instruments(): Instruments {
  created ??= create()
  return created
}

function create(): Instruments {
  const own = meter()
  const entries = Object.entries<MetricDefinition>(definitions).map(
    ([key, { name, kind, unit, description, buckets }]) => {
      const options: MetricOptions = { unit, description }
      if (buckets) options.advice = { explicitBucketBoundaries: [...buckets] }
      if (kind === 'histogram') return [key, own.createHistogram(name, options)]
      if (kind === 'counter') return [key, own.createCounter(name, options)]
      if (kind === 'gauge') return [key, own.createObservableGauge(name, options)]
      return [key, own.createUpDownCounter(name, options)]
    },
  )
  return Object.fromEntries(entries)
}
