import { randomUUID } from 'node:crypto'
import type { Pool } from '../database.ts'
import { storable } from '../storable.ts'
import { MOVE } from './move-visitor.ts'

/** What an issuer, or a proxy, says of a person. */
export interface Identity {
  readonly issuer: string
  readonly subject: string
  readonly email: string | null
  readonly emailVerified: boolean
  readonly name: string | null
}

export interface Account {
  readonly id: string
  readonly email: string | null
  readonly emailVerified: boolean
  readonly name: string | null
}

const COLUMNS = 'account.id, email, email_verified as "emailVerified", name'

const KNOW = `
  insert into account (id, issuer, subject, email, email_verified, name) values ($1, $2, $3, $4, $5, $6)
  on conflict (issuer, subject) do update set email = excluded.email, email_verified = excluded.email_verified,
    name = excluded.name, login_at = now()
  returning ${COLUMNS}`

/** Whoever came first has it. */
const TAKE = 'insert into moved_visitor (visitor_id, account_id) values ($1, $2) on conflict do nothing'

/** People, and the browsers in which they are logged in. */
export class Accounts {
  readonly #pool: Pool

  constructor(pool: Pool) {
    this.#pool = pool
  }

  /**
   * Makes an account known, and gives it what the visitor had, in one transaction.
   *
   * @param before the UUID in the browser's cookie: a visitor's, or an earlier session's, which ends; null: none
   * @param sessionHours of the session that begins; null: none does
   */
  async logIn(identity: Identity, before: string | null, sessionHours: number | null) {
    const client = await this.#pool.connect()
    try {
      await client.query('begin')
      const { issuer, subject, email, emailVerified, name } = identity
      const values = [randomUUID(), issuer, subject, email, emailVerified, name && storable(name)]
      const [account] = (await client.query<Account>(KNOW, values)).rows
      if (!account) throw new Error('a statement that always has a row had none')
      const ended = await client.query('delete from session where id = $1 or expires_at < now() returning id', [before])
      const wasSession = ended.rows.some(({ id }) => id === before)
      if (before && !wasSession) await client.query(TAKE, [before, account.id])
      for (const statement of MOVE) await client.query(statement, [account.id])
      const sessionId = randomUUID()
      if (sessionHours) {
        const text = `insert into session (id, account_id, expires_at) values ($1, $2, now() + $3 * interval '1 hour')`
        await client.query(text, [sessionId, account.id, sessionHours])
      }
      await client.query('commit')
      return { account, sessionId }
    } catch (error) {
      await client.query('rollback').catch(() => {})
      throw error
    } finally {
      client.release()
    }
  }

  /** Whose session that is; null: nobody's, or it has expired. */
  async ofSession(id: string): Promise<Account | null> {
    const { rows } = await this.#pool.query<Account>({
      name: 'session',
      text: `select ${COLUMNS} from session join account on account.id = account_id
        where session.id = $1 and expires_at > now()`,
      values: [id],
    })
    return rows[0] ?? null
  }

  async ofSubject(issuer: string, subject: string): Promise<Account | null> {
    const text = `select ${COLUMNS} from account where issuer = $1 and subject = $2`
    const { rows } = await this.#pool.query<Account>({ name: 'account', text, values: [issuer, subject] })
    return rows[0] ?? null
  }

  /** Whether a visitor has become an account already. */
  async isMoved(visitorId: string): Promise<boolean> {
    const text = 'select from moved_visitor where visitor_id = $1'
    return (await this.#pool.query({ name: 'moved', text, values: [visitorId] })).rowCount === 1
  }

  async logOut(sessionId: string): Promise<void> {
    await this.#pool.query('delete from session where id = $1', [sessionId])
  }
}
