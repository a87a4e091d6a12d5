import { bigint, boolean, index, numeric, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { account } from '../accounts/account-schema.ts'
import { time } from '../schema.ts'

/** What holds for a person in the place of the common limits; null: those do. Infinity: no limit. */
export const accountLimit = pgTable('account_limit', {
  accountId: uuid('account_id')
    .primaryKey()
    .references(() => account.id, { onDelete: 'cascade' }),
  dailyUsd: numeric('daily_usd'),
  perMinute: numeric('per_minute'),
  isBlocked: boolean('is_blocked').notNull().default(false),
})

/** What administrators changed. People stand in it by their names of that time, so that it outlives their accounts. */
export const adminChange = pgTable(
  'admin_change',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    at: time('at'),
    adminId: uuid('admin_id').notNull(),
    admin: text().notNull(),
    accountId: uuid('account_id').notNull(),
    person: text().notNull(),
    what: text().$type<'dailyUsd' | 'perMinute' | 'isBlocked'>().notNull(),
    before: text().notNull(),
    after: text().notNull(),
  },
  (table) => [index('admin_change_at_idx').on(table.at)],
)
