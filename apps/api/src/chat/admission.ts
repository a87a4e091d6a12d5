import type { AnswerRow, Asked, Messages, Question } from '../db/messages.ts'
import type { PromptSize } from './prompt-size.ts'
import type { Ended, Settlement } from './settlement.ts'

/** A question that wants to be asked. */
export interface Candidate extends Question {
  readonly model: string
  /** What the model is sent beside the context: the question, the instructions, the tools. */
  readonly size: PromptSize
}

/** A question that was let in and is stored. Exactly one of `settle` and `release` must follow. */
export interface Admission extends Asked {
  /**
   * Reserves for a further model call of the turn, before it is made.
   * @param size of its whole prompt
   * @returns whether the budgets have room for it
   */
  readonly extend: (size: PromptSize) => Promise<boolean>
  /** What the turn is charged where nobody knows its cost, in USD; null: nothing is known to charge. */
  readonly estimate: (ended: Ended) => number | null
  /**
   * Ends the turn, whichever way, and stores its answer: in one statement, so that there is none without the other. Again
   * where the database was away.
   */
  readonly settle: (settlement: Settlement, answer: AnswerRow) => Promise<void>
  /** For a turn that does not happen after all. */
  readonly release: () => Promise<void>
}

/** Who may ask is decided here, in one statement with what stores the question. */
export interface Admissions {
  /**
   * @throws {ProblemError} 429, with the time to come back; nothing is stored
   * @throws {ForeignConversationError} nothing is stored
   */
  admit(candidate: Candidate): Promise<Admission>
}

/** Stands in for the limits: everybody may ask, and nothing is counted. */
export function everybody(messages: Messages, maxContextMessages: number): Admissions {
  return {
    admit: async (candidate) => ({
      ...(await messages.ask(candidate, maxContextMessages)),
      extend: async () => true,
      estimate: () => null,
      settle: (_settlement, answer) => messages.writeAnswer(answer),
      release: async () => {},
    }),
  }
}
