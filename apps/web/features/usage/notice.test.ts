import type { UsageReport } from '@repo/contract/usage'
import { expect, test } from 'vitest'
import { formats } from '../../format/numbers.ts'
import { spoken } from '../../words/translated.ts'
import { formatShare } from './format.ts'
import { limitNotice } from './notice.ts'
import { words } from './words.ts'

const resetsAt = new Date(Date.now() + 3_600_000).toISOString()
const rate = { perMinute: 20, remaining: 20, resetsAt: null as string | null }
const spent = (spentUsd: number, reservedUsd = 0) => ({ limitUsd: 1, spentUsd, reservedUsd, resetsAt })
const notice = (limits: Partial<UsageReport['limits']>) =>
  limitNotice(
    { rate, budget: null, visitorBudget: null, maxMessageChars: 16_000, ...limits },
    spoken(words.en, 'en').notice,
    formats('en').wait,
    (share) => formatShare(share, 'en'),
  )

test('nothing is said while there is plenty, or no limit', () => {
  expect(notice({})).toBeNull()
  expect(notice({ budget: spent(0.79), visitorBudget: spent(0.1) })).toBeNull()
})

test('a budget that is nearly spent is told, what is held back counted in', () => {
  expect(notice({ budget: spent(0.7, 0.131) })).toBe('83% of today’s budget is spent.')
  expect(notice({ budget: spent(0.9), visitorBudget: spent(0.95) })).toBe('95% of your budget for today is spent.')
})

test('a budget with something left is not called spent', () => {
  expect(notice({ budget: spent(0.999) })).toContain('99%')
  expect(notice({ budget: spent(1.2) })).toContain('100%')
})

test('the last messages of a minute are counted down', () => {
  expect(notice({ rate: { ...rate, remaining: 3 } })).toBe('3 messages left this minute.')
  expect(notice({ rate: { ...rate, remaining: 1 } })).toBe('1 message left this minute.')
  expect(notice({ rate: { ...rate, remaining: 4 } })).toBeNull()
})

test('when none is left, it says how long', () => {
  const soon = new Date(Date.now() + 11_500).toISOString()
  expect(notice({ rate: { ...rate, remaining: 0, resetsAt: soon } })).toBe(
    'No messages left for now: one more in 12 s.',
  )
})

test('a small limit does not warn from its first message on', () => {
  expect(notice({ rate: { perMinute: 3, remaining: 2, resetsAt: null } })).toBeNull()
})
