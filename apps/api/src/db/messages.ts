import { type ChatMessage, type MessageMetadata, outcomes } from '@repo/contract/message'
import { describeError } from '../chat/describe-error.ts'
import type { Pool } from './database.ts'
import type { message } from './schema.ts'

type Row = typeof message.$inferSelect

/** What is written of an answer; the rest of the row is known when it begins. */
export type AnswerRow = Omit<typeof message.$inferInsert, 'role' | 'createdAt' | 'seq'>

export interface Question {
  readonly visitorId: string
  readonly conversationId: string
  readonly messageId: string
  readonly text: string
  /** Title of the conversation, if this question begins it. */
  readonly title: string
  /** How many messages, this one included, the model gets to see. */
  readonly maxContextMessages: number
}

/** A message as it is stored, tool calls included; what the model gets of it is the chat's affair (chat/prompt.ts). */
export interface HistoryMessage {
  readonly role: 'user' | 'assistant'
  readonly parts: ChatMessage['parts']
}

/** The question's id is in use elsewhere, or the conversation is another visitor's. */
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

const PATH_COLUMNS = properties.map((name) => `path.${columns[name]} as "${name}"`).join(', ')

// Stores the question and reads what came before it in one statement: atomic, and one round trip before the provider is
// asked. All of it sees the database as it was, so the path begins at the question if that was there already (a retry),
// else at the newest message, which becomes its parent. No row: the conversation is another visitor's.
const ASK = `
  with recursive own as (
    insert into conversation (id, visitor_id, title) values ($1, $2, $3)
    on conflict (id) do update set updated_at = now() where conversation.visitor_id = $2
    returning id
  ), known as (
    select id from message where id = $4 and conversation_id = $1 and role = 'user'
  ), newest as (
    select id from message where conversation_id = $1 order by seq desc limit 1
  ), asked as (
    insert into message (id, conversation_id, parent_id, role, parts)
    select $4, own.id, (select id from newest), 'user', $5 from own
    on conflict (id) do nothing
    returning id
  ), path as (
    select message.*, 1 as depth from message where id = coalesce((select id from known), (select id from newest))
    union all
    select message.*, depth + 1 from message join path on message.id = path.parent_id where depth < $6
  )
  select exists (select from asked) as inserted, exists (select from known) as known, path.role, path.parts
  from own left join path on true order by path.depth desc`

const PATH = `
  with recursive path as (
    select message.* from message where conversation_id = $1 and seq = (select max(seq) from message where conversation_id = $1)
    union all
    select message.* from message join path on message.id = path.parent_id
  )
  select path.role, ${PATH_COLUMNS} from path order by seq`

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
  async ask({
    conversationId,
    visitorId,
    title,
    messageId,
    text,
    maxContextMessages,
  }: Question): Promise<HistoryMessage[]> {
    const question: HistoryMessage = { role: 'user', parts: [{ type: 'text', text }] }
    type Asked = Partial<Pick<Row, 'role' | 'parts'>> & { inserted: boolean; known: boolean }
    const { rows } = await this.#pool.query<Asked>({
      name: 'ask',
      text: ASK,
      values: [conversationId, visitorId, title, messageId, JSON.stringify(question.parts), maxContextMessages],
    })
    const [first] = rows
    if (!first || !(first.inserted || first.known)) throw new ForeignConversationError()
    const before = rows.flatMap(({ role, parts }) => (role && parts ? [{ role, parts }] : []))
    return (first.known ? before : [...before, question]).slice(-maxContextMessages)
  }

  /** The conversation as it is shown: the newest message and all above it, oldest first. */
  async path(conversationId: string): Promise<ChatMessage[]> {
    const { rows } = await this.#pool.query<Row>({ name: 'path', text: PATH, values: [conversationId] })
    return rows.map(toContract)
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

function toContract(row: Row): ChatMessage {
  if (row.role === 'user') return { id: row.id, role: 'user', parts: row.parts }
  return { id: row.id, role: 'assistant', parts: row.parts, metadata: metadataOf(row) }
}

function metadataOf(row: Row): MessageMetadata {
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
    feedback: null,
  }
}
