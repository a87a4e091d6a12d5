import type { Problem } from '@repo/contract/problem'

/** What went wrong with a request. */
export type RequestProblem = ReturnType<typeof requestProblem>

/**
 * Reads the error of a request that failed before its stream began.
 *
 * @param error the AI SDK's error, whose message is the response's body, or whatever `fetch` threw
 */
export function requestProblem(error: Error) {
  const problem = parseProblem(error.message)
  if (problem) {
    const { detail, title, status, traceId, retryAfterSeconds } = problem
    const type = problem.type.slice(problem.type.lastIndexOf(':') + 1)
    const retryAt = retryAfterSeconds ? Date.now() + retryAfterSeconds * 1000 : null
    return {
      /** The name of the API's problem, or what the page itself knows of it. */
      type,
      /** When it may work again, in milliseconds since 1970; null: at any time. */
      retryAt,
      // The Retry button counts down; the API's sentence would stand still beside it.
      detail: type === 'rate-limited' && retryAt ? null : detail || title,
      traceId: traceId ?? null,
      /** True when sending the same again cannot succeed: the message has to change first. */
      refused: status >= 400 && status < 500 && status !== 408 && status !== 429,
    }
  }
  // Browsers word a failed connection differently, but all throw a TypeError for it.
  const type = error instanceof TypeError ? 'unreachable' : 'unexpected'
  return { type, detail: null, traceId: null, retryAt: null, refused: false }
}

/** By hand: the contract's zod schema would be half of what the page loads first. */
function parseProblem(body: string): Problem | null {
  try {
    const value: Partial<Problem> | null = JSON.parse(body)
    return value?.title && value.type && typeof value.status === 'number' ? (value as Problem) : null
  } catch {
    return null
  }
}
