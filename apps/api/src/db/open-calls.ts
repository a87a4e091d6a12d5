import type { ChatMessage } from '@repo/contract/message'
import type { DynamicToolUIPart } from 'ai'

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
