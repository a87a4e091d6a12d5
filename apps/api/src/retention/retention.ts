import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { parseVariables, told } from '../config.ts'
import type { Pool } from '../db/database.ts'

const schema = z.object({
  CONVERSATION_RETENTION_DAYS: told(
    z.coerce.number().int().min(1).max(36_500).optional(),
    'days from 1 to 36500',
    '90',
  ),
})

const LOOK_MS = 3600_000
/** So few that nobody waits for their locks. */
const BATCH = 100
/** Any constant: the same in every API process, and no one else's (db/migrate.ts and processes have theirs). */
const LOCK = 7_041_778

// Pictures, ratings and approvals go with a conversation by their foreign keys. The lock is the transaction's: another
// process that comes meanwhile removes nothing. A row in which somebody is just asking is skipped, and so is a running answer.
const REMOVE = `
  with turn as materialized (
    select pg_try_advisory_xact_lock(${LOCK}) as is_ours
  ), old as (
    select id from conversation, turn
    where is_ours and updated_at < now() - $1 * interval '1 day'
      and not exists (select from message where conversation_id = conversation.id and status = 'streaming')
    limit ${BATCH} for update of conversation skip locked
  )
  delete from conversation using old where conversation.id = old.id`

/** Conversations in which nobody has asked for `CONVERSATION_RETENTION_DAYS` are removed for good. Unset: none is. */
export async function retention(app: FastifyInstance, { pool }: { pool: Pool }): Promise<void> {
  const { CONVERSATION_RETENTION_DAYS: days } = parseVariables(schema, process.env)
  if (!days) return
  let closing = false
  const look = async () => {
    const removed = await removeOld(pool, days, () => closing)
    if (removed > 0) app.log.info('removed %d conversations that were older than %d days', removed, days)
  }
  const lookOrWarn = () => look().catch((err) => app.log.warn({ err }, 'old conversations could not be removed'))
  app.addHook('onReady', async () => void lookOrWarn())
  const looking = setInterval(lookOrWarn, LOOK_MS).unref()
  app.addHook('preClose', async () => {
    closing = true
    clearInterval(looking)
  })
}

/**
 * In batches, each a transaction of its own.
 * @returns how many
 */
export async function removeOld(pool: Pool, days: number, isClosing = () => false): Promise<number> {
  for (let removed = 0; ; ) {
    const { rowCount } = await pool.query({ name: 'remove-old', text: REMOVE, values: [days] })
    removed += rowCount ?? 0
    if (!rowCount || isClosing()) return removed
  }
}
