import type { Readable } from 'node:stream'
import { context, propagation } from '@opentelemetry/api'
import type { FastifyPluginAsync } from 'fastify'
import type { RunningTurns } from '../chat/running-turns.ts'
import type { Pool } from '../db/database.ts'
import type { Presence } from '../extension-points/presence.ts'
import { PRESENCE_LOCK } from '../processes/processes.ts'
import { Holder } from './holder.ts'
import { Mirrors } from './mirrors.ts'
import { ASK_CHANNEL, type Ask, parseAsk, parseTold, tellChannel } from './wire.ts'

interface Services {
  readonly pool: Pool
  readonly presence: Presence
  readonly running: RunningTurns
  rejoin: (conversationId: string) => Promise<Readable | undefined>
}

/** Processes that are connected to this database. */
const LIVING = `
  select count(*)::int as living from pg_locks
  where locktype = 'advisory' and classid = ${PRESENCE_LOCK} and objsubid = 2 and granted
    and database = (select oid from pg_database where datname = current_database())`

/**
 * A running answer can be joined at any API process: PostgreSQL's NOTIFY carries it from the one that holds it, in
 * numbered pieces, for as long as somebody reads elsewhere.
 */
export const relay: FastifyPluginAsync<Services> = async (app, services) => {
  const { pool, presence, running } = services
  const holder = new Holder(presence.writer, running, async (writer, payloads) => {
    // One statement and so one transaction: they arrive in this order.
    const text = 'select pg_notify($1, payload) from unnest($2::text[]) as payload'
    await pool.query({ name: 'tell', text, values: [tellChannel(writer), payloads] })
  })
  const mirrors = new Mirrors({
    ask: (ask) => presence.tell(ASK_CHANNEL, JSON.stringify({ ...ask, to: presence.writer } satisfies Ask)),
    others: async () => ((await pool.query<{ living: number }>(LIVING)).rows[0]?.living ?? 1) - 1,
  })
  presence.listen(ASK_CHANNEL, (payload) => {
    const ask = parseAsk(payload)
    if (ask && ask.to !== presence.writer) holder.heard(ask)
  })
  presence.listen(tellChannel(presence.writer), (payload) => {
    const told = parseTold(payload)
    if (told) mirrors.heard(told)
  })
  app.addHook('preClose', async () => {
    mirrors.close()
    holder.close()
  })

  const { rejoin } = services
  services.rejoin = async (conversationId) => {
    const carrier: { traceparent?: string } = {}
    propagation.inject(context.active(), carrier)
    const answer = (await rejoin(conversationId)) ?? (await mirrors.join(conversationId, carrier.traceparent))
    // Its holder may have died.
    if (!answer) void presence.look().catch(() => {})
    return answer
  }
}
