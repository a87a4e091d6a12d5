import type { ApprovalDecision } from '@repo/telemetry/catalogue'
import { index, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import { conversation, time } from '../schema.ts'

/** A call that a person was asked about. What was allowed for a conversation is read from here, too. */
export const approval = pgTable(
  'approval',
  {
    id: uuid().primaryKey(),
    conversationId: uuid('conversation_id')
      .notNull()
      .references(() => conversation.id, { onDelete: 'cascade' }),
    tool: text().notNull(),
    /** Hash of all that the tool says of itself: one that has changed is another one. */
    definition: text().notNull(),
    /** As in `message`: the process in which the call waits. */
    writer: integer().notNull(),
    /** Null: it waits. `withdrawn`: its turn was ended meanwhile. */
    decision: text().$type<ApprovalDecision | 'withdrawn'>(),
    askedAt: time('asked_at'),
    expiresAt: timestamp('expires_at', { withTimezone: true, precision: 3 }).notNull(),
  },
  (table) => [index('approval_conversation_idx').on(table.conversationId)],
)
