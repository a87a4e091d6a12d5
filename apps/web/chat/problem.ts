import type { Problem } from '@repo/contract/problem'
import { text } from '../text.ts'

/** What went wrong with a request, in words for people. */
export interface RequestProblem {
  detail: string
  traceId: string | null
  /** True when sending the same again cannot succeed: the message has to change first. */
  refused: boolean
}

/**
 * Reads the error of a request that failed before its stream began.
 *
 * @param error the AI SDK's error, whose message is the response's body, or whatever `fetch` threw
 */
export function requestProblem(error: Error): RequestProblem {
  const problem = parseProblem(error.message)
  if (problem) {
    const { detail, title, status, traceId } = problem
    return {
      detail: detail || title,
      traceId: traceId ?? null,
      refused: status >= 400 && status < 500 && status !== 408 && status !== 429,
    }
  }
  // Browsers word a failed connection differently, but all throw a TypeError for it.
  const detail = error instanceof TypeError ? text.problem.unreachable : text.problem.unexpected
  return { detail, traceId: null, refused: false }
}

/** By hand: the contract's zod schema would be half of what the page loads first. */
function parseProblem(body: string): Problem | null {
  try {
    const value: Partial<Problem> | null = JSON.parse(body)
    const complete =
      typeof value?.title === 'string' && typeof value.detail === 'string' && typeof value.status === 'number'
    return complete ? (value as Problem) : null
  } catch {
    return null
  }
}
