import type { Kept } from '../../db/stored-parts.ts'
import type { Picture } from '../../extension-points/attachments.ts'

/** A message as the model gets it, but for what its server wants otherwise (see RequestForm). */
export type PromptMessage =
  | { readonly role: 'system' | 'user'; readonly text: string; readonly pictures?: readonly Picture[] }
  | {
      readonly role: 'assistant'
      readonly text: string
      /** What it thought before, where tools were called in the answer. */
      readonly reasoning?: string
      readonly kept?: Kept
      readonly calls?: readonly { readonly id: string; readonly name: string; readonly text: string }[]
    }
  | { readonly role: 'tool'; readonly callId: string; readonly text: string }

/** Between the results of tools and a question there has to be an answer; this one never came. */
const INTERRUPTED = '[This answer was interrupted.]'

/** The same conversation with questions and answers in turn, as many models insist: neighbours of one role are one. */
export function inTurn(messages: readonly PromptMessage[]): PromptMessage[] {
  const turns: PromptMessage[] = []
  for (const message of messages) {
    const last = turns.at(-1)
    if (message.role === 'user' && last?.role === 'tool') turns.push({ role: 'assistant', text: INTERRUPTED })
    const alone = message.role === 'tool' || (last?.role === 'assistant' && last.calls)
    if (alone || last?.role !== message.role) turns.push(message)
    else {
      const pictures = [...picturesOf(last), ...picturesOf(message)]
      const text = [last.text, message.text].filter(Boolean).join('\n\n')
      turns[turns.length - 1] = { ...message, text, ...(pictures.length > 0 && { pictures }) } as PromptMessage
    }
  }
  return turns
}

export function picturesOf(message: PromptMessage): readonly Picture[] {
  return ('pictures' in message && message.pictures) || []
}
