import { type ChatMessage, type MessageMetadata, outcomes } from '@repo/contract/message'
import { and, eq, sql } from 'drizzle-orm'
import { describeError } from '../chat/describe-error.ts'
import type { Database } from './database.ts'
import { conversation, message } from './schema.ts'

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

export interface HistoryMessage {
  readonly role: 'user' | 'assistant'
  readonly text: string
}

/** The question's id is in use elsewhere, or the conversation is another visitor's. */
export class ForeignConversationError extends Error {}

export class Messages {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /**
   * Stores a question, with its conversation if that is new, and returns what the model gets to see, oldest first.
   * A question that is there already (a retry, a regeneration) is left as it is.
   * @throws {ForeignConversationError} nothing is stored
   */
  async ask(question: Question): Promise<HistoryMessage[]> {
    const { conversationId, messageId, visitorId } = question
    return this.#db.transaction(async (tx) => {
      const [own] = await tx
        .insert(conversation)
        .values({ id: conversationId, visitorId, title: question.title })
        .onConflictDoUpdate({
          target: conversation.id,
          set: { updatedAt: sql`now()` },
          setWhere: eq(conversation.visitorId, visitorId),
        })
        .returning({ id: conversation.id })
      if (!own) throw new ForeignConversationError()
      await tx
        .insert(message)
        .values({
          id: messageId,
          conversationId,
          parentId: sql`(select id from message where conversation_id = ${conversationId} order by seq desc limit 1)`,
          role: 'user',
          parts: [{ type: 'text', text: question.text }],
        })
        .onConflictDoNothing()
      const path = await this.#pathFrom(
        tx,
        conversationId,
        sql`id = ${messageId} and role = 'user'`,
        question.maxContextMessages,
      )
      if (path.length === 0) throw new ForeignConversationError()
      return path.map((row) => ({ role: row.role, text: textOf(row.parts) })).filter(({ text }) => text !== '') // a failed answer has none, and providers refuse empty messages
    })
  }

  /** The conversation as it is shown: the newest message and all above it, oldest first. */
  async path(conversationId: string): Promise<ChatMessage[]> {
    const newest = sql`seq = (select max(seq) from message where conversation_id = ${conversationId})`
    const rows = await this.#pathFrom(this.#db, conversationId, newest)
    return rows.map(toContract)
  }

  async insertAnswer(row: AnswerRow): Promise<void> {
    await this.#db.insert(message).values({ ...row, role: 'assistant' })
  }

  /** Keeps what has been streamed so far. */
  async saveParts(id: string, parts: ChatMessage['parts']): Promise<void> {
    await this.#db
      .update(message)
      .set({ parts })
      .where(and(eq(message.id, id), eq(message.status, 'streaming')))
  }

  /** Writes the answer as it ended, whether or not its row was begun. */
  async completeAnswer(row: AnswerRow): Promise<void> {
    const { id, conversationId: _, parentId: __, ...set } = row
    await this.#db
      .insert(message)
      .values({ ...row, role: 'assistant' })
      .onConflictDoUpdate({ target: message.id, set })
  }

  async #pathFrom(
    db: Pick<Database, 'execute'>,
    conversationId: string,
    start: ReturnType<typeof sql>,
    limit = 10_000,
  ): Promise<Row[]> {
    const { rows } = await db.execute<Record<string, unknown>>(sql`
      with recursive path as (
        select message.*, 1 as depth from message where conversation_id = ${conversationId} and ${start}
        union all
        select message.*, depth + 1 from message join path on message.id = path.parent_id where depth < ${limit}
      )
      select id, role, parts, status, model,
        trace_id as "traceId", finish_reason as "finishReason", error_type as "errorType",
        ttft_ms as "ttftMs", duration_ms as "durationMs",
        input_tokens as "inputTokens", output_tokens as "outputTokens",
        cached_input_tokens as "cachedInputTokens", reasoning_tokens as "reasoningTokens", cost_usd as "costUsd"
      from path order by depth desc`)
    return rows as unknown as Row[]
  }
}

function textOf(parts: ChatMessage['parts']): string {
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
}

function toContract(row: Row): ChatMessage {
  if (row.role === 'user') return { id: row.id, role: 'user', parts: row.parts }
  return { id: row.id, role: 'assistant', parts: row.parts, metadata: metadataOf(row) }
}

function metadataOf(row: Row): MessageMetadata {
  const known = row.inputTokens !== null && row.outputTokens !== null
  return {
    model: row.model ?? 'unknown',
    traceId: row.traceId,
    outcome: outcomes.find((outcome) => outcome === row.status) ?? null,
    finishReason: row.finishReason,
    error: row.errorType ? describeError(row.errorType) : null,
    ttftMs: row.ttftMs,
    durationMs: row.durationMs,
    usage: known
      ? {
          inputTokens: row.inputTokens as number,
          outputTokens: row.outputTokens as number,
          cachedInputTokens: row.cachedInputTokens,
          reasoningTokens: row.reasoningTokens,
        }
      : null,
    costUsd: row.costUsd,
  }
}
