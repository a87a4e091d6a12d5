import type { ApprovalDecision } from '@repo/telemetry/catalogue'
import type { Presence } from '../../extension-points/presence.ts'
import type { Pool } from '../database.ts'

/** Null: it waits. `withdrawn`: its turn was ended meanwhile. */
export type Decision = ApprovalDecision | 'withdrawn' | null

export interface AskedCall {
  readonly id: string
  readonly conversationId: string
  readonly tool: string
  readonly definition: string
  readonly expiresAt: Date
}

const ALLOWED = `exists (
  select from approval as before
  where before.conversation_id = $2 and before.definition = $4 and before.decision = 'conversation')`
const ASK = `
  insert into approval (id, conversation_id, tool, definition, writer, expires_at, decision)
  values ($1, $2, $3, $4, $5, $6, case when ${ALLOWED} then 'remembered' end)
  returning decision`
// One that waits for what another call has just been allowed for good need not be answered any more.
const LOOK = `
  select id, coalesce(decision, case when exists (
    select from approval as before where before.conversation_id = approval.conversation_id
    and before.definition = approval.definition and before.decision = 'conversation') then 'remembered' end) as decision
  from approval where id = any($1)`
const SETTLE = `
  with settled as (update approval set decision = $2 where id = $1 and decision is null returning decision)
  select decision from settled union all
  select decision from approval where id = $1 and decision is not null`
// Nobody waits in a process that has died.
const decide = (presence: Presence) => `
  with ${presence.deadIn('approval', 'id = $1')}
  update approval set decision = $4 from conversation
  where approval.id = $1 and conversation_id = $2 and conversation.id = $2 and visitor_id = $3 and deleted_at is null
    and decision is null and expires_at > now() and approval.writer not in (select writer from dead)`
const FIND = `
  select decision from approval join conversation on conversation.id = conversation_id
  where approval.id = $1 and conversation_id = $2 and visitor_id = $3 and deleted_at is null`

/** Calls that wait for a person's approval, and what was decided of each: once, by whoever is first. */
export class Approvals {
  readonly #pool: Pool
  readonly #presence: Presence

  constructor(pool: Pool, presence: Presence) {
    this.#pool = pool
    this.#presence = presence
  }

  /** @returns `remembered` where the tool has been allowed for the conversation; else null */
  async ask({ id, conversationId, tool, definition, expiresAt }: AskedCall): Promise<'remembered' | null> {
    const values = [id, conversationId, tool, definition, this.#presence.writer, expiresAt]
    const { rows } = await this.#pool.query<{ decision: 'remembered' | null }>({
      name: 'ask-approval',
      text: ASK,
      values,
    })
    return rows[0]?.decision ?? null
  }

  /** What was decided of these calls. */
  async look(ids: readonly string[]): Promise<{ id: string; decision: Decision }[]> {
    const { rows } = await this.#pool.query<{ id: string; decision: Decision }>({
      name: 'look-for-approvals',
      text: LOOK,
      values: [ids],
    })
    return rows
  }

  /** Decides for the person, unless the person has. @returns what was decided */
  async settle(id: string, decision: NonNullable<Decision>): Promise<NonNullable<Decision>> {
    const { rows } = await this.#pool.query<{ decision: NonNullable<Decision> }>({
      name: 'settle-approval',
      text: SETTLE,
      values: [id, decision],
    })
    return rows[0]?.decision ?? decision
  }

  /**
   * Decides for the visitor whose conversation it is.
   * @returns what holds: another decision where one was made before, null where nobody waits any more; undefined: the
   * visitor has no such call
   */
  async decide(
    { id, conversationId, visitorId }: { id: string; conversationId: string; visitorId: string },
    decision: 'once' | 'conversation' | 'denied',
  ): Promise<Decision | undefined> {
    const own = [id, conversationId, visitorId]
    const text = decide(this.#presence)
    const { rowCount } = await this.#pool.query({ name: 'decide-approval', text, values: [...own, decision] })
    if (rowCount === 1) return decision
    const { rows } = await this.#pool.query<{ decision: Decision }>({ name: 'find-approval', text: FIND, values: own })
    return rows[0]?.decision
  }
}
