import { trace } from '@opentelemetry/api'
import type { Problem } from '@repo/contract/problem'

/** Of a problem in the same form as the API's. */
export const problemHeaders = { 'content-type': 'application/problem+json' }

/** A problem of the web server itself. */
export function problemOf(status: number, name: string, title: string, detail: string): Problem {
  const traceId = trace.getActiveSpan()?.spanContext().traceId ?? null
  return { type: `urn:lgtm-chat:problem:${name}`, title, status, detail, traceId }
}

export function problemResponse(...[status, ...problem]: Parameters<typeof problemOf>): Response {
  return Response.json(problemOf(status, ...problem), { status, headers: problemHeaders })
}
