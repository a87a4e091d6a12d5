import type { Conversation, ConversationPage } from '@repo/contract/conversation'
import { CONVERSATION, type Conversations } from '../db/conversations.ts'

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

interface Change {
  readonly title?: string | undefined
  readonly model?: string | undefined
}

/** A visitor's conversations as a list that is searched, and in which they are changed. */
export class ListedConversations {
  readonly #conversations: Conversations

  constructor(conversations: Conversations) {
    this.#conversations = conversations
  }

  /**
   * A page, newest first.
   * @param search only those with this in the title, or with words that begin like these in one of their messages
   * @param cursor from the page before
   */
  async page(visitorId: string, limit: number, search?: string, cursor?: string): Promise<ConversationPage> {
    const [updatedMs, cursorId] = cursor?.split('_') ?? []
    const values: unknown[] = [visitorId, limit + 1]
    const value = (one: unknown) => `$${values.push(one)}`
    const pattern = `%${search?.replace(/[\\%_]/g, '\\$&')}%`
    const found = search ? `and id in (${matching('$1', value(pattern), value(search))})` : ''
    const older = cursorId
      ? `and (updated_at, id) < (${value(new Date(Number(updatedMs)))}::timestamptz, ${value(cursorId)}::uuid)`
      : ''
    // Without a name, so that each is planned for what it searches.
    const rows = await this.#conversations.query(
      `select ${CONVERSATION} from conversation where visitor_id = $1 and deleted_at is null ${found} ${older}
      order by updated_at desc, id desc limit $2`,
      values,
    )
    const items = rows.slice(0, limit)
    const last = rows.length > limit ? items.at(-1) : undefined
    return { items, nextCursor: last ? `${Date.parse(last.updatedAt)}_${last.id}` : null }
  }

  /** @returns as it is now; undefined: the visitor has no such conversation */
  async change(visitorId: string, id: string, change: Change): Promise<Conversation | undefined> {
    const { title, model } = change
    return this.#one(
      `update conversation set title = coalesce($3, title), model = case when $4 then $5 else model end
      ${OWN} and deleted_at is null`,
      ...[id, visitorId, title, model !== undefined, model],
    )
  }

  /**
   * Hides a conversation; `restore` brings it back within the hour. Those whose hour has passed are removed for good
   * meanwhile.
   * @returns undefined: the visitor has no such conversation
   */
  async delete(visitorId: string, id: string): Promise<Conversation | undefined> {
    const text = `update conversation set deleted_at = now() ${OWN} and deleted_at is null`
    const deleted = await this.#one(text, id, visitorId)
    await this.purge()
    return deleted
  }

  /** @returns undefined: there is none, or its hour has passed */
  async restore(visitorId: string, id: string): Promise<Conversation | undefined> {
    return this.#one(`update conversation set deleted_at = null ${OWN} and (${EXPIRED}) is not true`, id, visitorId)
  }

  /** Removes for good what was deleted more than an hour ago, of all visitors. */
  async purge(): Promise<void> {
    await this.#conversations.query(`delete from conversation where ${EXPIRED}`)
  }

  async #one(update: string, ...values: unknown[]): Promise<Conversation | undefined> {
    return (await this.#conversations.query(`${update} returning ${CONVERSATION}`, values))[0]
  }
}
