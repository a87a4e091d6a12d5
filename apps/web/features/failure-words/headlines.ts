import { errorType } from '@repo/telemetry/catalogue'
import type { WordsOf } from '../../words/use-words.tsx'

type Word = Exclude<keyof WordsOf<'failureWords'>, 'sentences'>

/** By `error.type` of an answer, which is an HTTP status or one of our own, or the name of the API's problem. */
const headlines: Readonly<Record<string, Word>> = {
  '401': 'keyRefused',
  '429': 'rateLimited',
  [errorType.length]: 'length',
  [errorType.contextFull]: 'windowFull',
  [errorType.spentThinking]: 'onlyThoughts',
  [errorType.contentFilter]: 'contentFilter',
  [errorType.firstChunkTimeout]: 'timedOut',
  [errorType.idleTimeout]: 'timedOut',
  [errorType.contextLength]: 'tooLong',
  [errorType.outOfCredit]: 'noCredit',
  [errorType.modelUnknown]: 'unknownModel',
  [errorType.keyRefused]: 'keyRefused',
  [errorType.notAnApi]: 'wrongAddress',
  [errorType.modelLoading]: 'stillLoading',
  [errorType.connectionRefused]: 'notReachable',
  [errorType.hostNotFound]: 'notReachable',
  [errorType.tls]: 'notReachable',
  [errorType.noContent]: 'nothingCame',
  'rate-limited': 'tooMany',
  'budget-spent': 'noBudget',
  'visitor-budget-spent': 'noBudget',
  'database-unavailable': 'noDatabase',
  'api-busy': 'busy',
  'message-too-long': 'tooLong',
}

/** Undefined for a type that nothing more is known of. */
export function failureHeadline(type: string): Word | undefined {
  return headlines[type] ?? (/^5\d\d$/.test(type) ? 'providerDown' : undefined)
}
