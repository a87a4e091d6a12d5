import { boolean, index, pgTable, text, timestamp, unique, uuid } from 'drizzle-orm/pg-core'
import { time } from '../schema.ts'

/** A person, as the issuer knows them. The id is the visitor's id in every other table. */
export const account = pgTable(
  'account',
  {
    id: uuid().primaryKey(),
    issuer: text().notNull(),
    /** The issuer's own id of the person: an e-mail address can change, and be somebody else's later. */
    subject: text().notNull(),
    email: text(),
    /** Whether the issuer vouches for it. */
    emailVerified: boolean('email_verified').notNull(),
    name: text(),
    createdAt: time('created_at'),
    /** Of the last login. */
    loginAt: time('login_at'),
  },
  (table) => [unique('account_issuer_subject').on(table.issuer, table.subject)],
)

/** Of a browser in which somebody is logged in. Its id is in the signed cookie; nothing of the issuer's is kept. */
export const session = pgTable(
  'session',
  {
    id: uuid().primaryKey(),
    accountId: uuid('account_id')
      .notNull()
      .references(() => account.id, { onDelete: 'cascade' }),
    createdAt: time('created_at'),
    expiresAt: timestamp('expires_at', { withTimezone: true, precision: 3 }).notNull(),
  },
  (table) => [index('session_account_idx').on(table.accountId), index('session_expires_idx').on(table.expiresAt)],
)

/** Visitors that an account was before its login: a turn of theirs that ran on counts for the account, too. */
export const movedVisitor = pgTable(
  'moved_visitor',
  {
    visitorId: uuid('visitor_id').primaryKey(),
    accountId: uuid('account_id')
      .notNull()
      .references(() => account.id, { onDelete: 'cascade' }),
    movedAt: time('moved_at'),
  },
  (table) => [index('moved_visitor_account_idx').on(table.accountId)],
)
