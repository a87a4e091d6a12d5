import { sql } from 'drizzle-orm'
import { customType, index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { conversation, time } from '../schema.ts'

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' })

/** A picture. It comes before the question that it is sent with; edited questions have it too. */
export const attachment = pgTable(
  'attachment',
  {
    id: uuid().primaryKey(),
    visitorId: uuid('visitor_id').notNull(),
    /** Null: not sent yet. */
    conversationId: uuid('conversation_id').references(() => conversation.id, { onDelete: 'cascade' }),
    mediaType: text('media_type').notNull(),
    /** Pixels. */
    width: integer().notNull(),
    height: integer().notNull(),
    data: bytea().notNull(),
    createdAt: time('created_at'),
  },
  (table) => [
    index('attachment_conversation_idx').on(table.conversationId),
    index('attachment_unsent_idx').on(table.visitorId, table.createdAt).where(sql`${table.conversationId} is null`),
  ],
)
