import { metrics } from '@opentelemetry/api'
import { logs } from '@opentelemetry/api-logs'
import { registerInstrumentations } from '@opentelemetry/instrumentation'
import { PinoInstrumentation } from '@opentelemetry/instrumentation-pino'
import { RuntimeNodeInstrumentation } from '@opentelemetry/instrumentation-runtime-node'
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { LoggerProvider } from '@opentelemetry/sdk-logs'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node'
import { pino } from 'pino'
import { batchLogRecordProcessor, httpDurationView, isDisabled, metricReader, silenceSdk } from './environment.ts'
import { ExportHealth } from './export-health.ts'
import { exporters } from './exporters.ts'
import * as features from './features.ts'
import type { CallFeature } from './model-call.ts'
import { resourceAttributes } from './resource.ts'

/** Enough for a local collector; a slow or absent one must not hold up the end of the process. */
const SHUTDOWN_TIMEOUT_MS = 3000

/** Of features that measure by themselves. */
const producers = Object.values<CallFeature>(features).flatMap(({ producer }) => producer ?? [])

let providers: readonly { shutdown(): Promise<void> }[] = []

/**
 * Starts traces, metrics and logs of a Node service over OTLP/HTTP. Everything else is configured by the
 * standard `OTEL_*` variables; `OTEL_SDK_DISABLED=true` makes this a no-op.
 *
 * Call it before the modules it instruments are loaded, i.e. from a module given to `node --import`.
 *
 * @param serviceName default `service.name`
 * @param port default port, part of `service.instance.id`
 */
export async function startTelemetry(serviceName: string, port?: number): Promise<void> {
  if (providers.length > 0 || isDisabled()) return
  silenceSdk()
  const health = new ExportHealth((message) => log.warn(message))
  const warnings: string[] = []
  const warn = (message: string) => void warnings.push(message)
  const to = await exporters(health, warn)
  const resource = resourceFromAttributes(resourceAttributes(serviceName, port, warn))
  // Each by itself, and none without an exporter: NodeSDK loads every exporter and propagator that there is.
  const tracerProvider = new NodeTracerProvider({
    resource,
    spanProcessors: to.traces.map((exporter) => new BatchSpanProcessor(exporter)),
  })
  const meterProvider = new MeterProvider({
    resource,
    readers: to.metrics.map((exporter) => metricReader(exporter, producers)),
    views: [httpDurationView],
  })
  const loggerProvider = new LoggerProvider({ resource, processors: to.logs.map(batchLogRecordProcessor) })
  providers = [tracerProvider, loggerProvider, meterProvider]
  tracerProvider.register()
  metrics.setGlobalMeterProvider(meterProvider)
  logs.setGlobalLoggerProvider(loggerProvider)
  registerInstrumentations({
    instrumentations: [new UndiciInstrumentation(), new PinoInstrumentation(), new RuntimeNodeInstrumentation()],
  })
  const log = pino({ name: 'telemetry', level: process.env.LOG_LEVEL || 'info' })
  for (const message of warnings) log.warn(message)
}

/** Sends what is still buffered and stops. Resolves in at most three seconds, also when nobody answers. Never rejects. */
export async function shutdownTelemetry(): Promise<void> {
  const running = providers
  providers = []
  await Promise.race([
    Promise.allSettled(running.map((provider) => provider.shutdown())),
    new Promise((resolve) => setTimeout(resolve, SHUTDOWN_TIMEOUT_MS).unref()),
  ])
}
