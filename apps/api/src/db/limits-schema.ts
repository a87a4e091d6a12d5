import { bigint, date, index, integer, numeric, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'

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
    /** Of the turns whose cost is unknown: what the budgets were charged. */
    estimatedUsd: usd('estimated_usd'),
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
