import type { Outcome } from '@repo/contract/message'
import type { InferenceUsage } from '@repo/telemetry/model-call'
import type { AnswerRow, Asked, Messages, Question } from '../db/messages.ts'
import type { StoredPart } from '../db/stored-parts.ts'
import type { Tool } from '../extension-points/tools.ts'
import type { ProviderReport } from '../provider/provider-event.ts'
import type { PromptMessage } from '../provider/request/prompt-message.ts'

/** A question that wants to be asked. */
export interface Candidate extends Question {
  readonly model: string
  /** Those that the model is told of. */
  readonly tools: Iterable<Tool>
}

/** A question that was let in and is stored. Exactly one of `settle` and `release` must follow. */
export interface Admission extends Asked {
  /**
   * Reserves for a further model call of the turn, before it is made.
   * @param messages its whole prompt
   * @returns whether the budgets have room for it
   */
  readonly extend: (messages: readonly PromptMessage[], tools: Iterable<Tool>) => Promise<boolean>
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

/** A turn whose cost is wanted. */
export interface Ended {
  readonly outcome: Outcome
  /** Each model call that was made, refused ones too. */
  readonly modelCalls: readonly Pick<ProviderReport, 'ttftMs' | 'usage' | 'cost'>[]
  /** Of the answer, as far as it came. */
  readonly parts: () => readonly StoredPart[]
  readonly durationMs: number
}

/** What a turn came to: of all model calls together, null as soon as one of them is unknown. */
export interface Settlement extends Ended {
  /** The id of the one that answered, which may not be the one that was asked for. */
  readonly model: string
  readonly usage: InferenceUsage | null
  readonly costUsd: number | null
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
