import { expect, it } from 'vitest'
import type { ProviderReport } from '../provider/provider-event.ts'
import { totalOf } from './turn-total.ts'

const call = (inputTokens: number, reasoningTokens: number | null, usd: number | null): ProviderReport => ({
  responseId: `id-${inputTokens}`,
  ttftMs: inputTokens,
  usage: { inputTokens, outputTokens: 1, cachedInputTokens: 0, cacheWriteInputTokens: null, reasoningTokens },
  cost: usd === null ? null : { usd, source: 'table', date: '2026-09-23' },
})
const unmetered: ProviderReport = { responseId: null, ttftMs: 5, usage: null, cost: null }

it('adds up the model calls of a turn', () => {
  expect(totalOf([call(10, 3, 0.25), call(20, 4, 0.5)])).toEqual({
    responseId: 'id-20',
    ttftMs: 10,
    usage: { inputTokens: 30, outputTokens: 2, cachedInputTokens: 0, cacheWriteInputTokens: null, reasoningTokens: 7 },
    cost: { usd: 0.75, source: 'table', date: '2026-09-23' },
  })
})

it('what one call does not know, the turn does not know', () => {
  expect(totalOf([call(10, 3, 0.25), unmetered])).toEqual({ responseId: null, ttftMs: 10, usage: null, cost: null })
  expect(totalOf([call(10, 3, 0.25), call(20, null, null)])).toMatchObject({
    usage: { reasoningTokens: null },
    cost: null,
  })
})

it('of no call is unknown, not zero', () => {
  expect(totalOf([])).toEqual({ responseId: null, ttftMs: null, usage: null, cost: null })
})
