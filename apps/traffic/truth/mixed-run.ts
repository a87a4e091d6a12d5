import type { MessageMetadata } from '@repo/contract/message'
import { offeredModels } from '../src/offered-models.ts'
import { faults, type Mix, type PlannedTurn, plan, toolModels } from '../src/plan.ts'
import { showProgress } from '../src/print.ts'
import { Tally } from '../src/tally.ts'
import { type TurnResult, Visitors } from '../src/visitors.ts'
import { addTurn, Sums } from './sums.ts'

/** Something of everything that can happen to a turn. */
const mix: Mix = { stop: 9, disconnect: 8, regenerate: 8, hiccup: 14, fault: 26, tool: 8, approval: 6, rate: 7 }
/** Turns of a visitor; the rate limit is per visitor, and not what is tried here. */
const TURNS_PER_VISITOR = 5
const WAIT_MS = 60_000

export interface RunOptions {
  readonly turns: number
  /** Turns under way at once: a slow machine takes longer, and breaks nothing. */
  readonly parallel: number
  readonly seed: number
}

/** What the clients of a run were told. */
export interface Told {
  readonly sums: Sums
  readonly traceIds: readonly string[]
  readonly conversationIds: readonly string[]
  readonly summary: ReturnType<Tally['summary']>
}

class Listener extends Tally {
  readonly sums = new Sums()
  readonly traceIds = new Set<string>()
  readonly conversationIds = new Set<string>()

  override end(turn: PlannedTurn, result: TurnResult): void {
    super.end(turn, result)
    const { metadata } = result
    addTurn(this.sums, { ending: result.ending, tokens: tokensOf(metadata), cost: costOf(metadata) })
    this.conversationIds.add(result.conversationId)
    if (metadata?.traceId) this.traceIds.add(metadata.traceId)
  }
}

/** Lets visitors ask every model of the mock, and do all that visitors do. Resolves when every turn has ended. */
export async function mixedRun(url: string, { turns, parallel, seed }: RunOptions): Promise<Told> {
  const { signal } = new AbortController()
  const offered = await offeredModels(url, WAIT_MS, signal)
  const planned = plan({
    seed,
    rate: 1, // when a turn is due does not matter here
    turns,
    duration: Infinity,
    visitors: Math.ceil(turns / TURNS_PER_VISITOR),
    mix,
    models: offered.filter((id) => !(id in faults) && (id === 'mock-echo' || !toolModels.includes(id))),
    faultModels: offered.filter((id) => id in faults),
  })
  const tally = new Listener()
  const hideProgress = showProgress(tally)
  const visitors = new Visitors(url)
  const take = async () => {
    // All take from the one generator.
    for (const turn of planned) {
      tally.start(turn, 0)
      tally.end(turn, await visitors.take(turn, performance.now()))
    }
  }
  await Promise.all(Array.from({ length: parallel }, take))
  hideProgress()
  const { sums, traceIds, conversationIds } = tally
  return { sums, traceIds: [...traceIds], conversationIds: [...conversationIds], summary: tally.summary() }
}

function tokensOf(metadata: MessageMetadata | null) {
  const usage = metadata?.usage
  if (!usage) return null
  const { inputTokens, outputTokens, cachedInputTokens, reasoningTokens } = usage
  return {
    input: inputTokens,
    output: outputTokens,
    cached: cachedInputTokens,
    written: null,
    reasoning: reasoningTokens,
  }
}

function costOf(metadata: MessageMetadata | null) {
  if (!metadata || metadata.costUsd === null) return null
  return { usd: metadata.costUsd, source: metadata.price?.source ?? 'nobody' }
}
