import type { Rating } from '@repo/contract/message'
import { pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { message, time } from './schema.ts'

/** A visitor's judgement of an answer; one each, changeable. */
export const feedback = pgTable('feedback', {
  messageId: uuid('message_id')
    .primaryKey()
    .references(() => message.id, { onDelete: 'cascade' }),
  rating: text().$type<Rating>().notNull(),
  comment: text(),
  updatedAt: time('updated_at'),
})
