import { errorType } from '@repo/telemetry/catalogue'

const sentences: Record<string, string> = {
  [errorType.firstChunkTimeout]: 'The model did not begin to answer in time.',
  [errorType.idleTimeout]: 'The model stopped sending in the middle of its answer.',
  [errorType.connection]: 'The connection to the model provider failed.',
  [errorType.stream]: 'The model provider reported an error in the middle of the answer.',
  [errorType.noFinishReason]: 'The model provider ended the answer early.',
  [errorType.length]: 'The answer reached the output token limit.',
  [errorType.stepLimit]: 'The model went on calling tools instead of answering.',
  [errorType.budget]: "Today's budget has no room for another step of this answer.",
  '400': 'The model provider refused the request.',
  '401': 'The model provider did not accept the API key.',
  '403': 'The model provider refused access to this model.',
  '404': 'The model provider does not know this model.',
  '429': 'The model provider is limiting requests. Wait a little and try again.',
}

/**
 * An `error.type` with a sentence for people. What the provider itself wrote is not shown: it may quote the prompt, the
 * account or the key.
 */
export function describeError(type: string): { type: string; message: string } {
  const fallback = /^5\d\d$/.test(type) ? 'The model provider has a problem.' : 'The answer failed.'
  return { type, message: sentences[type] ?? fallback }
}
