/**
 * `node apps/api/bench/settlements.ts`: how many turns a second the limits let in and settle on this machine's PostgreSQL,
 * as durable as in production, with one budget that all visitors share and one of each; then whether the sums are exact.
 *
 * Variables: BENCH_SECONDS (10) for each row, BENCH_TURNS (64) that are under way at once in each process.
 */
import { randomUUID } from 'node:crypto'
import { cpus } from 'node:os'
import { startTemporaryPostgres } from '@repo/local-stack/postgres'
import { type Bill, Budgets } from '../src/db/budgets.ts'
import { createPool, type Pool } from '../src/db/database.ts'
import { migrate } from '../src/db/migrate.ts'
import { Presence } from '../src/extension-points/presence.ts'

const seconds = Number(process.env.BENCH_SECONDS ?? 10)
const atOnce = Number(process.env.BENCH_TURNS ?? 64)
/** Of each visitor: some come back. */
const TURNS_PER_VISITOR = 5
const TEXT = 'An answer of some length, as they are. '.repeat(20)

const postgres = await startTemporaryPostgres({ durable: true })
try {
  const owner = createPool(postgres.url, () => {})
  await migrate(owner)
  console.log(
    `${cpus().length} x ${cpus()[0]?.model}, Node ${process.version}; ${atOnce} turns at once in each process`,
  )
  console.log(
    '| processes (a pool of ten connections each) | settled turns a second | admitted p50 | p95 | settled p50 | p95 | sums |',
  )
  console.log('|---|---:|---:|---:|---:|---:|---|')
  for (const processes of [1, 2]) console.log(await measured(owner, processes))
  await owner.end()
} finally {
  await postgres.stop()
}

async function measured(owner: Pool, processes: number): Promise<string> {
  await owner.query('truncate budget, reservation, usage, visitor_rate, conversation cascade')
  const pools = Array.from({ length: processes }, () => createPool(postgres.url, () => {}))
  const took = { admit: [] as number[], settle: [] as number[] }
  let [settled, micros] = [0, 0n]
  const until = performance.now() + seconds * 1000
  const visit = async (budgets: Budgets) => {
    for (let turn = 0, visitorId = ''; performance.now() < until; turn++) {
      if (turn % TURNS_PER_VISITOR === 0) visitorId = randomUUID()
      const [began, turnId, conversationId] = [performance.now(), randomUUID(), randomUUID()]
      const questionId = randomUUID()
      const admitted = await budgets.admit({
        ...{ visitorId, conversationId, questionId, parentId: null, title: 'A title', pickedModel: undefined, turnId },
        parts: [{ type: 'text', text: 'A question' }],
        maxContextMessages: 50,
        perMinute: Number.POSITIVE_INFINITY,
        dailyUsdPerVisitor: 100,
        bound: { perContextByte: 1e-6, perImageToken: 0, fixed: 0.01 },
      })
      if (admitted.refused) throw new Error(`refused: ${admitted.refused}`)
      took.admit.push(performance.now() - began)
      const charge = 1 + Math.floor(Math.random() * 9000)
      const ended = performance.now()
      const answer = {
        id: randomUUID(),
        conversationId,
        parentId: questionId,
        parts: [{ type: 'text' as const, text: TEXT }],
      }
      await budgets.settle(billOf(turnId, admitted.day, visitorId, charge / 1e6), { ...answer, status: 'finished' })
      took.settle.push(performance.now() - ended)
      micros += BigInt(charge)
      settled++
    }
  }
  const began = performance.now()
  await Promise.all(
    pools.flatMap((pool) => {
      const budgets = new Budgets(pool, new Presence(pool), 1_000_000)
      return Array.from({ length: atOnce }, () => visit(budgets))
    }),
  )
  const perSecond = (1000 * settled) / (performance.now() - began)
  await Promise.all(pools.map((pool) => pool.end()))
  const cells = [took.admit, took.settle].flatMap((ms) => [0.5, 0.95].map((q) => `${quantile(ms, q).toFixed(1)} ms`))
  return `| ${processes} | ${perSecond.toFixed(0)} | ${cells.join(' | ')} | ${await verdict(owner, settled, micros)} |`
}

function billOf(turnId: string, day: string, visitorId: string, usd: number): Bill {
  const tokens = { inputTokens: 10, outputTokens: 20, cachedInputTokens: 0, reasoningTokens: 0 }
  const costs = { costUsd: usd, estimatedUsd: 0, chargedUsd: usd, unmetered: false, unpriced: false }
  return { turnId, day, visitorId, model: 'bench', ...tokens, ...costs }
}

/** Whether the database has exactly what was charged, wherever it counts it. */
async function verdict(pool: Pool, turns: number, micros: bigint): Promise<string> {
  const { rows } = await pool.query(`select
    (select (sum(spent_usd) * 1000000)::bigint from budget where scope = '00000000-0000-0000-0000-000000000000') as everybody,
    (select (sum(spent_usd) * 1000000)::bigint from budget where scope <> '00000000-0000-0000-0000-000000000000') as visitors,
    (select (sum(cost_usd) * 1000000)::bigint from usage) as used, (select sum(turns)::int from usage) as turns,
    (select count(*)::int from message where role = 'assistant') as answers,
    (select sum(reserved_usd) from budget) as reserved, (select count(*)::int from reservation) as held`)
  const [found] = rows
  const money = [found.everybody, found.visitors, found.used].every((sum) => BigInt(sum) === micros)
  const counts = found.turns === turns && found.answers === turns && found.held === 0 && Number(found.reserved) === 0
  return money && counts
    ? 'exact'
    : `WRONG: ${JSON.stringify({ ...found, turns: [turns, found.turns], micros: `${micros}` })}`
}

function quantile(values: readonly number[], q: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(q * values.length)] ?? Number.NaN
}
