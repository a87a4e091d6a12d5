import type { PersonLimits } from '@repo/contract/admin'
import type { Pool } from '../database.ts'

interface Row {
  dailyUsd: string | null
  perMinute: string | null
  isBlocked: boolean
}

const COLUMNS = 'daily_usd as "dailyUsd", per_minute as "perMinute", is_blocked as "isBlocked"'
export const STANDARD: PersonLimits = { dailyUsd: null, perMinute: null, isBlocked: false }

/** Limits of single people, and who changed them. */
export class AccountLimits {
  readonly #pool: Pool

  constructor(pool: Pool) {
    this.#pool = pool
  }

  /** Null: nothing differs. */
  async of(accountId: string): Promise<PersonLimits | null> {
    const text = `select ${COLUMNS} from account_limit where account_id = $1`
    const { rows } = await this.#pool.query<Row>({ name: 'account-limits', text, values: [accountId] })
    return rows[0] ? toContract(rows[0]) : null
  }

  /**
   * Changes what is named, and writes down each value that is another one now; both or neither.
   * @param admin who changes it, and as whom they are known
   * @returns the limits as they are now; null: there is no such person
   */
  async change(
    accountId: string,
    change: { readonly [Name in keyof PersonLimits]?: PersonLimits[Name] | undefined },
    admin: { id: string; name: string },
  ): Promise<PersonLimits | null> {
    const client = await this.#pool.connect()
    try {
      await client.query('begin')
      // Locked, so that of two changes at once each is written down with what it found.
      const text = `select coalesce(email, name, id::text) as name from account where id = $1 for update`
      const [person] = (await client.query<{ name: string }>(text, [accountId])).rows
      const [row] = (await client.query<Row>(`select ${COLUMNS} from account_limit where account_id = $1`, [accountId]))
        .rows
      const before = row ? toContract(row) : STANDARD
      const after = { ...before, ...change } as PersonLimits
      if (person) {
        await client.query(
          `insert into account_limit (account_id, daily_usd, per_minute, is_blocked) values ($1, $2, $3, $4)
          on conflict (account_id) do update
          set daily_usd = excluded.daily_usd, per_minute = excluded.per_minute, is_blocked = excluded.is_blocked`,
          [accountId, stored(after.dailyUsd), stored(after.perMinute), after.isBlocked],
        )
        for (const what of ['dailyUsd', 'perMinute', 'isBlocked'] as const)
          if (before[what] !== after[what])
            await client.query(
              `insert into admin_change (admin_id, admin, account_id, person, what, before, after)
              values ($1, $2, $3, $4, $5, $6, $7)`,
              [admin.id, admin.name, accountId, person.name, what, said(before[what]), said(after[what])],
            )
      }
      await client.query('commit')
      return person ? after : null
    } catch (error) {
      await client.query('rollback').catch(() => {})
      throw error
    } finally {
      client.release()
    }
  }
}

/** From a row that may have no limits. */
export function toContract(row: { [Name in keyof Row]: Row[Name] | null }): PersonLimits {
  return { dailyUsd: told(row.dailyUsd), perMinute: told(row.perMinute), isBlocked: row.isBlocked === true }
}

const told = (value: string | null) => (value === null ? null : value === 'Infinity' ? 'unlimited' : Number(value))
const stored = (value: number | 'unlimited' | null) => (value === 'unlimited' ? 'Infinity' : value)
const said = (value: number | string | boolean | null) => (value === null ? 'common' : String(value))
