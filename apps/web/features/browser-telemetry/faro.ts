import {
  ErrorsInstrumentation,
  InternalLoggerLevel,
  initializeFaro,
  SessionInstrumentation,
  WebVitalsInstrumentation,
} from '@grafana/faro-web-sdk'
import { TracingInstrumentation } from '@grafana/faro-web-tracing'
import type { Span } from '@opentelemetry/api'
import { COLLECTOR_PATH } from '../web-telemetry/collector-path.ts'
import type { Reporter } from './report.ts'
import type { BrowserTelemetrySettings } from './settings.ts'
import { withoutContent } from './without-content.ts'

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/

let reporter: Reporter | undefined

/**
 * Starts Faro: sessions, web vitals, uncaught errors, and a span for each request of the page, which becomes the root
 * of the trace that the servers continue. Not the console and not clicks: both can hold what people typed. Starts once,
 * however often it is called.
 */
export function startFaro(settings: BrowserTelemetrySettings): Reporter | undefined {
  if (reporter) return reporter
  const faro = initializeFaro({
    // In full: Faro leaves requests to this address out of its traces by comparing it.
    url: new URL(COLLECTOR_PATH, location.origin).href,
    app: settings.app,
    instrumentations: [
      new SessionInstrumentation(),
      new ErrorsInstrumentation(),
      new WebVitalsInstrumentation(),
      new TracingInstrumentation({
        // Otherwise a session that is not sampled tells the servers not to sample either.
        omitTraceContextForUnsampledSessions: true,
        instrumentationOptions: { fetchInstrumentationOptions: { applyCustomAttributesOnSpan: nameByRoute } },
      }),
    ],
    sessionTracking: { samplingRate: settings.sampleRate },
    beforeSend: withoutContent(Object.values(settings.attributes)),
    // A collector that is away is nothing that a visitor's console has to say.
    internalLoggerLevel: InternalLoggerLevel.OFF,
    preventGlobalExposure: true,
  })
  if (!faro) return undefined
  reporter = {
    error: (error) => faro.api.pushError(error),
    perceivedTtft({ milliseconds, model, outcome, traceId }) {
      const { attributes, perceivedTtft } = settings
      const context = { [attributes.model]: model, [attributes.outcome]: outcome }
      faro.api.pushMeasurement(
        { type: perceivedTtft.type, values: { [perceivedTtft.value]: milliseconds } },
        // The turn's trace; which of its spans says nothing more.
        { context, skipDedupe: true, ...(traceId && { spanContext: { traceId, spanId: '' } }) },
      )
    },
  }
  return reporter
}

/** `POST /api/chat`, where Faro says `POST`. */
function nameByRoute(span: Span, { method = 'GET' }: Request | RequestInit, result: unknown): void {
  if (result instanceof Response) span.updateName(`${method} ${new URL(result.url).pathname.replace(UUID, ':id')}`)
}
