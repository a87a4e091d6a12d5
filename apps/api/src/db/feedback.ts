import type { Feedback, Rating } from '@repo/contract/message'
import type { Pool } from './database.ts'

/** The answer that a rating is about. */
export interface Rated {
  /** Null: it had none. */
  readonly before: Rating | null
  readonly model: string | null
  readonly conversationId: string
  readonly traceId: string | null
  readonly spanId: string | null
  readonly responseId: string | null
  readonly promptVersion: string | null
}

const OWN_ANSWER = `
  select message.* from message join conversation on conversation.id = conversation_id
  where message.id = $1 and role = 'assistant' and visitor_id = $2 and deleted_at is null`

const SET = `
  with answer as (${OWN_ANSWER}), stored as (
    insert into feedback (message_id, rating, comment) select id, $3, $4 from answer
    on conflict (message_id) do update set rating = excluded.rating, comment = excluded.comment, updated_at = now()
  )
  select (select rating from feedback where message_id = $1) as before, model, conversation_id as "conversationId",
    trace_id as "traceId", span_id as "spanId", response_id as "responseId",
    prompt_version as "promptVersion"
  from answer`

const REMOVE = `
  with answer as (${OWN_ANSWER}), removed as (
    delete from feedback using answer where message_id = answer.id
  )
  select from answer`

/** What visitors think of answers; each of its own ones only. */
export class FeedbackStore {
  readonly #pool: Pool

  constructor(pool: Pool) {
    this.#pool = pool
  }

  /** @returns null when the visitor has no such answer */
  async set(visitorId: string, messageId: string, { rating, comment }: Feedback): Promise<Rated | null> {
    const { rows } = await this.#pool.query<Rated>({
      name: 'set-feedback',
      text: SET,
      values: [messageId, visitorId, rating, comment || null],
    })
    return rows[0] ?? null
  }

  /** @returns whether the visitor has such an answer */
  async remove(visitorId: string, messageId: string): Promise<boolean> {
    const { rowCount } = await this.#pool.query({
      name: 'remove-feedback',
      text: REMOVE,
      values: [messageId, visitorId],
    })
    return rowCount === 1
  }
}
