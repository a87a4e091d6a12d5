import { errorType } from '@repo/telemetry/catalogue'
import { text } from './text.ts'

/** By `error.type` of an answer, which is an HTTP status or one of our own, or the name of the API's problem. */
const headlines: Readonly<Record<string, string>> = {
  '401': text.keyRefused,
  '429': text.rateLimited,
  [errorType.length]: text.length,
  [errorType.contextFull]: text.windowFull,
  [errorType.spentThinking]: text.onlyThoughts,
  [errorType.contentFilter]: text.contentFilter,
  [errorType.firstChunkTimeout]: text.timedOut,
  [errorType.idleTimeout]: text.timedOut,
  [errorType.contextLength]: text.tooLong,
  [errorType.outOfCredit]: text.noCredit,
  [errorType.modelUnknown]: text.unknownModel,
  [errorType.keyRefused]: text.keyRefused,
  [errorType.notAnApi]: text.wrongAddress,
  [errorType.modelLoading]: text.stillLoading,
  [errorType.connectionRefused]: text.notReachable,
  [errorType.hostNotFound]: text.notReachable,
  [errorType.tls]: text.notReachable,
  [errorType.noContent]: text.nothingCame,
  'rate-limited': text.tooMany,
  'budget-spent': text.noBudget,
  'visitor-budget-spent': text.noBudget,
  'database-unavailable': text.noDatabase,
  'message-too-long': text.tooLong,
}

/** Undefined for a type that nothing more is known of. */
export function failureHeadline(type: string): string | undefined {
  return headlines[type] ?? (/^5\d\d$/.test(type) ? text.providerDown : undefined)
}
