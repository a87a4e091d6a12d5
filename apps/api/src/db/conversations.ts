import type { Conversation } from '@repo/contract/conversation'
import type { Pool } from './database.ts'
import type { conversation } from './schema.ts'

type Row = Pick<typeof conversation.$inferSelect, 'id' | 'title' | 'model' | 'createdAt' | 'updatedAt'>

export const CONVERSATION = 'id, title, model, created_at as "createdAt", updated_at as "updatedAt"'

/** A visitor's own conversations; another visitor's do not exist for it. */
export class Conversations {
  readonly #pool: Pool

  constructor(pool: Pool) {
    this.#pool = pool
  }

  async find(visitorId: string, id: string): Promise<Conversation | null> {
    const text = `select ${CONVERSATION} from conversation where id = $1 and visitor_id = $2 and deleted_at is null`
    return (await this.query(text, [id, visitorId]))[0] ?? null
  }

  /** @param text a statement that has the columns of `CONVERSATION` */
  async query(text: string, values?: readonly unknown[]): Promise<Conversation[]> {
    const { rows } = await this.#pool.query<Row>(text, values as unknown[])
    return rows.map(({ createdAt, updatedAt, ...rest }) => ({
      ...rest,
      createdAt: createdAt.toISOString(),
      updatedAt: updatedAt.toISOString(),
    }))
  }
}
