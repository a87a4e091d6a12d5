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
      if (finishReason === 'refusal') return { tone: 'neutral', headline: text.outcome.refusal, detail }
      return hasContent ? null : { tone: 'danger', headline: text.outcome.empty, detail }
    case 'stopped':
      return { tone: 'neutral', headline: text.outcome.stopped, detail: null }
    case 'disconnected':
      return { tone: 'warning', headline: text.outcome.disconnected, detail: null }
    case 'truncated':
      return { tone: 'warning', headline: headlines[error?.type ?? ''] ?? text.outcome.truncated, detail }
    case 'failed':
      return { tone: 'danger', headline: failure(error?.type), detail }
  }
}

/** By `error.type`: an HTTP status, or one of our own. */
const headlines: Readonly<Record<string, string>> = {
  '401': text.outcome.keyRefused,
  '429': text.outcome.rateLimited,
  [errorType.length]: text.outcome.length,
  [errorType.contextFull]: text.outcome.windowFull,
  [errorType.spentThinking]: text.outcome.onlyThoughts,
  [errorType.contentFilter]: text.outcome.contentFilter,
  [errorType.firstChunkTimeout]: text.outcome.timedOut,
  [errorType.idleTimeout]: text.outcome.timedOut,
  [errorType.contextLength]: text.outcome.tooLong,
  [errorType.outOfCredit]: text.outcome.noCredit,
  [errorType.modelUnknown]: text.outcome.unknownModel,
  [errorType.keyRefused]: text.outcome.keyRefused,
  [errorType.notAnApi]: text.outcome.wrongAddress,
  [errorType.modelLoading]: text.outcome.stillLoading,
  [errorType.connectionRefused]: text.outcome.notReachable,
  [errorType.hostNotFound]: text.outcome.notReachable,
  [errorType.tls]: text.outcome.notReachable,
  [errorType.noContent]: text.outcome.nothingCame,
}

function failure(type = ''): string {
  return headlines[type] ?? (/^5\d\d$/.test(type) ? text.outcome.providerDown : text.outcome.failed)
}
