import type { Conversation, ConversationChange, ConversationPage } from '@repo/contract/conversation'
import type { Pool } from './database.ts'
import type { conversation } from './schema.ts'

type Row = Pick<typeof conversation.$inferSelect, 'id' | 'title' | 'model' | 'createdAt' | 'updatedAt'>

const COLUMNS = 'id, title, model, created_at as "createdAt", updated_at as "updatedAt"'
const OWN = 'where id = $1 and visitor_id = $2'
const EXPIRED = `deleted_at < now() - interval '1 hour'`

// Full text search rather than a substring: it is in every PostgreSQL without an extension, and has an index. Words count
// as typed, without a language's stems, each also as the beginning of a longer one.
const matching = (visitor: string, title: string, words: string) => `
  select id from conversation where visitor_id = ${visitor} and title ilike ${title}
  union all
  select conversation_id from message
  where status is distinct from 'streaming' and searchable(parts) @@ (
    select to_tsquery('simple', string_agg(quote_literal(lexeme) || ':*', ' & '))
    from unnest(to_tsvector('simple', ${words})))`

/** A visitor's own conversations; another visitor's do not exist for it. */
export class Conversations {
  readonly #pool: Pool

  constructor(pool: Pool) {
    this.#pool = pool
  }

  /**
   * A page, newest first.
   * @param search only those with this in the title, or with words that begin like these in one of their messages
   * @param cursor from the page before
   */
  async list(visitorId: string, limit: number, search?: string, cursor?: string): Promise<ConversationPage> {
    const [updatedMs, cursorId] = cursor?.split('_') ?? []
    const values: unknown[] = [visitorId, limit + 1]
    const value = (one: unknown) => `$${values.push(one)}`
    const found = search ? `and id in (${matching('$1', value(pattern(search)), value(search))})` : ''
    const older = cursorId
      ? `and (updated_at, id) < (${value(new Date(Number(updatedMs)))}::timestamptz, ${value(cursorId)}::uuid)`
      : ''
    // Without a name, so that each is planned for what it searches.
    const { rows } = await this.#pool.query<Row>(
      `select ${COLUMNS} from conversation where visitor_id = $1 and deleted_at is null ${found} ${older}
      order by updated_at desc, id desc limit $2`,
      values,
    )
    const items = rows.slice(0, limit)
    const last = rows.length > limit ? items.at(-1) : undefined
    return { items: items.map(toContract), nextCursor: last ? `${last.updatedAt.getTime()}_${last.id}` : null }
  }

  async find(visitorId: string, id: string): Promise<Conversation | null> {
    return this.#one(`select ${COLUMNS} from conversation ${OWN} and deleted_at is null`, id, visitorId)
  }

  /** @returns as it is now, or null when the visitor has no such conversation */
  async change(visitorId: string, id: string, { title, model }: ConversationChange): Promise<Conversation | null> {
    return this.#one(
      `update conversation set title = coalesce($3, title), model = case when $4 then $5 else model end
      ${OWN} and deleted_at is null returning ${COLUMNS}`,
      ...[id, visitorId, title, model !== undefined, model],
    )
  }

  /** For whom its owner has asked to. @returns whether it is there */
  async rename(id: string, title: string): Promise<boolean> {
    const text = 'update conversation set title = $2 where id = $1 and deleted_at is null'
    const { rowCount } = await this.#pool.query(text, [id, title])
    return rowCount === 1
  }

  /**
   * Hides a conversation; `restore` brings it back within the hour. Those whose hour has passed are removed for good
   * meanwhile.
   * @returns whether the visitor had it
   */
  async delete(visitorId: string, id: string): Promise<boolean> {
    const text = `update conversation set deleted_at = now() ${OWN} and deleted_at is null`
    const { rowCount } = await this.#pool.query(text, [id, visitorId])
    await this.purge()
    return rowCount === 1
  }

  /** @returns the conversation, or null when there is none, or its hour has passed */
  async restore(visitorId: string, id: string): Promise<Conversation | null> {
    const text = `update conversation set deleted_at = null ${OWN} and (${EXPIRED}) is not true returning ${COLUMNS}`
    return this.#one(text, id, visitorId)
  }

  /** Removes for good what was deleted more than an hour ago, of all visitors. */
  async purge(): Promise<void> {
    await this.#pool.query(`delete from conversation where ${EXPIRED}`)
  }

  async #one(text: string, ...values: unknown[]): Promise<Conversation | null> {
    const { rows } = await this.#pool.query<Row>(text, values)
    return rows[0] ? toContract(rows[0]) : null
  }
}

function pattern(search: string): string {
  return `%${search.replace(/[\\%_]/g, '\\$&')}%`
}

function toContract(row: Row): Conversation {
  return {
    id: row.id,
    title: row.title,
    model: row.model,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}
