import type { Segment } from '@repo/contract/message'
import { describe, expect, test } from 'vitest'
import { tokensPerSecond } from './tokens-per-second.ts'

describe('tokens per second', () => {
  const rate = (outputTokens: number, ttftMs: number | null, durationMs: number | null, timeline: Segment[] = []) =>
    tokensPerSecond({
      usage: { inputTokens: 1, outputTokens, cachedInputTokens: null, reasoningTokens: null },
      ttftMs,
      durationMs,
      timeline,
    })

  test('leave out the wait for the first token', () => expect(rate(312, 420, 4980)).toBeCloseTo(68.42, 2))

  test('leave out the time of tools and of later waits', () =>
    expect(
      rate(100, 500, 5000, [
        { phase: 'waiting', startMs: 0, endMs: 500 },
        { phase: 'thinking', startMs: 500, endMs: 1000 },
        { phase: 'tool', startMs: 1000, endMs: 4000 },
        { phase: 'waiting', startMs: 4000, endMs: 4500 },
        { phase: 'answering', startMs: 4500, endMs: 5000 },
      ]),
    ).toBe(100))

  test('are unknown without usage, a first token, a duration or any token', () => {
    expect(tokensPerSecond({ usage: null, timeline: [], ttftMs: 420, durationMs: 4980 })).toBeNull()
    expect(rate(312, null, 4980)).toBeNull()
    expect(rate(312, 420, null)).toBeNull()
    expect(rate(0, 420, 4980)).toBeNull()
    expect(rate(5, 420, 420)).toBeNull()
  })
})
