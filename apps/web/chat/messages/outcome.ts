import type { MessageMetadata } from '@repo/contract/message'
import { errorType } from '@repo/telemetry/catalogue'
import { text } from '../../text.ts'

export interface OutcomeNotice {
  tone: 'neutral' | 'warning' | 'danger'
  headline: string
  /** The API's own sentence, where it adds something. */
  detail: string | null
}

/**
 * Says in words how an answer ended, or null when it simply finished.
 *
 * @param hasContent whether any text or reasoning arrived
 */
export function outcomeNotice(metadata: MessageMetadata, hasContent: boolean): OutcomeNotice | null {
  const { outcome, finishReason, error } = metadata
  const detail = error?.message ?? null
  switch (outcome) {
    case null:
      return null
    case 'finished':
      if (finishReason === 'content_filter') return { tone: 'warning', headline: text.outcome.contentFilter, detail }
      return hasContent ? null : { tone: 'danger', headline: text.outcome.empty, detail }
    case 'stopped':
      return { tone: 'neutral', headline: text.outcome.stopped, detail: null }
    case 'disconnected':
      return { tone: 'warning', headline: text.outcome.disconnected, detail: null }
    case 'truncated':
      return {
        tone: 'warning',
        headline: finishReason === 'length' ? text.outcome.length : text.outcome.truncated,
        detail,
      }
    case 'failed':
      return { tone: 'danger', headline: failure(error?.type), detail }
  }
}

/** @param type `error.type`: an HTTP status, or one of our own */
function failure(type: string | undefined): string {
  switch (type) {
    case '429':
      return text.outcome.rateLimited
    case errorType.firstChunkTimeout:
    case errorType.idleTimeout:
      return text.outcome.timedOut
    default:
      return type && /^5\d\d$/.test(type) ? text.outcome.providerDown : text.outcome.failed
  }
}
