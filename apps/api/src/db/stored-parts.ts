import type { ChatMessage } from '@repo/contract/message'
import type { DynamicToolUIPart } from 'ai'

/**
 * What a model wants back with what it said in one step of an answer, and nobody else understands: signatures, encrypted
 * thoughts. Not for the page, and for no other model.
 */
export interface Kept {
  /** The server and the model that sent it. */
  readonly by: string
  /** Fields of the message. `reasoning_content: true` stands for its thoughts, which are parts of the answer. */
  readonly message?: Readonly<Record<string, unknown>>
  /** Fields of its tool calls, by their ids. */
  readonly calls?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** Parts of an answer as they are stored: the page's, and after the parts of a step what its model wants back. */
export type StoredPart = ChatMessage['parts'][number] | { readonly type: 'data-kept'; readonly data: Kept }

/** The parts that are for people. */
export function forPeople(parts: readonly StoredPart[]): ChatMessage['parts'] {
  return parts.filter((part) => part.type !== 'data-kept')
}

export function isOpen({ state }: DynamicToolUIPart): boolean {
  return !state.startsWith('output')
}

/** What was stored of an answer whose process died: its calls have an end. */
export function withClosedCalls(parts: ChatMessage['parts']): ChatMessage['parts'] {
  return parts.map((part) =>
    part.type === 'dynamic-tool' && isOpen(part)
      ? ({ ...part, state: 'output-error', errorText: 'interrupted' } as DynamicToolUIPart)
      : part,
  )
}
