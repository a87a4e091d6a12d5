import type { UsageReport } from '@repo/contract/usage'
import type { Formats } from '../../format/numbers.ts'
import type { WordsOf } from '../../words/use-words.tsx'

type Words = Pick<WordsOf<'usage'>, 'unknown' | 'partly'>

export type Sums = Omit<UsageReport['today'][number], 'model'>

const nothing: Sums = {
  turns: 0,
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: 0,
  reasoningTokens: 0,
  costUsd: 0,
  unmetered: 0,
  unpriced: 0,
  estimatedUsd: 0,
}

export function total(parts: readonly Sums[]): Sums {
  return parts.reduce(
    (sum, part) => Object.fromEntries(keys.map((key) => [key, sum[key] + part[key]])) as Sums,
    nothing,
  )
}

/** One sum for each group, in the order in which the groups appear. */
export function totalBy<T extends Sums>(parts: readonly T[], group: (part: T) => string): [string, Sums][] {
  return [...Map.groupBy(parts, group)].map(([name, members]) => [name, total(members)])
}

/** Tokens of one kind; unknown where no turn's are known, and told where some are not. */
export function tokenText(
  sums: Sums,
  kind: 'inputTokens' | 'outputTokens' | 'cachedInputTokens' | 'reasoningTokens',
  text: Words,
  { count }: Formats,
): string {
  return partlyKnown(count(sums[kind]), sums.unmetered, sums.turns, text)
}

export function costText(sums: Sums, text: Words, { usd }: Formats): string {
  // Without usage there is nothing to multiply a price with.
  return partlyKnown(usd(sums.costUsd), sums.unpriced + sums.unmetered, sums.turns, text)
}

function partlyKnown(sum: string, unknown: number, turns: number, text: Words): string {
  if (unknown === 0) return sum
  return unknown >= turns ? text.unknown : text.partly({ sum, unknown })
}

const keys = Object.keys(nothing) as (keyof Sums)[]

/** The dates of the last days up to today, `YYYY-MM-DD` in UTC, oldest first. */
export function lastDays(count: number, now: Date): string[] {
  return Array.from({ length: count }, (_, index) => {
    const date = new Date(now)
    date.setUTCDate(date.getUTCDate() - (count - 1 - index))
    return date.toISOString().slice(0, 10)
  })
}
