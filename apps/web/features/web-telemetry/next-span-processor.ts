import { type Attributes, type Context, type Histogram, metrics, SpanKind } from '@opentelemetry/api'
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace-base'
import { redactQuery } from './redact-query.ts'

/**
 * What Next does on its way to our code, milliseconds at most and the same in each request. Each is a leaf: nothing
 * of interest ever has it as its parent, so leaving it out tears no trace apart.
 */
const NOISE = new Set([
  'AppRouteRouteModule.loadUserland',
  'Instrumentation.loadModule',
  'Instrumentation.register',
  'LoadComponents.loadRouteModule',
  'NextNodeServer.clientComponentLoading',
  'NextNodeServer.createComponentTree',
  'NextNodeServer.findPageComponents',
  'NextNodeServer.getLayoutOrPageModule',
  'NextNodeServer.startResponse',
  'ResolveMetadata.generateViewport',
  'RouteModule.prepare',
])

/** The one place that decides which of Next's spans are exported, and that makes request metrics of the others. */
export class NextSpanProcessor implements SpanProcessor {
  readonly #next: readonly SpanProcessor[]
  #durations: Histogram | undefined

  /** @param next get the spans that are exported */
  constructor(...next: SpanProcessor[]) {
    this.#next = next
  }

  /**
   * Records the duration of each request, which Next does not: seconds, by method, route and status.
   *
   * @param name of the histogram
   */
  recordDurations(name: string): void {
    const options = { unit: 's', description: 'Duration of HTTP server requests.' }
    this.#durations = metrics.getMeter('chat-web').createHistogram(name, options)
  }

  onStart(span: Span, parent: Context): void {
    redactQuery(span)
    for (const next of this.#next) next.onStart(span, parent)
  }

  onEnd(span: ReadableSpan): void {
    if (span.kind === SpanKind.SERVER)
      this.#durations?.record(seconds(span.duration), requestAttributes(span.attributes))
    if (!NOISE.has(String(span.attributes['next.span_type']))) for (const next of this.#next) next.onEnd(span)
  }

  async forceFlush(): Promise<void> {
    await Promise.all(this.#next.map((next) => next.forceFlush()))
  }

  async shutdown(): Promise<void> {
    await Promise.all(this.#next.map((next) => next.shutdown()))
  }
}

/** From Next's old attribute names to the conventions' current ones. */
function requestAttributes(span: Attributes): Attributes {
  const status = Number(span['http.status_code'])
  return {
    'http.request.method': span['http.method'],
    'http.route': span['next.route'] ?? span['http.route'],
    'http.response.status_code': status || undefined,
    'error.type': status >= 500 ? String(status) : undefined,
    'url.scheme': 'http',
  }
}

function seconds([whole, nanos]: [number, number]): number {
  return whole + nanos / 1e9
}
