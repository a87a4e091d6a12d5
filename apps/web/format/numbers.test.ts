import type { Segment } from '@repo/contract/message'
import { describe, expect, test } from 'vitest'
import { formatCount, formatDuration, formatUsd, formatWait, tokensPerSecond } from './numbers.ts'

describe('money', () => {
  test.each([
    [0.0021, '$0.0021'],
    [0.000000317, '$0.00000032'],
    [0.2, '$0.20'],
    [1.256, '$1.26'],
    [1234.5, '$1,234.50'],
  ])('%d reads %s', (usd, expected) => expect(formatUsd(usd)).toBe(expected))

  test('only a price of zero reads as zero', () => {
    expect(formatUsd(0)).toBe('$0.00')
    expect(formatUsd(1e-9)).not.toMatch(/^\$0\.0+$/)
  })
})

describe('durations', () => {
  test.each([
    [0.4, '0 ms'],
    [420, '420 ms'],
    [999.6, '1.00 s'],
    [4980, '4.98 s'],
    [75_300, '75.3 s'],
  ])('%d ms reads %s', (ms, expected) => expect(formatDuration(ms)).toBe(expected))
})

test('counts have thousands separators', () => expect(formatCount(12_345)).toBe('12,345'))

test.each([
  [12, '12 s'],
  [119, '119 s'],
  [180, '3 min'],
  [18_720, '5 h 12 min'],
  [7200, '2 h'],
])('a wait of %d s reads %s', (seconds, expected) => expect(formatWait(seconds)).toBe(expected))

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
