import type { UsageReport } from '@repo/contract/usage'
import type { WordsOf } from '../../words/use-words.tsx'

/** From here on people are told how much of a budget is gone. */
const TOLD_FROM = 0.8
const FEW_MESSAGES = 3

/** The one thing worth saying about the limits before a message is written; null when all is well. */
export function limitNotice(
  { rate, budget, visitorBudget }: UsageReport['limits'],
  text: WordsOf<'usage'>['notice'],
  formatWait: (seconds: number) => string,
  formatShare: (share: number) => string,
): string | null {
  if (rate.remaining === 0) {
    return text.rateSpent({ wait: formatWait(rate.resetsAt ? secondsUntil(rate.resetsAt) : 1) })
  }
  const own = spentShare(visitorBudget)
  const all = spentShare(budget)
  // The one that ends first.
  if (Math.max(own, all) >= TOLD_FROM)
    return own >= all ? text.visitorBudget({ percent: formatShare(own) }) : text.budget({ percent: formatShare(all) })
  return rate.remaining <= Math.min(FEW_MESSAGES, rate.perMinute / 4) ? text.rate({ count: rate.remaining }) : null
}

function spentShare(budget: UsageReport['limits']['budget']): number {
  // Rounded down: it is spent when nothing is left, not before.
  return budget ? Math.min(1, Math.floor(((budget.spentUsd + budget.reservedUsd) / budget.limitUsd) * 100) / 100) : 0
}

/** Whole seconds until a moment, at least 1. */
export function secondsUntil(moment: string): number {
  return Math.max(1, Math.ceil((Date.parse(moment) - Date.now()) / 1000))
}
