import type { ChatMessage } from '@repo/contract/message'

/** Of each step: text turns out to have been a thought where `data-thought` comes after it. */
export function withThoughts(parts: ChatMessage['parts']): ChatMessage['parts'] {
  if (!parts.some(({ type }) => type === 'data-thought')) return parts
  let thought = false
  return parts
    .toReversed()
    .map((part) => {
      if (part.type === 'step-start') thought = false
      thought ||= part.type === 'data-thought'
      return thought && part.type === 'text' ? { type: 'reasoning' as const, text: part.text } : part
    })
    .toReversed()
}
