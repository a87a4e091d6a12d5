import type { MessageMetadata } from '@repo/contract/message'
import type { Ending } from '../../chat/messages/note.tsx'
import type { WordsOf } from '../../words/use-words.tsx'

/**
 * Says in words how an answer ended, or null when it simply finished.
 *
 * @param hasContent whether any text or reasoning arrived
 */
export function outcomeNotice(
  metadata: MessageMetadata,
  hasContent: boolean,
  text: WordsOf<'outcomes'>,
): Ending | null {
  const { outcome, finishReason, error } = metadata
  const detail = error?.message ?? null
  switch (outcome) {
    case null:
      return null
    case 'finished':
      if (finishReason === 'refusal') return { tone: 'neutral', headline: text.refusal, detail }
      return hasContent ? null : { tone: 'danger', headline: text.empty, detail }
    case 'stopped':
      return { tone: 'neutral', headline: text.stopped, detail: null }
    case 'disconnected':
      return { tone: 'warning', headline: text.disconnected, detail: null }
    case 'truncated':
      return { tone: 'warning', type: error?.type, headline: text.truncated, detail }
    case 'failed':
      return { tone: 'danger', type: error?.type, headline: text.failed, detail }
  }
}
