import { FastifyOtelInstrumentation } from '@fastify/otel'
import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { pino } from 'pino'
import { chunkTimes } from './chunk-times.ts'
import { batchLogRecordProcessor, httpDurationView, metricReader, protocolWarnings, silenceSdk } from './environment.ts'
import { ExportHealth } from './export-health.ts'
import { resourceAttributes } from './resource.ts'

/** Enough for a local collector; a slow or absent one must not hold up the end of the process. */
const SHUTDOWN_TIMEOUT_MS = 3000

/** Paths that probes ask every few seconds: no spans, or they would be most of what Tempo holds. */
const PROBES = new Set(['/health', '/ready'])

/** In place of a query string, which can hold what people typed. */
const REDACTED = 'REDACTED'
const pathOf = (url = '') => url.split('?', 1)[0] ?? ''

let sdk: NodeSDK | undefined

/**
 * Starts traces, metrics and logs of a Node service over OTLP/HTTP (JSON). Everything else is configured by the
 * standard `OTEL_*` variables; `OTEL_SDK_DISABLED=true` makes this a no-op.
 *
 * Call it before the modules it instruments are loaded, i.e. from a module given to `node --import`.
 *
 * @param serviceName default `service.name`
 * @param port default port, part of `service.instance.id`
 */
export function startTelemetry(serviceName: string, port?: number): void {
  if (sdk || process.env.OTEL_SDK_DISABLED === 'true') return
  // The bundle holds some forty; these are the ones that this system has. The variable is the bundle's own.
  process.env.OTEL_NODE_ENABLED_INSTRUMENTATIONS ??= 'http,undici,pg,pino,runtime-node'
  const health = new ExportHealth((message) => log.warn(message))
  const warnings = protocolWarnings()
  const attributes = resourceAttributes(serviceName, port, (message) => warnings.push(message))
  sdk = new NodeSDK({
    resource: resourceFromAttributes(attributes),
    autoDetectResources: false,
    traceExporter: health.watch(new OTLPTraceExporter()),
    metricReaders: [metricReader(health.watch(new OTLPMetricExporter()), [chunkTimes])],
    logRecordProcessors: [batchLogRecordProcessor(health.watch(new OTLPLogExporter()))],
    views: [httpDurationView],
    instrumentations: [
      getNodeAutoInstrumentations({
        '@opentelemetry/instrumentation-http': {
          ignoreIncomingRequestHook: (request) => PROBES.has(pathOf(request.url)),
          requestHook: (span, request) => {
            if ('url' in request && request.url?.includes('?')) span.setAttribute('url.query', REDACTED)
          },
          // Our own code calls out with fetch, which the undici instrumentation sees.
          disableOutgoingRequestInstrumentation: true,
        },
        '@opentelemetry/instrumentation-pg': { requireParentSpan: true, ignoreConnectSpans: true },
      }),
      new FastifyOtelInstrumentation({
        registerOnInitialization: true,
        ignorePaths: ({ url }) => PROBES.has(url),
        requestHook: (span, request) => span.setAttribute('url.path', pathOf(request.url)),
        // Spans per hook and handler say nothing that `request` and `invoke_agent` do not, and exception messages can quote what a user typed.
        instrumentHooks: false,
        instrumentHandler: false,
        recordExceptions: false,
      }),
    ],
  })
  silenceSdk()
  sdk.start()
  const log = pino({ name: 'telemetry', level: process.env.LOG_LEVEL || 'info' })
  for (const warning of warnings) log.warn(warning)
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
