import type { Pool } from '../database.ts'

export interface AttachmentFacts {
  readonly id: string
  readonly mediaType: string
  readonly width: number
  readonly height: number
}
export interface StoredAttachment extends AttachmentFacts {
  readonly data: Buffer
}

/** Pictures that a visitor has not sent, and so can hold without a question. */
const MOST_UNSENT = 32

const COLUMNS = `attachment.id, media_type as "mediaType", width, height`

// Sent or not: what is in a deleted conversation is gone, as long as nobody takes that back.
const OWN = `
  attachment.visitor_id = $1 and not exists (
    select from conversation where conversation.id = conversation_id and deleted_at is not null)`

const ADD = `
  insert into attachment (id, visitor_id, media_type, width, height, data)
  select $2, $1, $3, $4, $5, $6
  where (select count(*) from attachment where visitor_id = $1 and conversation_id is null) < ${MOST_UNSENT}`

/** Pictures; each visitor's own ones only. */
export class AttachmentStore {
  readonly #pool: Pool

  constructor(pool: Pool) {
    this.#pool = pool
  }

  /** @returns false: the visitor has too many that were not sent */
  async add(visitorId: string, { id, mediaType, width, height, data }: StoredAttachment): Promise<boolean> {
    const values = [visitorId, id, mediaType, width, height, data]
    return (await this.#pool.query({ name: 'add-attachment', text: ADD, values })).rowCount === 1
  }

  async find(visitorId: string, id: string): Promise<StoredAttachment | null> {
    const text = `select ${COLUMNS}, data from attachment where ${OWN} and attachment.id = $2`
    const { rows } = await this.#pool.query<StoredAttachment>({ name: 'attachment', text, values: [visitorId, id] })
    return rows[0] ?? null
  }

  /** Takes back what was not sent. */
  async remove(visitorId: string, id: string): Promise<void> {
    const text = 'delete from attachment where id = $2 and visitor_id = $1 and conversation_id is null'
    await this.#pool.query({ name: 'remove-attachment', text, values: [visitorId, id] })
  }

  /** Of these the visitor's own that were not sent yet, or in this conversation. */
  async sendable(visitorId: string, conversationId: string, ids: readonly string[]): Promise<AttachmentFacts[]> {
    const text = `select ${COLUMNS} from attachment
      where ${OWN} and attachment.id = any($2) and (conversation_id is null or conversation_id = $3)`
    const values = [visitorId, ids, conversationId]
    return (await this.#pool.query<AttachmentFacts>({ name: 'sendable-attachments', text, values })).rows
  }

  async keep(conversationId: string, ids: readonly string[]): Promise<void> {
    const text = 'update attachment set conversation_id = $1 where id = any($2) and conversation_id is null'
    await this.#pool.query({ name: 'keep-attachments', text, values: [conversationId, ids] })
  }

  /** Sizes in bytes, without the contents. */
  async sizes(ids: readonly string[]): Promise<(AttachmentFacts & { bytes: number })[]> {
    const text = `select ${COLUMNS}, octet_length(data) as bytes from attachment where id = any($1)`
    const query = { name: 'attachment-sizes', text, values: [ids] }
    return (await this.#pool.query<AttachmentFacts & { bytes: number }>(query)).rows
  }

  async contents(ids: readonly string[]): Promise<Pick<StoredAttachment, 'id' | 'data'>[]> {
    const text = 'select id, data from attachment where id = any($1)'
    const query = { name: 'attachment-contents', text, values: [ids] }
    return (await this.#pool.query<Pick<StoredAttachment, 'id' | 'data'>>(query)).rows
  }

  /** Removes what was not sent within a day, of all visitors. */
  async purge(): Promise<void> {
    await this.#pool.query(
      `delete from attachment where conversation_id is null and created_at < now() - interval '1 day'`,
    )
  }
}
