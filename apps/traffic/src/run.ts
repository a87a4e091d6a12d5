import { setTimeout as sleep } from 'node:timers/promises'
import type { PlannedTurn } from './plan.ts'
import type { Tally } from './tally.ts'
import type { Visitors } from './visitors.ts'

export interface Load {
  readonly turns: Iterable<PlannedTurn>
  readonly visitors: Visitors
  readonly tally: Tally
  readonly maxInFlight: number
  /** Milliseconds that running turns get once `signal` has aborted. */
  readonly graceMs: number
  /** Ends the arrivals. */
  readonly signal: AbortSignal
}

/**
 * Sends each turn when it is due, whatever became of those before it (an open loop), so that a slow chat cannot lower
 * the load and hide. Resolves when every turn that was sent has ended.
 */
export async function run({ turns, visitors, tally, maxInFlight, graceMs, signal }: Load): Promise<void> {
  signal.addEventListener('abort', () => setTimeout(() => visitors.interrupt(), graceMs).unref(), { once: true })
  const running = new Set<Promise<void>>()
  const started = performance.now()
  for (const turn of turns) {
    const dueMs = started + turn.atMs
    await sleep(Math.max(0, dueMs - performance.now()), undefined, { signal }).catch(() => {})
    if (signal.aborted) break
    if (running.size >= maxInFlight) {
      tally.skipped++
      continue
    }
    tally.start(turn, performance.now() - dueMs)
    const taking: Promise<void> = visitors.take(turn, dueMs).then((result) => {
      running.delete(taking)
      tally.end(turn, result)
    })
    running.add(taking)
  }
  await Promise.all(running)
}
