import { trace } from '@opentelemetry/api'
import type { Problem } from '@repo/contract/problem'

/** A problem of the web server itself, in the same form as the API's. */
export function problemResponse(status: number, title: string, detail: string): Response {
  const problem: Problem = {
    type: 'about:blank',
    title,
    status,
    detail,
    traceId: trace.getActiveSpan()?.spanContext().traceId ?? null,
  }
  return Response.json(problem, { status, headers: { 'content-type': 'application/problem+json' } })
}
