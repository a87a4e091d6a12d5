import { type ChatMessage, type MessageMetadata, outcomes, type Rating } from '@repo/contract/message'
import { describeError } from '../chat/describe-error.ts'
import type { Pool } from './database.ts'
import type { message } from './schema.ts'

type Row = typeof message.$inferSelect
type StoredRow = Row & { rating: Rating | null; comment: string | null }

/** What is written of an answer; the rest of the row is known when it begins. */
export type AnswerRow = Omit<typeof message.$inferInsert, 'role' | 'createdAt' | 'seq'>

export interface Question {
  readonly visitorId: string
  readonly conversationId: string
  readonly messageId: string
  /** What it follows; null: nothing; undefined: the conversation's newest message. */
  readonly parentId: string | null | undefined
  readonly text: string
  /** Title of the conversation, if this question begins it. */
  readonly title: string
  /** To be remembered for the conversation, if the visitor picked one. */
  readonly pickedModel: string | undefined
  /** How many messages, this one included, the model gets to see. */
  readonly maxContextMessages: number
}

/** A message as it is stored, tool calls included; what the model gets of it is the chat's affair (chat/prompt.ts). */
export interface HistoryMessage {
  readonly role: 'user' | 'assistant'
  readonly parts: ChatMessage['parts']
}

/** A message as it is exported, with its place in the tree. */
export type StoredMessage = ChatMessage & { parentId: string | null; createdAt: string }

/** A path through the tree; see `ConversationWithMessages`. */
export interface Path {
  readonly messages: ChatMessage[]
  readonly versions: Record<string, string[]>
}

/** The conversation is another visitor's or deleted, or it does not hold what the question follows. */
export class ForeignConversationError extends Error {}

/**
 * Columns of an answer: the property that holds the value, and the column. Statements are made from it once, have names,
 * and so are prepared once per connection: in a turn, a query builder costs more than the queries.
 */
const columns = {
  id: 'id',
  conversationId: 'conversation_id',
  parentId: 'parent_id',
  parts: 'parts',
  status: 'status',
  writer: 'writer',
  model: 'model',
  traceId: 'trace_id',
  spanId: 'span_id',
  responseId: 'response_id',
  finishReason: 'finish_reason',
  errorType: 'error_type',
  ttftMs: 'ttft_ms',
  durationMs: 'duration_ms',
  inputTokens: 'input_tokens',
  outputTokens: 'output_tokens',
  cachedInputTokens: 'cached_input_tokens',
  cacheWriteInputTokens: 'cache_write_input_tokens',
  reasoningTokens: 'reasoning_tokens',
  costUsd: 'cost_usd',
  costSource: 'cost_source',
  priceDate: 'price_date',
  timeline: 'timeline',
} as const satisfies Record<keyof AnswerRow, string>
const properties = Object.keys(columns) as (keyof typeof columns)[]
const names = Object.values(columns)

const MESSAGE_COLUMNS = properties.map((name) => `message.${columns[name]} as "${name}"`).join(', ')

/**
 * What a question is answered from: `known` is the question if it is there already (a retry, a regeneration), `parent`
 * what it follows, `path` what the model gets to see, the question itself only if it is known.
 * $1 conversation, $2 question, $3 parent, $4 whether the newest message is the parent instead, $5 longest path.
 */
const CONTEXT = `
  known as (
    select id from message where id = $2 and conversation_id = $1 and role = 'user'
  ), parent as (
    (select id from message where $4 and conversation_id = $1 order by seq desc limit 1)
    union all
    select id from message where id = $3 and conversation_id = $1
  ), path as (
    select message.*, 1 as depth from message where id = coalesce((select id from known), (select id from parent))
    union all
    select message.*, depth + 1 from message join path on message.id = path.parent_id where depth < $5
  )`

// Stores the question and reads what came before it in one statement: atomic, and one round trip before the provider is
// asked. All of it sees the database as it was before. No row: the question may not be asked there.
const ASK = `
  with recursive ${CONTEXT}, own as (
    insert into conversation (id, visitor_id, title, model)
    select $1, $6, $7, $8 where $3::uuid is null or exists (select from parent) or exists (select from known)
    on conflict (id) do update set updated_at = now(), model = coalesce($8, conversation.model)
    where conversation.visitor_id = $6 and conversation.deleted_at is null
    returning id
  ), asked as (
    insert into message (id, conversation_id, parent_id, role, parts)
    select $2, own.id, (select id from parent), 'user', $9 from own
    on conflict (id) do nothing
    returning id
  )
  select exists (select from asked) as inserted, exists (select from known) as known, path.role, path.parts
  from own left join path on true order by path.depth desc`

// Newest of all, or newest of what is below $2: a child is always newer than its parent, so that one ends a path.
const PATH = `
  with recursive below as (
    select id, seq from message where id = $2 and conversation_id = $1
    union all
    select message.id, message.seq from message join below on message.parent_id = below.id
  ), path as (
    select id, parent_id from message where conversation_id = $1 and seq = (
      case when $2::uuid is null then (select max(seq) from message where conversation_id = $1)
      else (select max(seq) from below) end)
    union all
    select message.id, message.parent_id from message join path on message.id = path.parent_id
  ), siblings as (
    select coalesce(parent_id, conversation_id) as place, role, array_agg(id order by seq) as ids
    from message where conversation_id = $1 group by place, role
  )
  select message.role, ${MESSAGE_COLUMNS}, message.created_at as "createdAt", siblings.ids as versions,
    feedback.rating, feedback.comment
  from path join message using (id)
    join siblings on siblings.role = message.role and place = coalesce(message.parent_id, message.conversation_id)
    left join feedback on message_id = message.id
  order by seq`

const ALL = `
  select message.role, ${MESSAGE_COLUMNS}, created_at as "createdAt", rating, comment
  from message left join feedback on message_id = message.id where conversation_id = $1 order by seq`

const WRITE_ANSWER = `
  insert into message (role, ${names.join(', ')}) values ('assistant', ${names.map((_, i) => `$${i + 1}`).join(', ')})
  on conflict (id) do update set ${names
    .slice(3)
    .map((name) => `${name} = excluded.${name}`)
    .join(', ')}`

export class Messages {
  readonly #pool: Pool

  constructor(pool: Pool) {
    this.#pool = pool
  }

  /**
   * Stores a question, with its conversation if that is new, and returns what the model gets to see, oldest first.
   * A question that is there already (a retry, a regeneration) is left as it is.
   * @throws {ForeignConversationError} the question is not stored
   */
  async ask(question: Question): Promise<HistoryMessage[]> {
    const { parentId, maxContextMessages, text } = question
    const asked: HistoryMessage = { role: 'user', parts: [{ type: 'text', text }] }
    type Asked = Partial<Pick<Row, 'role' | 'parts'>> & { inserted: boolean; known: boolean }
    const { rows } = await this.#pool.query<Asked>({
      name: 'ask',
      text: ASK,
      values: [
        question.conversationId,
        question.messageId,
        parentId,
        parentId === undefined,
        maxContextMessages,
        question.visitorId,
        question.title,
        question.pickedModel,
        JSON.stringify(asked.parts),
      ],
    })
    const [first] = rows
    if (!first || !(first.inserted || first.known)) throw new ForeignConversationError()
    const before = rows.flatMap(({ role, parts }) => (role && parts ? [{ role, parts }] : []))
    return (first.known ? before : [...before, asked]).slice(-maxContextMessages)
  }

  /**
   * A path through the conversation, oldest first: the one that ends in the newest message.
   * @param at of all paths through this message the newest, instead
   * @returns null when `at` is not in the conversation
   */
  async path(conversationId: string, at?: string): Promise<Path | null> {
    type PathRow = StoredRow & { versions: string[] }
    const { rows } = await this.#pool.query<PathRow>({ name: 'path', text: PATH, values: [conversationId, at] })
    if (at && rows.length === 0) return null
    return {
      messages: rows.map(toContract),
      versions: Object.fromEntries(rows.flatMap(({ id, versions }) => (versions.length > 1 ? [[id, versions]] : []))),
    }
  }

  /** Every message of the conversation, all versions, in the order in which they were written. */
  async all(conversationId: string): Promise<StoredMessage[]> {
    const { rows } = await this.#pool.query<StoredRow>({ name: 'all', text: ALL, values: [conversationId] })
    return rows.map((row) => ({ ...toContract(row), parentId: row.parentId, createdAt: row.createdAt.toISOString() }))
  }

  /** Writes an answer as it is now: its beginning, and again how it ended. */
  async writeAnswer(row: AnswerRow): Promise<void> {
    const values = properties.map((name) =>
      name === 'parts' || name === 'timeline' ? JSON.stringify(row[name] ?? null) : row[name],
    )
    await this.#pool.query({ name: 'write-answer', text: WRITE_ANSWER, values })
  }

  /** Keeps what has been streamed so far. */
  async saveParts(id: string, parts: ChatMessage['parts']): Promise<void> {
    const text = `update message set parts = $2 where id = $1 and status = 'streaming'`
    await this.#pool.query({ name: 'save-parts', text, values: [id, JSON.stringify(parts)] })
  }
}

function toContract(row: StoredRow): ChatMessage {
  if (row.role === 'user') return { id: row.id, role: 'user', parts: row.parts }
  return { id: row.id, role: 'assistant', parts: row.parts, metadata: metadataOf(row) }
}

function metadataOf(row: StoredRow): MessageMetadata {
  const { inputTokens, outputTokens, cachedInputTokens, reasoningTokens } = row
  const metered = inputTokens !== null && outputTokens !== null
  return {
    model: row.model ?? 'unknown',
    traceId: row.traceId,
    outcome: outcomes.find((outcome) => outcome === row.status) ?? null,
    finishReason: row.finishReason,
    error: row.errorType ? describeError(row.errorType) : null,
    ttftMs: row.ttftMs,
    durationMs: row.durationMs,
    usage: metered ? { inputTokens, outputTokens, cachedInputTokens, reasoningTokens } : null,
    costUsd: row.costUsd,
    price: row.costSource ? { source: row.costSource, date: row.priceDate } : null,
    timeline: row.timeline ?? [],
    feedback: row.rating && { rating: row.rating, ...(row.comment ? { comment: row.comment } : {}) },
  }
}
