import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import {
  type Attributes,
  type Context,
  context,
  metrics,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { attribute, errorType, libraryMetric } from './catalogue.ts'

/** Paths that probes ask every few seconds: no spans, or they would be most of what Tempo holds. */
const PROBES = new Set(['/health', '/ready'])
/** In place of a query string, which can hold what people typed. */
const REDACTED = 'REDACTED'
/** Those of the conventions: a label stays bounded whatever is sent. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'QUERY'])

interface Request {
  readonly raw: IncomingMessage
  readonly routeOptions: { readonly url?: string | undefined }
}
interface Reply {
  readonly raw: ServerResponse
}
type Hook = (request: Request, reply: Reply, done: () => void) => void
interface App {
  addHook(name: 'onRequest' | 'onResponse', hook: Hook): unknown
}

/**
 * The SERVER span of each request of a Fastify server, and `http.server.request.duration`, by the conventions for HTTP.
 * Two hooks, to be the first: an instrumentation of `node:http` binds every listener of request and response to the
 * context, which Fastify carries from its first hook to its handler by itself.
 */
export function observeRequests(app: App): void {
  const tracer = trace.getTracer('@repo/telemetry/http-server')
  const durations = metrics
    .getMeter('@repo/telemetry/http-server')
    .createHistogram(libraryMetric.httpServerDuration, { unit: 's', description: 'Duration of HTTP server requests.' })
  const contexts = new WeakMap<IncomingMessage, Context>()

  app.addHook('onRequest', ({ raw, routeOptions }, { raw: response }, done) => {
    const [path = '', query] = (raw.url ?? '').split('?', 2)
    if (PROBES.has(path)) return done()
    const startMs = performance.now()
    const { method = '', httpVersion } = raw
    const common: Attributes = {
      'http.request.method': METHODS.has(method) ? method : errorType.other,
      'url.scheme': 'http',
      'network.protocol.version': httpVersion,
      ...(routeOptions.url && { 'http.route': routeOptions.url }),
    }
    const attributes: Attributes = {
      ...common,
      'url.path': path,
      ...(query && { 'url.query': REDACTED }),
      ...addressesOf(raw),
    }
    if (!METHODS.has(method)) attributes['http.request.method_original'] = method
    const parent = propagation.extract(ROOT_CONTEXT, raw.headers)
    const name = routeOptions.url ? `${method} ${routeOptions.url}` : method
    const span = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent)
    const within = trace.setSpan(parent, span)
    contexts.set(raw, within)
    response.once('close', () => {
      const { statusCode, errored } = response
      const failed = errored?.name ?? (statusCode >= 500 ? String(statusCode) : undefined)
      const answered = { 'http.response.status_code': statusCode, ...(failed && { [attribute.errorType]: failed }) }
      span.setAttributes(answered)
      if (failed) span.setStatus({ code: SpanStatusCode.ERROR })
      span.end()
      durations.record((performance.now() - startMs) / 1000, { ...common, ...answered }, within)
    })
    context.with(within, done)
  })
  // What Node tells of a response comes in whichever context.
  app.addHook('onResponse', ({ raw }, _, done) => context.with(contexts.get(raw) ?? context.active(), done))
}

function addressesOf({ headers, socket }: IncomingMessage): Attributes {
  const [, host, port] =
    /^(\[.*\]|[^:]*)(?::(\d+))?$/.exec(first(headers, 'x-forwarded-host') ?? headers.host ?? '') ?? []
  const peer = socket.remoteAddress
  const client = first(headers, 'x-forwarded-for') ?? peer
  return {
    ...(host && { [attribute.serverAddress]: host, [attribute.serverPort]: Number(port ?? 80) }),
    ...(client && { 'client.address': client }),
    ...(peer && { 'network.peer.address': peer, 'network.peer.port': socket.remotePort }),
    ...(headers['user-agent'] && { 'user_agent.original': headers['user-agent'] }),
  }
}

/** Of proxies, each of which adds its own. */
function first(headers: IncomingHttpHeaders, name: string): string | undefined {
  return (
    String(headers[name] ?? '')
      .split(',', 1)[0]
      ?.trim() || undefined
  )
}
