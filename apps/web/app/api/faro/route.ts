import type { NextRequest } from 'next/server'
import { faroUrl } from '../../../features/browser-telemetry/settings.ts'
import { log } from '../../../server/log.ts'
import { problemResponse } from '../../../server/problem-response.ts'
import { pick } from '../../../server/proxy-rules.ts'

/** The collector's own limit. */
const MAX_BYTES = 2 ** 20
/** Below the patience of the page, which tries again. */
const TIMEOUT_MS = 5000

let away = false

/** Passes the page's telemetry on to the collector (see COLLECTOR_PATH). No line of log and no trace for each: features/web-telemetry/sampler.ts. */
export async function POST(request: NextRequest): Promise<Response> {
  const collector = faroUrl(process.env)
  if (!collector) return problemResponse(404, 'not-found', 'Not found', 'There is no such path.')
  // A page of another origin can send a form or plain text without asking first, but not this.
  if (request.headers.get('content-type') !== 'application/json') return new Response(null, { status: 415 })
  // Node refuses a body that is longer than its announced length.
  const length = Number(request.headers.get('content-length') || Number.NaN)
  if (!(length <= MAX_BYTES)) return new Response(null, { status: Number.isNaN(length) ? 411 : 413 })
  try {
    const upstream = await fetch(collector, {
      method: 'POST',
      headers: pick(request.headers, ['content-type', 'x-faro-session-id']),
      body: await request.arrayBuffer(),
      redirect: 'manual',
      cache: 'no-store',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    await upstream.body?.cancel()
    report(collector, null)
    return new Response(null, {
      status: upstream.status,
      headers: pick(upstream.headers, ['retry-after', 'x-faro-session-status']),
    })
  } catch (error) {
    if (request.signal.aborted) return new Response(null, { status: 499 })
    report(collector, error as Error)
    return new Response(null, { status: 503 })
  }
}

/** Once when the collector goes away and once when it is back, as with the server's own telemetry. */
function report(collector: string, error: Error | null): void {
  if (away === (error !== null)) return
  away = error !== null
  if (error) log.warn({ err: error.cause ?? error }, `Browser telemetry is not delivered to ${collector} (FARO_URL).`)
  else log.warn(`Browser telemetry is delivered to ${collector} again.`)
}
