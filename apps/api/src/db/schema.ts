import type { Outcome, Rating, Segment } from '@repo/contract/message'
import type { CostSource } from '@repo/telemetry/catalogue'
import { sql } from 'drizzle-orm'
import {
  bigint,
  date,
  doublePrecision,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core'
import type { StoredPart } from './stored-parts.ts'

const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3 }).notNull().defaultNow()

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
    /** Advisory lock that the writing process holds while it lives; see process-presence.ts. */
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
    /** Since when the price holds, `YYYY-MM-DD`. */
    priceDate: text('price_date'),
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

/** A visitor's judgement of an answer; one each, changeable. */
export const feedback = pgTable('feedback', {
  messageId: uuid('message_id')
    .primaryKey()
    .references(() => message.id, { onDelete: 'cascade' }),
  rating: text().$type<Rating>().notNull(),
  comment: text(),
  updatedAt: time('updated_at'),
})

const count = (name: string) => bigint(name, { mode: 'number' }).notNull().default(0)
/** Decimal, so that what was added and taken away again leaves nothing behind. */
const usd = (name: string) => numeric(name).notNull().default('0')

/** Turns per day (UTC), visitor and model. Of its own, so that it outlives the conversations. */
export const usage = pgTable(
  'usage',
  {
    day: date().notNull(),
    visitorId: uuid('visitor_id').notNull(),
    model: text().notNull(),
    turns: count('turns'),
    inputTokens: count('input_tokens'),
    outputTokens: count('output_tokens'),
    cachedInputTokens: count('cached_input_tokens'),
    reasoningTokens: count('reasoning_tokens'),
    costUsd: usd('cost_usd'),
    unmetered: count('unmetered'),
    unpriced: count('unpriced'),
  },
  (table) => [primaryKey({ columns: [table.visitorId, table.day, table.model] })],
)

/** What is gone of the budgets of a day (UTC). The scope is a visitor, or the nil UUID for all of them together. */
export const budget = pgTable(
  'budget',
  {
    day: date().notNull(),
    scope: uuid().notNull(),
    spentUsd: usd('spent_usd'),
    /** The sum of the reservations that are open. */
    reservedUsd: usd('reserved_usd'),
  },
  (table) => [primaryKey({ columns: [table.day, table.scope] })],
)

/** What a running turn may cost at most; one for each of its model calls. */
export const reservation = pgTable(
  'reservation',
  {
    turnId: uuid('turn_id').notNull(),
    /** As in `message`: tells whether the process that must give it back still lives. */
    writer: integer().notNull(),
    day: date().notNull(),
    /** The budgets that it is held in. */
    scopes: uuid().array().notNull(),
    usd: numeric().notNull(),
  },
  (table) => [index('reservation_turn_idx').on(table.turnId)],
)

/** How much of its rate a visitor has used: see limits/admission.ts. */
export const visitorRate = pgTable('visitor_rate', {
  visitorId: uuid('visitor_id').primaryKey(),
  busyUntil: timestamp('busy_until', { withTimezone: true }).notNull(),
})
