import type { HistoryMessage, Messages } from '../db/messages.ts'
import type { PromptSize } from './prompt-size.ts'
import type { Ended, Settlement } from './settlement.ts'

/** A question that wants to be asked. */
export interface Candidate {
  readonly visitorId: string
  readonly conversationId: string
  readonly questionId: string
  /** What the question follows; null: nothing; undefined: the conversation's newest message. */
  readonly parentId: string | null | undefined
  readonly model: string
  /** What the model is sent beside the context: the question, the instructions, the tools. */
  readonly size: PromptSize
}

/** Leave to ask. Exactly one of `settle` and `release` must follow. */
export interface Admission {
  /** What was there before the question, or up to it if it was there already; oldest first, as long as allowed. */
  readonly context: HistoryMessage[]
  readonly known: boolean
  readonly parentId: string | null
  /**
   * Reserves for a further model call of the turn, before it is made.
   * @param size of its whole prompt
   * @returns whether the budgets have room for it
   */
  extend(size: PromptSize): Promise<boolean>
  /** What the turn is charged where nobody knows its cost, in USD; null: nothing is known to charge. */
  estimate(ended: Ended): number | null
  settle(settlement: Settlement): Promise<void>
  /** For a turn that does not happen after all. */
  release(): Promise<void>
}

/** Who may ask is decided here, before anything is stored or the provider called. */
export interface Admissions {
  /** @throws {ProblemError} 429, with the time to come back */
  admit(candidate: Candidate): Promise<Admission>
}

/** Stands in for the limits: everybody may ask, and nothing is counted. */
export function everybody(messages: Messages, maxContextMessages: number): Admissions {
  return {
    admit: async (candidate) => ({
      ...(await messages.context({ ...candidate, maxContextMessages })),
      extend: async () => true,
      estimate: () => null,
      settle: async () => {},
      release: async () => {},
    }),
  }
}
