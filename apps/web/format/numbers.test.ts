import { describe, expect, test } from 'vitest'
import { formats } from './numbers.ts'

const { usd, duration, count, wait } = formats('en')
/** Intl parts a number from its unit by spaces that do not break. */
const german = Object.fromEntries(
  Object.entries(formats('de')).map(([name, format]) => [name, (value: number) => format(value).replace(/\s/g, ' ')]),
) as unknown as ReturnType<typeof formats>

describe('money', () => {
  test.each([
    [0.0021, '$0.0021', '0,0021 $'],
    [0.000000317, '$0.00000032', '0,00000032 $'],
    [0.2, '$0.20', '0,20 $'],
    [1.256, '$1.26', '1,26 $'],
    [1234.5, '$1,234.50', '1.234,50 $'],
  ])('%d reads %s, and %s', (dollars, english, inGerman) => {
    expect(usd(dollars)).toBe(english)
    expect(german.usd(dollars)).toBe(inGerman)
  })

  test('only a price of zero reads as zero', () => {
    expect(usd(0)).toBe('$0.00')
    expect(usd(1e-9)).not.toMatch(/^\$0\.0+$/)
  })
})

describe('durations', () => {
  test.each([
    [0.4, '0 ms', '0 ms'],
    [420, '420 ms', '420 ms'],
    [999.6, '1.00 s', '1,00 s'],
    [4980, '4.98 s', '4,98 s'],
    [75_300, '75.3 s', '75,3 s'],
  ])('%d ms reads %s, and %s', (ms, english, inGerman) => {
    expect(duration(ms)).toBe(english)
    expect(german.duration(ms)).toBe(inGerman)
  })
})

test('counts have thousands separators', () => {
  expect(count(12_345)).toBe('12,345')
  expect(german.count(12_345)).toBe('12.345')
})

test.each([
  [12, '12 s'],
  [119, '119 s'],
  [180, '3 min'],
  [18_720, '5 h 12 min'],
  [7200, '2 h'],
])('a wait of %d s reads %s', (seconds, expected) => expect(wait(seconds)).toBe(expected))
