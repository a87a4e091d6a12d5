import { context, DiagLogLevel, diag, ROOT_CONTEXT } from '@opentelemetry/api'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { PinoInstrumentation } from '@opentelemetry/instrumentation-pino'
import { RuntimeNodeInstrumentation } from '@opentelemetry/instrumentation-runtime-node'
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici'
import { AggregationType, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { libraryMetric, secondsBuckets, service } from '@repo/telemetry/catalogue'
import { batchLogRecordProcessor, positiveNumber } from '@repo/telemetry/environment'
import { ExportHealth } from '@repo/telemetry/export-health'
import { resourceAttributes } from '@repo/telemetry/resource'
import { registerOTel } from '@vercel/otel'
import { flushOnExit } from './flush-on-exit.ts'
import { NextSpanProcessor } from './next-span-processor.ts'
import { RecordServerSpans, samplerFromEnvironment } from './sampler.ts'

const DEFAULT_PORT = 3000

/**
 * Starts traces, metrics and logs of the web server over OTLP/HTTP (JSON), configured by the standard `OTEL_*`
 * variables. `OTEL_SDK_DISABLED=true` makes this a no-op.
 */
export async function startTelemetry(): Promise<void> {
  if (process.env.OTEL_SDK_DISABLED === 'true') return
  // Next reads this at each fetch. Its own fetch spans end with the headers; undici's cover the whole stream, and two
  // CLIENT spans a call would count every request twice.
  process.env.NEXT_OTEL_FETCH_DISABLED = '1'
  // Export errors reach people through ExportHealth, once; the SDK would log each.
  if (!process.env.OTEL_LOG_LEVEL) diag.setLogger(silent, { logLevel: DiagLogLevel.NONE })

  const health = new ExportHealth((message) => warn(message))
  const interval = positiveNumber('OTEL_METRIC_EXPORT_INTERVAL', 60_000)
  const spans = new NextSpanProcessor(new BatchSpanProcessor(health.watch(new OTLPTraceExporter())))
  const logs = batchLogRecordProcessor(health.watch(new OTLPLogExporter()))
  const metrics = new PeriodicExportingMetricReader({
    exporter: health.watch(new OTLPMetricExporter()),
    exportIntervalMillis: interval,
    exportTimeoutMillis: Math.min(interval, positiveNumber('OTEL_METRIC_EXPORT_TIMEOUT', 30_000)),
  })

  registerOTel({
    serviceName: service.web,
    // @vercel/otel says that every process runs at Vercel.
    attributes: { 'cloud.provider': undefined, ...resourceAttributes(service.web, DEFAULT_PORT) },
    traceSampler: new RecordServerSpans(samplerFromEnvironment()),
    // Ours alone: with a `traceExporter`, or with "auto", @vercel/otel adds an exporter of its own and every span is
    // delivered twice.
    spanProcessors: [spans],
    logRecordProcessors: [logs],
    metricReaders: [metrics],
    views: [
      {
        // The libraries' default buckets end at 10 s; a streamed answer takes longer.
        instrumentName: 'http.*.request.duration',
        aggregation: { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries: secondsBuckets } },
      },
    ],
    instrumentations: [new UndiciInstrumentation(), new PinoInstrumentation(), new RuntimeNodeInstrumentation()],
  })
  spans.recordDurations(libraryMetric.httpServerDuration)
  // Not before: pino is instrumented when it is loaded.
  const { log } = await import('../server/log.ts')
  // Outside of whatever request happened to be running when the exporter's timer was set.
  const warn = (message: string) => context.with(ROOT_CONTEXT, () => log.warn(message))
  flushOnExit(() => [spans.forceFlush(), logs.forceFlush(), metrics.forceFlush()])
}

const silent = { verbose() {}, debug() {}, info() {}, warn() {}, error() {} }
