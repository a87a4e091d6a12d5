import type { Problem } from '@repo/contract/problem'
import { text } from '../../text.ts'

/** A longer wait is told by the clock, and does not lock Retry: a budget can come free before its day ends. */
export const COUNTDOWN_SECONDS = 120

/** What went wrong with a request, in words for people. */
export interface RequestProblem {
  headline: string
  detail: string | null
  traceId: string | null
  /** True when sending the same again cannot succeed: the message has to change first. */
  refused: boolean
  /** When it may work again, in milliseconds since 1970; null: at any time. */
  retryAt: number | null
}

const RATE_LIMITED = 'rate-limited'

const headlines: Record<string, string> = {
  [RATE_LIMITED]: text.problem.rateLimited,
  'budget-spent': text.problem.budget,
  'visitor-budget-spent': text.problem.budget,
  'database-unavailable': text.problem.database,
  'message-too-long': text.problem.tooLong,
}

/**
 * Reads the error of a request that failed before its stream began.
 *
 * @param error the AI SDK's error, whose message is the response's body, or whatever `fetch` threw
 */
export function requestProblem(error: Error): RequestProblem {
  const problem = parseProblem(error.message)
  if (problem) {
    const { type, detail, title, status, traceId, retryAfterSeconds } = problem
    const name = type.slice(type.lastIndexOf(':') + 1)
    const retryAt = retryAfterSeconds ? Date.now() + retryAfterSeconds * 1000 : null
    return {
      headline: headlines[name] ?? text.message.noAnswer,
      // The Retry button counts down; the API's sentence would stand still beside it.
      detail: name === RATE_LIMITED && retryAt ? null : detail || title,
      traceId: traceId ?? null,
      refused: status >= 400 && status < 500 && status !== 408 && status !== 429,
      retryAt,
    }
  }
  // Browsers word a failed connection differently, but all throw a TypeError for it.
  const detail = error instanceof TypeError ? text.problem.unreachable : text.problem.unexpected
  return { headline: text.message.noAnswer, detail, traceId: null, refused: false, retryAt: null }
}

/** By hand: the contract's zod schema would be half of what the page loads first. */
function parseProblem(body: string): Problem | null {
  try {
    const value: Partial<Problem> | null = JSON.parse(body)
    const complete =
      typeof value?.title === 'string' &&
      typeof value.detail === 'string' &&
      typeof value.status === 'number' &&
      typeof value.type === 'string'
    return complete ? (value as Problem) : null
  } catch {
    return null
  }
}
