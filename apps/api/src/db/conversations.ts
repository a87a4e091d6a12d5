import type { Conversation, ConversationPage } from '@repo/contract/conversation'
import { and, desc, eq, isNull, sql } from 'drizzle-orm'
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
   * @param cursor from the page before
   * @returns null when the cursor is not one of ours
   */
  async list(visitorId: string, limit: number, cursor?: string): Promise<ConversationPage | null> {
    const after = cursor === undefined ? undefined : decodeCursor(cursor)
    if (after === null) return null
    const rows = await this.#db
      .select()
      .from(conversation)
      .where(
        and(
          eq(conversation.visitorId, visitorId),
          isNull(conversation.deletedAt),
          after &&
            sql`(${conversation.updatedAt}, ${conversation.id}) < (${after.updatedAt}::timestamptz, ${after.id}::uuid)`,
        ),
      )
      .orderBy(desc(conversation.updatedAt), desc(conversation.id))
      .limit(limit + 1)
    const items = rows.slice(0, limit)
    const last = rows.length > limit ? items.at(-1) : undefined
    return { items: items.map(toContract), nextCursor: last ? encodeCursor(last) : null }
  }

  async find(visitorId: string, id: string): Promise<Conversation | null> {
    const [row] = await this.#db
      .select()
      .from(conversation)
      .where(and(eq(conversation.id, id), eq(conversation.visitorId, visitorId), isNull(conversation.deletedAt)))
    return row ? toContract(row) : null
  }
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

function encodeCursor(row: Row): string {
  return Buffer.from(`${row.updatedAt.toISOString()} ${row.id}`).toString('base64url')
}

function decodeCursor(cursor: string): { updatedAt: string; id: string } | null {
  const match = /^(\d{4}-\d\d-\d\dT[\d:.]+Z) ([0-9a-f-]{36})$/.exec(Buffer.from(cursor, 'base64url').toString())
  return match?.[1] && match[2] && !Number.isNaN(Date.parse(match[1])) ? { updatedAt: match[1], id: match[2] } : null
}
