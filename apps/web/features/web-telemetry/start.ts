import { context, ROOT_CONTEXT } from '@opentelemetry/api'
import { PinoInstrumentation } from '@opentelemetry/instrumentation-pino'
import { RuntimeNodeInstrumentation } from '@opentelemetry/instrumentation-runtime-node'
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici'
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { libraryMetric, service } from '@repo/telemetry/catalogue'
import {
  batchLogRecordProcessor,
  httpDurationView,
  isDisabled,
  metricReader,
  silenceSdk,
} from '@repo/telemetry/environment'
import { ExportHealth } from '@repo/telemetry/export-health'
import { exporters } from '@repo/telemetry/exporters'
import { resourceAttributes } from '@repo/telemetry/resource'
import { registerOTel } from '@vercel/otel'
import { flushOnExit } from './flush-on-exit.ts'
import { NextSpanProcessor } from './next-span-processor.ts'
import { RecordServerSpans, samplerFromEnvironment } from './sampler.ts'

const DEFAULT_PORT = 3000

/**
 * Starts traces, metrics and logs of the web server over OTLP/HTTP, configured by the standard `OTEL_*`
 * variables. `OTEL_SDK_DISABLED=true` makes this a no-op.
 */
export async function startTelemetry(): Promise<void> {
  if (isDisabled()) return
  // Next reads this at each fetch. Its own fetch spans end with the headers; undici's cover the whole stream, and two
  // CLIENT spans a call would count every request twice.
  process.env.NEXT_OTEL_FETCH_DISABLED = '1'
  silenceSdk()

  const warnings: string[] = []
  const health = new ExportHealth((message) => warn(message))
  const to = await exporters(health, (message) => warnings.push(message))
  const spans = new NextSpanProcessor(...to.traces.map((exporter) => new BatchSpanProcessor(exporter)))
  const logs = to.logs.map(batchLogRecordProcessor)
  const metrics = to.metrics.map((exporter) => metricReader(exporter))
  const attributes = resourceAttributes(service.web, DEFAULT_PORT, (message) => warnings.push(message))

  registerOTel({
    serviceName: service.web,
    // @vercel/otel says that every process runs at Vercel.
    attributes: { 'cloud.provider': undefined, ...attributes },
    traceSampler: new RecordServerSpans(samplerFromEnvironment()),
    // Ours alone: with a `traceExporter`, or with "auto", @vercel/otel adds an exporter of its own and every span is
    // delivered twice.
    spanProcessors: [spans],
    logRecordProcessors: logs,
    metricReaders: metrics,
    views: [httpDurationView],
    instrumentations: [new UndiciInstrumentation(), new PinoInstrumentation(), new RuntimeNodeInstrumentation()],
  })
  spans.recordDurations(libraryMetric.httpServerDuration)
  // Not before: pino is instrumented when it is loaded.
  const { log } = await import('../../server/log.ts')
  // Outside of whatever request happened to be running when the exporter's timer was set.
  const warn = (message: string) => context.with(ROOT_CONTEXT, () => log.warn(message))
  warnings.forEach(warn)
  flushOnExit(async () => {
    await Promise.all([spans, ...logs, ...metrics].map((end) => end.forceFlush()))
    await Promise.all([...to.traces, ...to.logs, ...to.metrics].map((exporter) => exporter.forceFlush?.()))
  })
}
