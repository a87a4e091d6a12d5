import { expect, test } from 'vitest'
import { formatDay, formatShare } from './format.ts'

test('shares are whole percents', () => expect(formatShare(0.834, 'en')).toBe('83%'))

test('a day is the same day in every time zone', () => expect(formatDay('2026-11-21', 'en')).toBe('Sat, Nov 21'))
