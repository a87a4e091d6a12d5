import type { MessageMetadata } from '@repo/contract/message'
import { expect, test } from 'vitest'
import { outcomeNotice } from './outcome.ts'

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
  price: null,
  timeline: [],
  feedback: null,
  ...fields,
})
const failed = (type: string) => metadata({ outcome: 'failed', error: { type, message: 'Details.' } })

test('an answer that finished, or still streams, needs no words', () => {
  expect(outcomeNotice(metadata({ outcome: 'finished', finishReason: 'stop' }), true)).toBeNull()
  expect(outcomeNotice(metadata({}), false)).toBeNull()
})

test.each([
  [metadata({ outcome: 'stopped' }), 'neutral', /Stopped by you/],
  [metadata({ outcome: 'disconnected' }), 'warning', /Connection lost/],
  [metadata({ outcome: 'truncated' }), 'warning', /Cut off/],
  [metadata({ outcome: 'truncated', finishReason: 'length' }), 'warning', /Output limit/],
  [metadata({ outcome: 'finished', finishReason: 'content_filter' }), 'warning', /content filter/],
  [failed('429'), 'danger', /Rate limited/],
  [failed('idle_timeout'), 'danger', /Timed out/],
  [failed('first_chunk_timeout'), 'danger', /Timed out/],
  [failed('503'), 'danger', /Provider down/],
  [failed('401'), 'danger', /Failed/],
])('%j is told apart', (given, tone, headline) => {
  const notice = outcomeNotice(given, true)
  expect(notice?.tone).toBe(tone)
  expect(notice?.headline).toMatch(headline)
})

test('an answer without a word is empty, even if the model says it finished', () => {
  expect(outcomeNotice(metadata({ outcome: 'finished', finishReason: 'stop' }), false)?.headline).toMatch(/Empty/)
})
