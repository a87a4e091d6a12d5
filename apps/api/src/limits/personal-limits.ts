import type { Config } from '../config.ts'

/** What holds for one visitor in the place of the common limits; null: those do. */
export interface PersonalLimits {
  /** USD a day (UTC); infinite: no budget. */
  readonly dailyUsd: number | null
  /** Infinite: no limit that anybody notices. */
  readonly perMinute: number | null
  readonly isBlocked: boolean
}

/** Asked at each question, so that a change counts from the next one on, in every process. */
export type LimitsOf = (visitorId: string) => Promise<PersonalLimits | null>

const MOST_PER_MINUTE = 1_000_000

/** The limits of one visitor: the common ones, and what differs. */
export function limitsWith(common: Config['limits'], own: PersonalLimits | null): Config['limits'] {
  const dailyUsd = own?.dailyUsd ?? common.dailyUsdPerVisitor
  return {
    ...common,
    perMinute: Math.min(own?.perMinute ?? common.perMinute, MOST_PER_MINUTE),
    dailyUsdPerVisitor: dailyUsd === Number.POSITIVE_INFINITY ? null : dailyUsd,
  }
}
