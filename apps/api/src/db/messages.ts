import type { ConversationWithMessages } from '@repo/contract/conversation'
import { type ChatMessage, type MessageMetadata, outcomes, type Rating } from '@repo/contract/message'
import type { QueryConfig } from 'pg'
import type { Pool } from './database.ts'
import type { message } from './schema.ts'
import { forPeople, type StoredPart, withClosedCalls } from './stored-parts.ts'

type Row = typeof message.$inferSelect
type StoredRow = Row & { rating: Rating | null; comment: string | null }

type DescribeError = (type: string) => MessageMetadata['error']

/** What is written of an answer; the rest of the row is known when it begins. */
export type AnswerRow = Omit<typeof message.$inferInsert, 'role' | 'createdAt' | 'seq'>

export interface Question {
  readonly visitorId: string
  readonly conversationId: string
  readonly questionId: string
  /** What it follows; null: nothing; undefined: the conversation's newest message. */
  readonly parentId: string | null | undefined
  readonly parts: ChatMessage['parts']
  /** Title of the conversation, if this question begins it. */
  readonly title: string
  /** To be remembered for the conversation, if the visitor picked one. */
  readonly pickedModel: string | undefined
}

export interface HistoryMessage {
  readonly role: 'user' | 'assistant'
  readonly parts: readonly StoredPart[]
}

/** Of `askCtes`, one for each message of the path; without any, one all the same. */
export interface AskedRow {
  readonly asked: boolean
  readonly known: boolean
  readonly role: HistoryMessage['role'] | null
  readonly parts: HistoryMessage['parts'] | null
}

/** A question that is stored. */
export interface Asked {
  /** What it is answered from: oldest first, as long as allowed, and without the question, unless that was there already. */
  readonly context: HistoryMessage[]
  readonly known: boolean
}

/** @throws {ForeignConversationError} it is not stored */
export function askedOf(rows: readonly AskedRow[]): Asked {
  if (!rows[0]?.asked) throw new ForeignConversationError()
  return { context: rows.flatMap(({ role, parts }) => (role && parts ? [{ role, parts }] : [])), known: rows[0].known }
}

/** The conversation is another visitor's or deleted, or it does not hold what the question follows. */
export class ForeignConversationError extends Error {}

/**
 * What is written of an answer. Statements are made from it once, have names, and so are prepared once per connection: in a
 * turn, a query builder costs more than the queries, and loading one takes half of the start.
 */
const properties = [
  ...(['id', 'conversationId', 'parentId', 'parts', 'status', 'writer', 'model', 'leftOut', 'timeline'] as const),
  ...(['traceId', 'spanId', 'responseId', 'finishReason', 'errorType', 'ttftMs', 'durationMs'] as const),
  ...(['inputTokens', 'outputTokens', 'cachedInputTokens', 'cacheWriteInputTokens', 'reasoningTokens'] as const),
  ...(['costUsd', 'costSource', 'priceDate', 'estimatedUsd', 'promptVersion'] as const),
] satisfies (keyof AnswerRow)[]
const columnOf = (property: string) => property.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
const names = properties.map(columnOf)
/** `id`, `conversation_id` and `parent_id` stay. */
const changing = names.filter((name) => !/^(conversation_|parent_)?id$/.test(name))

/** Columns of `message left join feedback`, for `Messages.read`. */
export const MESSAGE = `message.role, ${properties.map((name) => `message.${columnOf(name)} as "${name}"`).join(', ')},
  message.created_at as "createdAt", feedback.rating, feedback.comment`

/**
 * The CTEs that store a question, with its conversation if that is new, and read what it is answered from: `known`, the
 * question if it is there already (a retry, a regeneration), which is left as it is; `parent`, what it follows; `path`,
 * which leads up from either; `asked`, which is empty when the conversation is another visitor's or deleted, or does not
 * hold what the question follows.
 * @param first of the nine parameters: `askValues`
 * @param leave the condition that it is stored
 */
export const askCtes = (first: number, leave = 'true') => {
  const [visitor, conversation, question, parent, newest, max, title, model, parts] = Array.from(
    { length: 9 },
    (_, i) => `$${first + i}`,
  )
  return `
  known as (
    select id from message where id = ${question}::uuid and conversation_id = ${conversation}::uuid and role = 'user'
  ), parent as (
    (select id from message where ${newest} and conversation_id = ${conversation} order by seq desc limit 1)
    union all
    select id from message where id = ${parent}::uuid and conversation_id = ${conversation}
  ), path as (
    select id, parent_id, role, parts, 1 as depth from message
    where id = coalesce((select id from known), (select id from parent))
    union all
    select message.id, message.parent_id, message.role, message.parts, depth + 1
    from message join path on message.id = path.parent_id where depth < ${max}
  ), place as (
    insert into conversation (id, visitor_id, title, model)
    select ${conversation}, ${visitor}::uuid, ${title}, ${model}
    where (${leave}) and (${parent} is null or exists (select from parent))
    on conflict (id) do update set updated_at = now(), model = coalesce(${model}, conversation.model)
    where conversation.visitor_id = ${visitor} and conversation.deleted_at is null
    returning id
  ), asked as (
    insert into message (id, conversation_id, parent_id, role, parts)
    select ${question}, place.id, (select id from parent), 'user', ${parts} from place
    on conflict (id) do update set role = 'user'
    where message.conversation_id = ${conversation} and message.role = 'user'
    returning id
  )`
}

export const askValues = (question: Question, maxContextMessages: number) => [
  ...[question.visitorId, question.conversationId, question.questionId],
  ...[question.parentId, question.parentId === undefined, maxContextMessages],
  ...[question.title, question.pickedModel, JSON.stringify(question.parts)],
]

/** Of what the question is answered from, oldest first; with the CTEs of `askCtes`. */
export const ASKED = `exists (select from asked) as asked, exists (select from known) as known, path.role, path.parts
  from (values (1)) as one left join path on true order by path.depth desc`

const ASK = `with recursive ${askCtes(1)} select ${ASKED}`

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
  select ${MESSAGE}, siblings.ids as versions
  from path join message using (id)
    join siblings on siblings.role = message.role and place = coalesce(message.parent_id, message.conversation_id)
    left join feedback on message_id = message.id
  order by seq`

/** Writes answers; returns their ids. @param answers the parameter: `answersJson` */
export const writeAnswers = (answers: string) => `
  insert into message (role, ${names.join(', ')})
  select 'assistant', ${names.join(', ')} from json_populate_recordset(null::message, ${answers}::json)
  on conflict (id) do update set ${changing.map((name) => `${name} = excluded.${name}`).join(', ')} returning id`

type Written = AnswerRow & Record<Exclude<keyof AnswerRow, (typeof properties)[number]>, never>
/** @param rows none, as the compiler sees it, when one of their properties is not in the list */
export const answersJson = (rows: readonly Written[]) =>
  JSON.stringify(rows.map((row) => Object.fromEntries(properties.map((name, i) => [names[i], row[name]]))))

const WRITE_ANSWER = writeAnswers('$1')

export class Messages {
  readonly #pool: Pool
  readonly #describeError: DescribeError

  /** @param describeError words for an `error.type`, of which only the type is stored */
  constructor(pool: Pool, describeError: DescribeError) {
    this.#pool = pool
    this.#describeError = describeError
  }

  /**
   * Stores a question, with its conversation if that is new. One that is there already is left as it is.
   * @throws {ForeignConversationError} it is not stored
   */
  async ask(question: Question, maxContextMessages: number): Promise<Asked> {
    const values = askValues(question, maxContextMessages)
    return askedOf((await this.#pool.query<AskedRow>({ name: 'ask', text: ASK, values })).rows)
  }

  /**
   * A path through the conversation, oldest first: the one that ends in the newest message.
   * @param at of all paths through this message the newest, instead
   * @returns null when `at` is not in the conversation
   */
  async path(
    conversationId: string,
    at?: string,
  ): Promise<Pick<ConversationWithMessages, 'messages' | 'versions'> | null> {
    const query = { name: 'path', text: PATH, values: [conversationId, at] }
    const rows = await this.read<{ versions: string[] }>(query)
    if (at && rows.length === 0) return null
    return {
      messages: rows.map(({ message }) => message),
      versions: Object.fromEntries(rows.flatMap(({ id, versions }) => (versions.length > 1 ? [[id, versions]] : []))),
    }
  }

  /** @param query has the columns of `MESSAGE`, and more */
  async read<More = unknown>(query: QueryConfig): Promise<(StoredRow & More & { message: ChatMessage })[]> {
    const { rows } = await this.#pool.query<StoredRow & More>(query)
    return rows.map((row) => ({ ...row, message: this.#toContract(row) }))
  }

  /** Writes an answer as it is now: its beginning, and again how it ended. */
  async writeAnswer(row: AnswerRow): Promise<void> {
    await this.#pool.query({ name: 'write-answer', text: WRITE_ANSWER, values: [answersJson([row])] })
  }

  /** Keeps what has been streamed so far. It streams, also where this process was taken for dead. */
  async saveParts(id: string, parts: readonly StoredPart[]): Promise<void> {
    const text = `update message set parts = $2, status = 'streaming'
      where id = $1 and (status = 'disconnected' or status = 'streaming' and parts is distinct from $2::jsonb)`
    await this.#pool.query({ name: 'save-parts', text, values: [id, JSON.stringify(parts)] })
  }

  /**
   * Closes as `disconnected` what these processes left streaming.
   * @returns how many answers
   */
  async closeOf(dead: readonly number[]): Promise<number> {
    const text = `update message set status = 'disconnected' where status = 'streaming' and writer = any($1)`
    return (await this.#pool.query(text, [dead])).rowCount ?? 0
  }

  #toContract(row: StoredRow): ChatMessage {
    const own = forPeople(row.parts)
    if (row.role === 'user') return { id: row.id, role: 'user', parts: own }
    const parts = row.status === 'streaming' ? own : withClosedCalls(own)
    return { id: row.id, role: 'assistant', parts, metadata: metadataOf(row, this.#describeError) }
  }
}

/** What people are told of an answer: as it is stored, or as it is being written. */
export function metadataOf(
  row: Partial<AnswerRow> & { rating?: Rating | null; comment?: string | null },
  describeError: DescribeError,
): MessageMetadata {
  const { inputTokens, outputTokens, cachedInputTokens = null, reasoningTokens = null } = row
  const metered = typeof inputTokens === 'number' && typeof outputTokens === 'number'
  return {
    model: row.model ?? 'unknown',
    traceId: row.traceId ?? null,
    spanId: row.spanId ?? null,
    promptVersion: row.promptVersion ?? null,
    outcome: outcomes.find((outcome) => outcome === row.status) ?? null,
    finishReason: row.finishReason ?? null,
    error: row.errorType ? describeError(row.errorType) : null,
    ttftMs: row.ttftMs ?? null,
    durationMs: row.durationMs ?? null,
    usage: metered ? { inputTokens, outputTokens, cachedInputTokens, reasoningTokens } : null,
    costUsd: row.costUsd ?? null,
    price: row.costSource ? { source: row.costSource, date: row.priceDate ?? null } : null,
    estimatedUsd: row.estimatedUsd ?? null,
    leftOutMessages: row.leftOut ?? null,
    timeline: row.timeline ?? [],
    feedback: row.rating ? { rating: row.rating, ...(row.comment ? { comment: row.comment } : {}) } : null,
  }
}
