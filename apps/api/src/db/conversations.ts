import type { Conversation, ConversationChange, ConversationPage } from '@repo/contract/conversation'
import { and, desc, eq, isNull, not, or, sql } from 'drizzle-orm'
import type { Database } from './database.ts'
import { conversation } from './schema.ts'

type Row = typeof conversation.$inferSelect

/** A visitor's own conversations; another visitor's do not exist for it. */
export class Conversations {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /**
   * A page, newest first.
   * @param search only those with this in the title, or with words that begin like these in one of their messages
   * @param cursor from the page before
   */
  async list(visitorId: string, limit: number, search?: string, cursor?: string): Promise<ConversationPage> {
    const [updatedMs, id] = cursor?.split('_') ?? []
    const rows = await this.#db
      .select()
      .from(conversation)
      .where(
        and(
          eq(conversation.visitorId, visitorId),
          isNull(conversation.deletedAt),
          search ? sql`${conversation.id} in (${matching(visitorId, search)})` : undefined,
          cursor === undefined
            ? undefined
            : sql`(${conversation.updatedAt}, ${conversation.id}) < (${new Date(Number(updatedMs)).toISOString()}::timestamptz, ${id}::uuid)`,
        ),
      )
      .orderBy(desc(conversation.updatedAt), desc(conversation.id))
      .limit(limit + 1)
    const items = rows.slice(0, limit)
    const last = rows.length > limit ? items.at(-1) : undefined
    return { items: items.map(toContract), nextCursor: last ? `${last.updatedAt.getTime()}_${last.id}` : null }
  }

  async find(visitorId: string, id: string): Promise<Conversation | null> {
    const [row] = await this.#db
      .select()
      .from(conversation)
      .where(and(own(visitorId, id), isNull(conversation.deletedAt)))
    return row ? toContract(row) : null
  }

  /** @returns as it is now, or null when the visitor has no such conversation */
  async change(visitorId: string, id: string, { title, model }: ConversationChange): Promise<Conversation | null> {
    const [row] = await this.#db
      .update(conversation)
      .set({ title, model })
      .where(and(own(visitorId, id), isNull(conversation.deletedAt)))
      .returning()
    return row ? toContract(row) : null
  }

  /**
   * Hides a conversation; `restore` brings it back within the hour. Those whose hour has passed are removed for good
   * meanwhile.
   * @returns whether the visitor had it
   */
  async delete(visitorId: string, id: string): Promise<boolean> {
    const { rowCount } = await this.#db
      .update(conversation)
      .set({ deletedAt: sql`now()` })
      .where(and(own(visitorId, id), isNull(conversation.deletedAt)))
    await this.purge()
    return rowCount === 1
  }

  /** @returns the conversation, or null when there is none, or its hour has passed */
  async restore(visitorId: string, id: string): Promise<Conversation | null> {
    const [row] = await this.#db
      .update(conversation)
      .set({ deletedAt: null })
      .where(and(own(visitorId, id), or(isNull(conversation.deletedAt), not(EXPIRED))))
      .returning()
    return row ? toContract(row) : null
  }

  /** Removes for good what was deleted more than an hour ago, of all visitors. */
  async purge(): Promise<void> {
    await this.#db.delete(conversation).where(EXPIRED)
  }
}

const EXPIRED = sql`${conversation.deletedAt} < now() - interval '1 hour'`

function own(visitorId: string, id: string) {
  return and(eq(conversation.id, id), eq(conversation.visitorId, visitorId))
}

/**
 * Ids of the conversations that a search finds. Full text search rather than a substring: it is in every PostgreSQL
 * without an extension, and has an index. Words count as typed, without a language's stems, each also as the beginning
 * of a longer one.
 */
function matching(visitorId: string, search: string) {
  const pattern = `%${search.replace(/[\\%_]/g, '\\$&')}%`
  return sql`
    select id from conversation where visitor_id = ${visitorId} and title ilike ${pattern}
    union all
    select conversation_id from message
    where status is distinct from 'streaming' and searchable(parts) @@ (
      select to_tsquery('simple', string_agg(quote_literal(lexeme) || ':*', ' & '))
      from unnest(to_tsvector('simple', ${search})))`
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
