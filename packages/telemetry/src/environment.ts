import { DiagLogLevel, diag } from '@opentelemetry/api'
import { BatchLogRecordProcessor, type LogRecordExporter } from '@opentelemetry/sdk-logs'
import {
  AggregationType,
  type MetricProducer,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics'
import { secondsBuckets } from './catalogue.ts'

/** A positive number of milliseconds, or of anything else, from a standard variable. */
function positiveNumber(variable: string, fallback: number): number {
  const value = Number(process.env[variable])
  return value > 0 ? value : fallback
}

/**
 * A batch processor of log records that reads the standard `OTEL_BLRP_*` variables. The SDK's own, given an exporter,
 * reads none of them (0.223), unlike its counterpart for spans. The defaults are those of the specification.
 */
export function batchLogRecordProcessor(exporter: LogRecordExporter): BatchLogRecordProcessor {
  return new BatchLogRecordProcessor({
    exporter,
    maxQueueSize: positiveNumber('OTEL_BLRP_MAX_QUEUE_SIZE', 2048),
    maxExportBatchSize: positiveNumber('OTEL_BLRP_MAX_EXPORT_BATCH_SIZE', 512),
    scheduledDelayMillis: positiveNumber('OTEL_BLRP_SCHEDULE_DELAY', 1000),
    exportTimeoutMillis: positiveNumber('OTEL_BLRP_EXPORT_TIMEOUT', 30_000),
  })
}

/** A metric reader that reads `OTEL_METRIC_EXPORT_INTERVAL` and `_TIMEOUT`. The SDK refuses a timeout over the interval. */
export function metricReader(exporter: PushMetricExporter, metricProducers: MetricProducer[] = []) {
  const interval = positiveNumber('OTEL_METRIC_EXPORT_INTERVAL', 60_000)
  return new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis: interval,
    exportTimeoutMillis: Math.min(interval, positiveNumber('OTEL_METRIC_EXPORT_TIMEOUT', 30_000)),
    metricProducers,
  })
}

/** The libraries' default buckets end at 10 s; a streamed answer takes longer. */
export const httpDurationView: ViewOptions = {
  instrumentName: 'http.*.request.duration',
  aggregation: { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries: secondsBuckets } },
}

/** Export errors reach people through ExportHealth, once; the SDK would log each. `OTEL_LOG_LEVEL` lets it speak. */
export function silenceSdk(): void {
  const silent = { verbose() {}, debug() {}, info() {}, warn() {}, error() {} }
  if (!process.env.OTEL_LOG_LEVEL) diag.setLogger(silent, { logLevel: DiagLogLevel.NONE })
}

/** `OTEL_SDK_DISABLED`: any spelling of true. */
export function isDisabled(): boolean {
  return process.env.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true'
}
