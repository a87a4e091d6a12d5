import { BatchLogRecordProcessor, type LogRecordExporter } from '@opentelemetry/sdk-logs'

/** A positive number of milliseconds, or of anything else, from a standard variable. */
export function positiveNumber(variable: string, fallback: number): number {
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
