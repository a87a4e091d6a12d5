import type { Outcome, Segment } from '@repo/contract/message'
import type { CostSource } from '@repo/telemetry/catalogue'
import { sql } from 'drizzle-orm'
import { bigint, doublePrecision, index, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import type { StoredPart } from './stored-parts.ts'

export const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3 }).notNull().defaultNow()

export const conversation = pgTable(
  'conversation',
  {
    id: uuid().primaryKey(),
    visitorId: uuid('visitor_id').notNull(),
    title: text().notNull(),
    /** What the visitor picked for this conversation; null: the default model. */
    model: text(),
    createdAt: time('created_at'),
    updatedAt: time('updated_at'),
    /** Set: it is gone for the visitor, who can take that back for an hour. */
    deletedAt: timestamp('deleted_at', { withTimezone: true, precision: 3 }),
  },
  // The list of a visitor, newest first, by keyset; nulls first, as Postgres orders by default, or it goes unused.
  (table) => [
    index('conversation_visitor_idx').on(
      table.visitorId,
      table.updatedAt.desc().nullsFirst(),
      table.id.desc().nullsFirst(),
    ),
    index('conversation_deleted_idx').on(table.deletedAt).where(sql`${table.deletedAt} is not null`),
  ],
)

/**
 * Messages form a tree by `parent_id`: a regenerated answer is a second child of the same question, and the earlier one
 * stays. What a conversation shows is the path from its newest message up to the root.
 */
export const message = pgTable(
  'message',
  {
    id: uuid().primaryKey(),
    conversationId: uuid('conversation_id')
      .notNull()
      .references(() => conversation.id, { onDelete: 'cascade' }),
    parentId: uuid('parent_id'),
    /** Order of insertion: `created_at` can tie. */
    seq: bigint({ mode: 'number' }).generatedAlwaysAsIdentity(),
    role: text().$type<'user' | 'assistant'>().notNull(),
    parts: jsonb().$type<StoredPart[]>().notNull(),
    createdAt: time('created_at'),

    // Answers only, from here on.
    /** `streaming` until the turn has ended. */
    status: text().$type<'streaming' | Outcome>(),
    /** Advisory lock that the writing process holds while it lives; see presence.ts. */
    writer: integer(),
    model: text(),
    traceId: text('trace_id'),
    /** The turn's span, 16 hex digits: what is said later about the answer is linked to it. */
    spanId: text('span_id'),
    /** The provider's id of the answer, of its last model call. */
    responseId: text('response_id'),
    finishReason: text('finish_reason'),
    errorType: text('error_type'),
    ttftMs: doublePrecision('ttft_ms'),
    durationMs: doublePrecision('duration_ms'),
    inputTokens: integer('input_tokens'),
    outputTokens: integer('output_tokens'),
    cachedInputTokens: integer('cached_input_tokens'),
    cacheWriteInputTokens: integer('cache_write_input_tokens'),
    reasoningTokens: integer('reasoning_tokens'),
    costUsd: doublePrecision('cost_usd'),
    costSource: text('cost_source').$type<CostSource>(),
    /** Where the cost is unknown: what the budgets were charged. */
    estimatedUsd: doublePrecision('estimated_usd'),
    /** Messages before the question that did not go to the model. */
    leftOut: integer('left_out'),
    /** Since when the price holds, `YYYY-MM-DD`. */
    priceDate: text('price_date'),
    /** Of the system prompt that it was answered by: the beginning of its hash. */
    promptVersion: text('prompt_version'),
    /** Where the turn's time went. */
    timeline: jsonb().$type<Segment[]>(),
  },
  (table) => [
    index('message_conversation_idx').on(table.conversationId, table.seq.desc().nullsFirst()),
    index('message_parent_idx').on(table.parentId),
    // `searchable` is made by migration 0002. Answers that are being written are left out: each save would index anew.
    index('message_search_idx')
      .using('gin', sql`searchable(${table.parts})`)
      .where(sql`${table.status} is distinct from 'streaming'`),
    index('message_streaming_idx').on(table.writer).where(sql`${table.status} = 'streaming'`),
  ],
)
