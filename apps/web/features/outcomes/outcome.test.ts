import type { MessageMetadata } from '@repo/contract/message'
import { expect, test } from 'vitest'
import * as outcome from './outcome.ts'
import { words } from './words.ts'

const outcomeNotice = (metadata: MessageMetadata, hasContent: boolean) =>
  outcome.outcomeNotice(metadata, hasContent, words.en)
const metadata = (fields: Partial<MessageMetadata>): MessageMetadata => ({
  model: 'm',
  traceId: null,
  outcome: null,
  finishReason: null,
  error: null,
  ttftMs: null,
  durationMs: null,
  usage: null,
  costUsd: null,
  estimatedUsd: null,
  leftOutMessages: 0,
  spanId: null,
  promptVersion: null,
  price: null,
  timeline: [],
  feedback: null,
  ...fields,
})
const ended = (outcome: 'failed' | 'truncated', type: string) =>
  metadata({ outcome, error: { type, message: 'Details.' } })
const failed = (type: string) => ended('failed', type)

test('an answer that finished, or still streams, needs no words', () => {
  expect(outcomeNotice(metadata({ outcome: 'finished', finishReason: 'stop' }), true)).toBeNull()
  expect(outcomeNotice(metadata({}), false)).toBeNull()
})

test.each([
  [metadata({ outcome: 'stopped' }), 'neutral', /Stopped by you/],
  [metadata({ outcome: 'disconnected' }), 'warning', /Connection lost/],
  [metadata({ outcome: 'truncated' }), 'warning', /Cut off/],
  [ended('truncated', 'length'), 'warning', /Cut off/],
  [metadata({ outcome: 'finished', finishReason: 'refusal' }), 'neutral', /declined/],
  [failed('422'), 'danger', /Failed/],
])('%j is told apart', (given, tone, headline) => {
  const notice = outcomeNotice(given, true)
  expect(notice?.tone).toBe(tone)
  expect(notice?.headline).toMatch(headline)
})

test('features are told of what type a failure is', () => expect(outcomeNotice(failed('429'), true)?.type).toBe('429'))

test('an answer without a word is empty, even if the model says it finished', () => {
  expect(outcomeNotice(metadata({ outcome: 'finished', finishReason: 'stop' }), false)?.headline).toMatch(/Empty/)
})
