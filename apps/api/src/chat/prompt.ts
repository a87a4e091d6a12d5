import type { HistoryMessage } from '../db/messages.ts'
import type { ProviderRequest } from './provider.ts'

/** Messages as the model gets them. Those without text are left out: a failed answer has none, and providers refuse them. */
export function toPrompt(history: readonly HistoryMessage[]): ProviderRequest['messages'] {
  return history
    .map(({ role, parts }) => ({ role, text: parts.map((part) => (part.type === 'text' ? part.text : '')).join('') }))
    .filter(({ text }) => text !== '')
}
