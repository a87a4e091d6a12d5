import type { ProviderError } from './provider-error.ts'
import type { ProviderEvent } from './provider-event.ts'
import type { RefusedCall } from './request/request-form.ts'
import type { Fields } from './unknown-values.ts'

/** What takes part in model calls, and can be taken out. */
export interface ProviderFeature {
  /**
   * Takes a refusal of a call, and changes what of its form the provider does not take.
   * @returns what that is; null: it says nothing that could be done otherwise
   */
  readonly learn?: (failure: ProviderError, call: RefusedCall) => string | null
  /** Reads the text of one answer. @param by the server and the model */
  readonly text?: (by: string) => TextReader
  /** Looks at the chunks of one answer. */
  readonly chunks?: () => ChunkWatch
}

export type TextEvent = Extract<ProviderEvent, { type: 'text' | 'reasoning' | 'was-thought' }>

/** Tells what belongs to an answer from what does not, and thoughts from text. */
export interface TextReader {
  /** Whether it is text in which nothing is to be looked for, as nearly always. Hot path */
  passes(text: string): boolean
  /** @param type as the server has it */
  add(type: 'text' | 'reasoning', delta: string): readonly TextEvent[]
  /** Nothing comes any more. @returns what was held back */
  end(): readonly TextEvent[]
}

export interface ChunkWatch {
  /** @param outer the event, and the message in it; unchecked. Hot path */
  chunk(outer: Fields, message: Fields | null): void
  /** @returns what is told at the end of an answer that has content */
  end(): readonly ProviderEvent[]
}
