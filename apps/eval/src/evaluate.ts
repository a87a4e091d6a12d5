import { recordEvaluation } from '@repo/telemetry/evaluation'
import { type Answer, ask } from './ask.ts'
import { check, type Failure } from './checks.ts'
import type { Judge } from './judge.ts'
import type { Question } from './questions.ts'

export interface Evaluated {
  readonly answer: Answer
  readonly failures: readonly Failure[]
}

/** A question with all that was answered to it, in the order in which it came. */
export interface Result {
  readonly question: Question
  readonly answers: readonly Evaluated[]
}

interface Run {
  readonly url: string
  readonly cookie: string | undefined
  readonly model: string
  readonly repeats: number
  /** Questions under way at once. */
  readonly parallel: number
  readonly judge: Judge
}

/**
 * Asks each question so many times, and records each verdict as part of its turn's trace.
 * @param onAnswer told after each
 * @throws {UsageError} when chat or judge cannot be asked: then there is no result, and not a bad one
 */
export async function evaluate(
  questions: readonly Question[],
  { url, cookie, model, repeats, parallel, judge }: Run,
  onAnswer: (results: readonly Result[]) => void,
): Promise<Result[]> {
  const results = questions.map((question) => ({ question, answers: [] as Evaluated[] }))
  // All questions once, then all again: what changes on the way, changes for all.
  const waiting = Array.from({ length: repeats }, () => results).flat()
  const worker = async () => {
    for (let result = waiting.shift(); result; result = waiting.shift()) {
      const answer = await ask(url, result.question.ask, model, cookie)
      const failures = await check(result.question, answer, judge)
      result.answers.push({ answer, failures })
      recordEvaluation({
        name: result.question.name,
        score: failures.length === 0 ? 1 : 0,
        label: failures.length === 0 ? 'pass' : 'fail',
        explanation: failures.join(', ') || undefined,
        ...answer.metadata,
        conversationId: answer.conversationId,
      })
      onAnswer(results)
    }
  }
  try {
    await Promise.all(Array.from({ length: parallel }, worker))
  } finally {
    waiting.length = 0 // the others need not go on where one cannot
  }
  return results
}
