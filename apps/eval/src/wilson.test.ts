import { expect, it } from 'vitest'
import { independent, wilson } from './wilson.ts'

const rounded = ([low, high]: readonly [number, number]) => [Number(low.toFixed(4)), Number(high.toFixed(4))]

it('is the interval that the literature has', () => {
  // Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), table I.
  expect(rounded(wilson(81 / 263, 263))).toEqual([0.2553, 0.3662])
  expect(rounded(wilson(15 / 148, 148))).toEqual([0.0624, 0.1605])
  expect(rounded(wilson(0, 20))).toEqual([0, 0.1611])
  expect(rounded(wilson(1 / 29, 29))).toEqual([0.0061, 0.1718])
})

it('is as wide at the other end', () => {
  const [low, high] = wilson(0, 5)
  expect(rounded(wilson(1, 5))).toEqual(rounded([1 - high, 1 - low]))
})

it('repeats that always go alike count once', () => {
  expect(
    independent([
      [true, true, true],
      [false, false, false],
      [true, true, true],
      [false, false, false],
    ]),
  ).toBe(4)
  expect(
    independent([
      [true, true, true],
      [true, true, true],
    ]),
  ).toBe(2)
})

it('repeats that go either way count each', () => {
  const groups = [
    [true, false],
    [true, false],
    [false, true],
    [true, false],
  ]
  expect(independent(groups)).toBe(8)
})

it('one question is one, however often it is asked', () => {
  expect(independent([[true, false, true]])).toBe(1)
})
