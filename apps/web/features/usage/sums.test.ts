import { describe, expect, test } from 'vitest'
import { formats } from '../../format/numbers.ts'
import { spoken } from '../../words/translated.ts'
import * as sum from './sums.ts'
import { lastDays, type Sums, total, totalBy } from './sums.ts'
import { words } from './words.ts'

const english = [spoken(words.en, 'en'), formats('en')] as const
const costText = (sums: Sums) => sum.costText(sums, ...english)
const tokenText = (sums: Sums, kind: Parameters<typeof sum.tokenText>[1]) => sum.tokenText(sums, kind, ...english)

const sums = (some: Partial<Sums>): Sums => ({
  turns: 1,
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: 0,
  reasoningTokens: 0,
  costUsd: 0,
  unmetered: 0,
  unpriced: 0,
  estimatedUsd: 0,
  ...some,
})

test('sums add up, what is unknown too', () => {
  expect(total([sums({ costUsd: 0.5, inputTokens: 3 }), sums({ turns: 2, unpriced: 1, inputTokens: 4 })])).toEqual(
    sums({ turns: 3, costUsd: 0.5, inputTokens: 7, unpriced: 1 }),
  )
})

test('each model has one sum over the days', () => {
  const days = [
    { ...sums({ turns: 1 }), model: 'a' },
    { ...sums({ turns: 2 }), model: 'b' },
    { ...sums({ turns: 4 }), model: 'a' },
  ]
  expect(totalBy(days, ({ model }) => model).map(([model, { turns }]) => [model, turns])).toEqual([
    ['a', 5],
    ['b', 2],
  ])
})

describe('what is not known', () => {
  test('reads unknown, not zero', () => {
    expect(costText(sums({ turns: 2, unpriced: 2 }))).toBe('unknown')
    expect(tokenText(sums({ turns: 2, unmetered: 2 }), 'outputTokens')).toBe('unknown')
    expect(costText(sums({ turns: 2, unmetered: 2 }))).toBe('unknown')
  })
  test('is told beside what is', () => {
    expect(costText(sums({ turns: 3, unpriced: 1, costUsd: 0.25 }))).toBe('$0.25 + 1 unknown')
    expect(tokenText(sums({ turns: 3, unmetered: 2, inputTokens: 1234 }), 'inputTokens')).toBe('1,234 + 2 unknown')
  })
  test('a price of zero is known', () => expect(costText(sums({}))).toBe('$0.00'))
})

test('the last days end today, over the end of a month, in UTC', () => {
  expect(lastDays(3, new Date('2026-03-01T00:30:00Z'))).toEqual(['2026-02-27', '2026-02-28', '2026-03-01'])
})
