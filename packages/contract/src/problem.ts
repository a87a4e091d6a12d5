import { z } from 'zod'

/** RFC 9457 problem details, sent as `application/problem+json`. */
export const problemSchema = z.object({
  type: z.string().describe('about:blank, or urn:lgtm-chat:problem:{name}'),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  /** The request's trace: 32 hex digits, null when tracing is off. */
  traceId: z.string().nullable(),
  /** With 429: seconds until it may work again, as in the `retry-after` header. */
  retryAfterSeconds: z.int().positive().optional(),
})
export type Problem = z.infer<typeof problemSchema>
