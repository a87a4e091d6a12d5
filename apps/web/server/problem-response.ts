import { trace } from '@opentelemetry/api'
import type { Problem } from '@repo/contract/problem'

/** A problem of the web server itself, in the same form as the API's. */
export function problemResponse(status: number, name: string, title: string, detail: string): Response {
  const problem: Problem = {
    type: `urn:lgtm-chat:problem:${name}`,
    title,
    status,
    detail,
    traceId: trace.getActiveSpan()?.spanContext().traceId ?? null,
  }
  return Response.json(problem, { status, headers: { 'content-type': 'application/problem+json' } })
}
