import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { mixedRun, type RunOptions, type Told } from './mixed-run.ts'
import { type Counter, sumsOfCounters, sumsOfSpans, type TruthSpan } from './signals.ts'
import { addTurn, compare, endingOf, type Row, Sums } from './sums.ts'

/** A chat, and where its telemetry arrives. */
export interface Target {
  /** Web or API. */
  readonly url: string
  readonly databaseUrl: string
  /** How long telemetry is looked for again after the first look, which itself takes as long as it takes. */
  readonly arrivalMs: number
  /** All of `countedMetrics`, now. */
  counters(): Promise<Counter[]>
  /** Of these traces, what is there so far. */
  spans(traceIds: readonly string[]): Promise<TruthSpan[]>
}

const POLL_MS = 500
/** When what has been counted is in the stores. */
const EXPORTED_MS = 15_000

export interface Truth {
  readonly rows: readonly Row[]
  readonly agrees: boolean
  readonly summary: Told['summary']
  /** Seconds. */
  readonly took: { readonly run: number; readonly arrival: number }
}

/**
 * Makes a run of all that can happen and compares what clients, database, traces and metrics say of it.
 * @throws when others chat at the same time: counters cannot tell whose turns they count
 */
export async function truth(target: Target, options: RunOptions): Promise<Truth> {
  const database = new pg.Client(target.databaseUrl)
  await database.connect()
  try {
    await quiet(database)
    const turnsBefore = await turnsOf(database)
    const before = await target.counters()
    const begin = performance.now()
    const told = await mixedRun(target.url, options)
    const ended = performance.now()
    const stored = await storedSums(database, told.conversationIds)
    const others = (await turnsOf(database)) - turnsBefore - stored.turns
    if (others > 0) {
      throw new Error(
        `${others} turns of somebody else were answered meanwhile, which the counters count too. Stop other traffic ` +
          '(docker compose stop traffic), leave the chat alone, and run it again.',
      )
    }

    const look = async () => {
      const traces = sumsOfSpans(await target.spans(told.traceIds))
      const metrics = sumsOfCounters(before, await target.counters())
      const sums = { client: new Sums(), database: new Sums(), traces: traces.sums, metrics }
      const whole = { client: told.sums, database: stored.sums }
      for (const source of ['client', 'database'] as const)
        for (const part of [whole[source], traces.partly])
          for (const label of part.labels()) sums[source].add(label, part.get(label))
      return compare(sums)
    }
    let rows: Row[] | undefined
    let failure: unknown
    let until = Number.POSITIVE_INFINITY
    for (;;) {
      // A store that is busy is asked again.
      rows = await look().catch((error) => {
        failure = error
        return rows
      })
      if (rows?.every(({ agrees }) => agrees) || performance.now() > until) break
      until = Math.min(until, performance.now() + target.arrivalMs)
      await sleep(POLL_MS)
    }
    if (!rows) throw failure

    const took = { run: (ended - begin) / 1000, arrival: (performance.now() - ended) / 1000 }
    return { rows, agrees: rows.every(({ agrees }) => agrees), summary: told.summary, took }
  } finally {
    await database.end()
  }
}

/** Answers go on for a while when whoever asked has gone: what such a one counts would be taken for this run's. */
async function quiet(database: pg.Client): Promise<void> {
  const isQuiet = async () =>
    (await database.query("select from message where status = 'streaming' limit 1")).rowCount === 0
  let waitMs = 0
  for (; !(await isQuiet()); waitMs = EXPORTED_MS) await sleep(POLL_MS)
  await sleep(waitMs)
}

async function turnsOf(database: pg.Client): Promise<number> {
  const { rows } = await database.query("select count(*)::int as turns from message where role = 'assistant'")
  return rows[0].turns
}

async function storedSums(database: pg.Client, conversationIds: readonly string[]) {
  const { rows } = await database.query(
    `select status, error_type, input_tokens, output_tokens, cached_input_tokens, cache_write_input_tokens,
      reasoning_tokens, cost_usd, cost_source
    from message where role = 'assistant' and conversation_id = any($1)`,
    [conversationIds],
  )
  const sums = new Sums()
  for (const row of rows) {
    addTurn(sums, {
      ending: endingOf(row.status, row.error_type),
      tokens:
        row.input_tokens === null
          ? null
          : {
              input: row.input_tokens,
              output: row.output_tokens,
              cached: row.cached_input_tokens,
              written: row.cache_write_input_tokens,
              reasoning: row.reasoning_tokens,
            },
      cost: row.cost_usd === null ? null : { usd: row.cost_usd, source: row.cost_source },
    })
  }
  return { sums, turns: rows.length }
}
