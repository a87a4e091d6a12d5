import { context } from '@opentelemetry/api'
import { after, type NextRequest } from 'next/server'
import { config } from '../../../server/config.ts'
import { log } from '../../../server/log.ts'
import { problemResponse } from '../../../server/problem-response.ts'
import { pick, REQUEST_HEADERS, responseHeaders, targetUrl } from '../../../server/proxy-rules.ts'

/**
 * Passes `/api/*` on to the API, so that the browser has one origin and the answer's trace starts here. A handler
 * rather than `rewrites()`, because Next records no span for a rewrite.
 */
async function proxy(request: NextRequest): Promise<Response> {
  const started = performance.now()
  const response = await forward(request)
  const line = { method: request.method, path: request.nextUrl.pathname, status: response.status }
  const report = () => {
    const durationMs = Math.round(performance.now() - started)
    const ended = { ...line, ...(request.signal.aborted && { aborted: true }), durationMs }
    log.info(ended, '%s %s %d', line.method, line.path, line.status)
  }
  // Bound to this request's context: the line is written after the stream, and still belongs to its trace.
  after(context.bind(context.active(), report))
  return response
}

async function forward(request: NextRequest): Promise<Response> {
  const target = targetUrl(config().apiUrl, request.nextUrl)
  if (!target) return problemResponse(404, 'not-found', 'Not found', 'There is no such path.')
  try {
    const upstream = await fetch(target, {
      method: request.method,
      headers: pick(request.headers, REQUEST_HEADERS),
      body: request.body,
      // A browser that goes away ends the API's request; the answer goes on for whoever comes back.
      signal: request.signal,
      redirect: 'manual',
      cache: 'no-store',
      ...(request.body ? { duplex: 'half' } : {}),
    })
    return new Response(upstream.body, { status: upstream.status, headers: responseHeaders(upstream.headers) })
  } catch (error) {
    if (request.signal.aborted) return new Response(null, { status: 499 })
    const { cause } = error as Error
    log.error({ err: cause ?? error, path: request.nextUrl.pathname }, 'API not reachable')
    const detail = 'The API is not reachable at the moment. Retry in a few seconds.'
    return problemResponse(503, 'api-unreachable', 'Service unavailable', detail)
  }
}

export { proxy as DELETE, proxy as GET, proxy as PATCH, proxy as POST, proxy as PUT }
