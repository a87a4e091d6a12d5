import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'
import { endedAsAsked, ending, type PlannedTurn } from './plan.ts'
import type { TurnResult } from './visitors.ts'

const MISMATCHES_KEPT = 20

/**
 * What has happened so far. Memory is bounded however long the run: percentiles come from Node's HDR histograms, which
 * hold microseconds up to an hour in a fixed number of buckets, each within 0.1 % of its values.
 */
export class Tally {
  readonly #outcomes = new Map<string, { asked: number; seen: number }>()
  readonly #mismatches: object[] = []
  readonly #firstToken = microseconds()
  readonly #duration = microseconds()
  readonly #lateness = microseconds()
  #mismatched = 0
  sent = 0
  ended = 0
  skipped = 0

  /** @param lateMs how long after it was due */
  start(turn: PlannedTurn, lateMs: number): void {
    this.sent++
    this.#outcome(turn.expected).asked++
    record(this.#lateness, lateMs)
  }

  end(turn: PlannedTurn, result: TurnResult): void {
    this.ended++
    this.#outcome(result.ending).seen++
    if (result.ttftMs !== null) record(this.#firstToken, result.ttftMs)
    if (result.ending === ending('finished')) record(this.#duration, result.durationMs)
    if (endedAsAsked(turn, result.ending) || result.ending === 'interrupted') return
    this.#mismatched++
    if (this.#mismatches.length === MISMATCHES_KEPT) return
    const { number, kind, model, prompt, expected } = turn
    this.#mismatches.push({ turn: number, kind, model, prompt, expected, seen: result.ending, traceId: result.traceId })
  }

  summary() {
    return {
      sent: this.sent,
      ended: this.ended,
      skipped: this.skipped,
      outcomes: Object.fromEntries([...this.#outcomes].sort(([a], [b]) => a.localeCompare(b))),
      firstTokenMs: percentiles(this.#firstToken),
      finishedDurationMs: percentiles(this.#duration),
      latenessMs: percentiles(this.#lateness),
      mismatched: this.#mismatched,
      mismatches: this.#mismatches,
    }
  }

  #outcome(name: string) {
    const found = this.#outcomes.get(name) ?? { asked: 0, seen: 0 }
    this.#outcomes.set(name, found)
    return found
  }
}

const microseconds = () => createHistogram({ lowest: 1, highest: 3600e6, figures: 3 })
const record = (histogram: RecordableHistogram, ms: number) => histogram.record(Math.max(1, Math.round(ms * 1000)))

/** In milliseconds. */
export type Percentiles = Record<'p50' | 'p95' | 'p99' | 'max', number>

/** Null when nothing was measured. */
function percentiles(histogram: RecordableHistogram): Percentiles | null {
  if (histogram.count === 0) return null
  const ms = (us: number) => Math.round(us / 100) / 10
  const at = (percent: number) => ms(histogram.percentile(percent))
  return { p50: at(50), p95: at(95), p99: at(99), max: ms(histogram.max) }
}
