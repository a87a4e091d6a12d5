import { ask, type Question } from '@repo/stores/turn'

/** Something that the mock does when it reads it. */
export interface SteadyQuestion extends Question {
  readonly perSecond: number
}

/**
 * Asks each question at its rate, each time in a conversation and as a visitor of its own, however the turns end.
 * @param api address
 * @returns stops asking, and resolves when the last turn has ended
 */
export function askSteadily(api: string, questions: readonly SteadyQuestion[]): () => Promise<void> {
  const running = new Set<Promise<void>>()
  const timers = questions.map((question) =>
    setInterval(() => {
      // A fault may be an answer of 4xx, or none at all: the metrics say what it was.
      const turn = ask(api, question).then(
        () => void running.delete(turn),
        () => void running.delete(turn),
      )
      running.add(turn)
    }, 1000 / question.perSecond),
  )
  return async () => {
    for (const timer of timers) clearInterval(timer)
    await Promise.all(running)
  }
}
