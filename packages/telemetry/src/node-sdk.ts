import { HttpInstrumentation } from '@opentelemetry/instrumentation-http'
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg'
import { PinoInstrumentation } from '@opentelemetry/instrumentation-pino'
import { RuntimeNodeInstrumentation } from '@opentelemetry/instrumentation-runtime-node'
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { pino } from 'pino'
import { batchLogRecordProcessor, httpDurationView, isDisabled, metricReader, silenceSdk } from './environment.ts'
import { ExportHealth } from './export-health.ts'
import { exporters } from './exporters.ts'
import * as features from './features.ts'
import type { CallFeature } from './model-call.ts'
import { resourceAttributes } from './resource.ts'

/** Enough for a local collector; a slow or absent one must not hold up the end of the process. */
const SHUTDOWN_TIMEOUT_MS = 3000

/** Paths that probes ask every few seconds: no spans, or they would be most of what Tempo holds. */
const PROBES = new Set(['/health', '/ready'])

/** In place of a query string, which can hold what people typed. */
const REDACTED = 'REDACTED'
const pathOf = (url = '') => url.split('?', 1)[0] ?? ''

/** Of features that measure by themselves. */
const producers = Object.values<CallFeature>(features).flatMap(({ producer }) => producer ?? [])

/** Of PostgreSQL, without its pool: see pool.ts. */
class Statements extends PgInstrumentation {
  override init() {
    return super.init().filter(({ name }) => name !== 'pg-pool')
  }
}

let sdk: NodeSDK | undefined

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
  if (sdk || isDisabled()) return
  silenceSdk()
  const health = new ExportHealth((message) => log.warn(message))
  const warnings: string[] = []
  const warn = (message: string) => void warnings.push(message)
  const { traces, metrics, logs } = await exporters(health, warn)
  sdk = new NodeSDK({
    resource: resourceFromAttributes(resourceAttributes(serviceName, port, warn)),
    autoDetectResources: false,
    spanProcessors: traces.map((exporter) => new BatchSpanProcessor(exporter)),
    metricReaders: metrics.map((exporter) => metricReader(exporter, producers)),
    logRecordProcessors: logs.map(batchLogRecordProcessor),
    views: [httpDurationView],
    instrumentations: [
      new HttpInstrumentation({
        ignoreIncomingRequestHook: (request) => PROBES.has(pathOf(request.url)),
        requestHook: (span, request) => {
          if ('url' in request && request.url?.includes('?')) span.setAttribute('url.query', REDACTED)
        },
        // Our own code calls out with fetch, which the undici instrumentation sees.
        disableOutgoingRequestInstrumentation: true,
      }),
      new UndiciInstrumentation(),
      new Statements({ requireParentSpan: true, ignoreConnectSpans: true }),
      new PinoInstrumentation(),
      new RuntimeNodeInstrumentation(),
    ],
  })
  sdk.start()
  const log = pino({ name: 'telemetry', level: process.env.LOG_LEVEL || 'info' })
  for (const message of warnings) log.warn(message)
}

/** Sends what is still buffered and stops. Resolves in at most three seconds, also when nobody answers. Never rejects. */
export async function shutdownTelemetry(): Promise<void> {
  if (!sdk) return
  const running = sdk
  sdk = undefined
  await Promise.race([
    running.shutdown().catch(() => {}),
    new Promise((resolve) => setTimeout(resolve, SHUTDOWN_TIMEOUT_MS).unref()),
  ])
}
