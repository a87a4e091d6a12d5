import { describe, expect, test } from 'vitest'
import { formatCount, formatDuration, formatUsd, tokensPerSecond } from './numbers.ts'

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

describe('tokens per second', () => {
  test('leave out the wait for the first token', () => expect(tokensPerSecond(312, 420, 4980)).toBeCloseTo(68.42, 2))
  test('are unknown without a first token, a duration or any token', () => {
    expect(tokensPerSecond(312, null, 4980)).toBeNull()
    expect(tokensPerSecond(312, 420, null)).toBeNull()
    expect(tokensPerSecond(0, 420, 4980)).toBeNull()
    expect(tokensPerSecond(5, 420, 420)).toBeNull()
  })
})
