import { expect, it } from 'vitest'
import { histogramQuantile } from './histogram-quantile.ts'

const bounds = [0.1, 0.5, 1]

it('interpolates within the bucket that holds the rank', () => {
  // 10 observations: 2 up to 0.1, 4 up to 0.5, 3 up to 1, 1 beyond.
  const counts = [2, 4, 3, 1]
  // Rank 5 is the 3rd of 4 in (0.1, 0.5]: 0.1 + 0.4 * 3/4.
  expect(histogramQuantile(0.5, bounds, counts)).toBeCloseTo(0.4, 10)
  // Rank 8 is the 2nd of 3 in (0.5, 1]: 0.5 + 0.5 * 2/3.
  expect(histogramQuantile(0.8, bounds, counts)).toBeCloseTo(0.8333333333, 9)
  // Rank 1 is the 1st of 2 in (0, 0.1].
  expect(histogramQuantile(0.1, bounds, counts)).toBeCloseTo(0.05, 10)
})

it('gives the last bound for what lies beyond it', () => {
  expect(histogramQuantile(0.95, bounds, [2, 4, 3, 1])).toBe(1)
})

it('skips empty buckets', () => {
  expect(histogramQuantile(0, bounds, [0, 0, 4, 0])).toBe(0.5)
  expect(histogramQuantile(0.5, bounds, [0, 0, 4, 0])).toBe(0.75)
})

it('is unknown without observations', () => {
  expect(histogramQuantile(0.5, bounds, [0, 0, 0, 0])).toBeNull()
  expect(histogramQuantile(0.5, [], [])).toBeNull()
})
