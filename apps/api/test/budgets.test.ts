import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { ownDatabase } from '@repo/local-stack/own-database'
import { expect, inject, it } from 'vitest'
import { type Bill, Budgets } from '../src/db/budgets.ts'
import { createPool, type Pool } from '../src/db/database.ts'
import { migrate } from '../src/db/migrate.ts'
import { Presence } from '../src/extension-points/presence.ts'

const EVERYBODY = '00000000-0000-0000-0000-000000000000'
const LIMIT = 0.6
const OWN_LIMIT = 0.09
const BOUND = 0.01
const [VISITORS, TURNS, AT_ONCE] = [12, 500, 40]

/** What each turn does; one that dies is given back by who notices. */
const fates = [
  'settles',
  'settles',
  'settles',
  'settles twice',
  'extends',
  'is released',
  'was deleted',
  'dies',
] as const

it.each([1, 2, 3])(
  'many turns at once, in two processes, are charged exactly, and no budget is exceeded (seed %i)',
  async (seed) => {
    const url = await ownDatabase(inject('databaseUrl'))
    const pools = [createPool(url, () => {}), createPool(url, () => {})]
    const watching = createPool(url, () => {})
    await migrate(watching)
    const processes = pools.map((pool) => {
      const presence = new Presence(pool)
      return { presence, budgets: new Budgets(pool, presence, LIMIT) }
    })
    const random = mulberry32(seed)
    const pick = <T>(of: readonly T[]) => of[Math.floor(random() * of.length)] as T
    const visitors = Array.from({ length: VISITORS }, () => randomUUID())
    const charged = new Map(visitors.map((id) => [id, 0]))
    const counts = { admitted: 0, refused: 0, turns: 0 }

    let isOver = false
    const watch = async () => {
      while (!isOver) {
        for (const { scope, sum } of await sums(watching))
          expect(sum).toBeLessThanOrEqual(scope === EVERYBODY ? LIMIT : OWN_LIMIT)
        await sleep(5)
      }
    }

    async function turn(): Promise<void> {
      const { budgets } = pick(processes)
      const visitorId = pick(visitors)
      const fate = pick(fates)
      const [turnId, conversationId, questionId] = [randomUUID(), randomUUID(), randomUUID()]
      const charge = 1 + Math.floor(random() * 999)
      const admitted = await budgets.admit({
        ...{ turnId, visitorId, conversationId, questionId, parentId: null, title: 'A title', pickedModel: undefined },
        parts: [{ type: 'text', text: 'A question' }],
        ...{ maxContextMessages: 50, perMinute: Number.POSITIVE_INFINITY, dailyUsdPerVisitor: OWN_LIMIT },
        bound: { perContextByte: 0, perImageToken: 0, fixed: BOUND },
      })
      counts[admitted.refused ? 'refused' : 'admitted']++
      if (admitted.refused || fate === 'dies') return
      await sleep(random() * 10)
      if (fate === 'is released') return budgets.release(turnId)
      if (fate === 'extends') await budgets.extend(turnId, visitorId, admitted.day, BOUND, OWN_LIMIT)
      if (fate === 'was deleted') await watching.query('delete from conversation where id = $1', [conversationId])
      const bill: Bill = {
        ...{ turnId, day: admitted.day, visitorId, model: pick(['a', 'b']), inputTokens: 1, outputTokens: 2 },
        ...{
          cachedInputTokens: 0,
          reasoningTokens: 0,
          costUsd: charge / 1e6,
          estimatedUsd: 0,
          chargedUsd: charge / 1e6,
        },
        ...{ unmetered: false, unpriced: false },
      }
      const answer = { id: randomUUID(), conversationId, parentId: questionId, parts: [], status: 'finished' as const }
      charged.set(visitorId, (charged.get(visitorId) ?? 0) + charge)
      counts.turns++
      const settled = budgets.settle(bill, answer)
      if (fate === 'was deleted') await expect(settled).rejects.toThrow(/foreign key/)
      else await settled
      if (fate === 'settles twice') await budgets.settle(bill, answer)
    }

    const watched = watch()
    let left = TURNS
    const take = async () => {
      while (left-- > 0) await turn()
    }
    await Promise.all(Array.from({ length: AT_ONCE }, take))
    isOver = true
    await watched
    await processes[0]?.budgets.releaseOf(processes.map(({ presence }) => presence.writer))

    const micros = (usd: number) => Math.round(usd * 1e6)
    const all = [...charged.values()].reduce((sum, one) => sum + one, 0)
    const expected = new Map([...[...charged].filter(([, one]) => one > 0), [EVERYBODY, all] as const])
    const found = new Map(
      (await sums(watching)).flatMap(({ scope, spent }) => (spent > 0 ? [[scope, micros(spent)]] : [])),
    )
    expect(found).toEqual(expected)
    const { rows } = await watching.query(`select (select sum(turns)::int from usage) as turns,
    (select sum(cost_usd)::float8 from usage) as cost, (select sum(abs(reserved_usd))::float8 from budget) as reserved,
    (select count(*)::int from reservation) as held`)
    expect({ ...rows[0], cost: micros(rows[0].cost) }).toEqual({ turns: counts.turns, cost: all, reserved: 0, held: 0 })
    expect(counts.admitted).toBeGreaterThan(100)
    expect(counts.refused, 'the limit was met').toBeGreaterThan(10)
    await Promise.all([...pools, watching].map((pool) => pool.end()))
  },
)

async function sums(pool: Pool): Promise<{ scope: string; spent: number; sum: number }[]> {
  const text = 'select scope, spent_usd::float8 as spent, (spent_usd + reserved_usd)::float8 as sum from budget'
  return (await pool.query(text)).rows
}

function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
