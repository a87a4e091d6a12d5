import { expect, test } from 'vitest'
import { spoken } from '../../words/translated.ts'
import { groupByDay } from './group-by-day.ts'
import { words } from './words.ts'

const now = new Date(2026, 2, 30, 0, 30)
const at = (...date: [number, number, number, number?, number?]) => ({ updatedAt: new Date(...date).toISOString() })
const labels = (...items: { updatedAt: string }[]) =>
  groupByDay(items, now, spoken(words.en, 'en'), 'en').map(({ label }) => label)

test('days are calendar days, not spans of 24 hours', () => {
  expect(labels(at(2026, 2, 30, 0, 5), at(2026, 2, 29, 23, 55), at(2026, 2, 29, 0, 1))).toEqual(['Today', 'Yesterday'])
})

test('older conversations fall into weeks and months', () => {
  expect(labels(at(2026, 2, 28), at(2026, 2, 23), at(2026, 2, 22), at(2026, 1, 28), at(2026, 0, 3))).toEqual([
    'Previous 7 days',
    'Previous 30 days',
    'January 2026',
  ])
})

test('a clock that is behind the server still says today', () => {
  expect(labels(at(2026, 2, 30, 1))).toEqual(['Today'])
})

test('items keep their order and none is lost', () => {
  const items = [at(2026, 2, 30), at(2026, 2, 29), at(2026, 2, 28), at(2025, 1, 1)]
  expect(groupByDay(items, now, spoken(words.en, 'en'), 'en').flatMap((group) => group.items)).toEqual(items)
})
