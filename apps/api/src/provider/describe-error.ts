import { errorType } from '@repo/telemetry/catalogue'
import * as features from './features.ts'
import type { ProviderFeature } from './provider-feature.ts'

const sentences: Record<string, string> = {
  ...Object.assign({}, ...Object.values<ProviderFeature>(features).map((one) => one.sentences)),
  [errorType.firstChunkTimeout]: 'The model did not begin to answer in time.',
  [errorType.idleTimeout]: 'The model stopped sending in the middle of its answer.',
  [errorType.connection]: 'The connection to the model provider failed.',
  [errorType.connectionRefused]: 'No model server answers at the configured address. Is it running?',
  [errorType.hostNotFound]: "The model provider's host was not found. Check OPENAI_BASE_URL and the network.",
  [errorType.tls]:
    'The encrypted connection to the model provider failed. Check its certificate, and whether OPENAI_BASE_URL begins with https where it should be http.',
  [errorType.stream]: 'The model provider reported an error in the middle of the answer.',
  [errorType.noFinishReason]: 'The model provider ended the answer early.',
  [errorType.noContent]: 'The model provider answered with nothing at all.',
  [errorType.notAnApi]:
    'What answers at the configured address is not the API of a model. Check OPENAI_BASE_URL: most end in /v1.',
  [errorType.length]: 'The answer reached the output token limit.',
  [errorType.contextFull]:
    "The model's context window is full, or its server allows shorter answers only. Start a new chat, or ask for less.",
  [errorType.spentThinking]:
    'All tokens of the answer went into thinking. Ask for less at once, or raise MAX_OUTPUT_TOKENS.',
  [errorType.contentFilter]: 'Put the question in other words.',
  [errorType.contextLength]: 'The conversation is too long for this model. Start a new chat, or choose another model.',
  [errorType.outOfCredit]: 'The account at the model provider has no credit left.',
  [errorType.modelUnknown]: 'The model provider does not know this model, or not for this account. Choose another one.',
  [errorType.keyRefused]: 'The model provider did not accept the API key.',
  [errorType.modelLoading]: 'The server is still loading the model. Ask again in a moment.',
  [errorType.stepLimit]: 'The model went on calling tools instead of answering.',
  [errorType.budget]: "Today's budget has no room for another step of this answer.",
  '400': 'The model provider refused the request.',
  '401': 'The model provider did not accept the API key.',
  '403': 'The model provider refused access to this model.',
  '408': 'The model provider gave up waiting. Ask again.',
  '413': 'The conversation is too long for this model. Start a new chat, or choose another model.',
  '422': 'The model provider refused the request.',
  '429': 'The model provider is limiting requests. Wait a little and try again.',
}

/**
 * An `error.type` with a sentence for people. What the provider itself wrote is not shown: it may quote the prompt, the
 * account or the key.
 */
export function describeError(type: string): { type: string; message: string } {
  const byClass: Record<string, string> = { 4: sentences['400'] as string, 5: 'The model provider has a problem.' }
  const fallback = /^\d{3}$/.test(type) ? byClass[type.charAt(0)] : undefined
  return { type, message: sentences[type] ?? fallback ?? 'The answer failed.' }
}
