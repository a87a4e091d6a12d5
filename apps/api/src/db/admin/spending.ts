import type { AdminReport, Person } from '@repo/contract/admin'
import type { Pool } from '../database.ts'
import { toContract } from './account-limits.ts'

export type Sums = AdminReport['total']

const MOST_PEOPLE = 200
const MOST_CHANGES = 100

const SUMS = ['turns', 'input_tokens', 'output_tokens', 'cached_input_tokens', 'reasoning_tokens', 'cost_usd']
  .concat('unmetered', 'unpriced', 'estimated_usd')
  .map(
    (name) => `coalesce(sum(${name}), 0)::float8 as "${name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase())}"`,
  )
  .join(', ')

/** Turns from $1 to $2 with whose they are: a visitor's who has become an account since are the account's. */
const SPENT = `spent as (
  select usage.*, coalesce(moved_visitor.account_id, account.id) as account_id
  from usage left join moved_visitor using (visitor_id) left join account on account.id = usage.visitor_id
  where day between $1 and $2
)`

export interface Period {
  /** `YYYY-MM-DD`, both included. */
  readonly from: string
  readonly to: string
}

/** Who spent what: sums of the same rows that `/api/usage` reads, and the budgets are charged with. */
export class Spending {
  readonly #pool: Pool

  constructor(pool: Pool) {
    this.#pool = pool
  }

  async report({ from, to }: Period, search: string): Promise<Omit<AdminReport, 'common' | 'from' | 'to'>> {
    const of = async <Row>(select: string, rest = '') =>
      (await this.#pool.query(`with ${SPENT} select ${select} ${SUMS} from spent ${rest}`, [from, to])).rows as Row[]
    const [[total], [withoutAccount], models, days, people, changes] = await Promise.all([
      of<Sums>(''),
      of<Sums>('', 'where account_id is null'),
      of<Sums & { model: string }>('model,', 'group by model order by sum(cost_usd) desc, model'),
      of<Sums & { date: string }>('day::text as date,', 'group by day order by day'),
      this.#people({ from, to }, search),
      this.#changes(),
    ])
    if (!total || !withoutAccount) throw new Error('a sum always has a row')
    return { total, withoutAccount, models, days, changes, ...people }
  }

  async #people({ from, to }: Period, search: string): Promise<{ people: Person[]; found: number }> {
    const { rows } = await this.#pool.query(
      `with ${SPENT}
      select account.id, coalesce(account.name, account.email, '') as name, account.email, account.login_at as "loginAt",
        daily_usd as "dailyUsd", per_minute as "perMinute", is_blocked as "isBlocked", count(*) over ()::int as found,
        ${SUMS}
      from account left join spent on spent.account_id = account.id
        left join account_limit on account_limit.account_id = account.id
      where account.name ilike $3 or account.email ilike $3 or $3 = '%%'
      group by account.id, account_limit.account_id
      order by coalesce(sum(cost_usd), 0) desc, account.login_at desc limit ${MOST_PEOPLE}`,
      [from, to, `%${search.replace(/[\\%_]/g, '\\$&')}%`],
    )
    const people = rows.map(({ dailyUsd, perMinute, isBlocked, found: _, loginAt, ...person }) => ({
      ...person,
      loginAt: loginAt.toISOString(),
      limits: toContract({ dailyUsd, perMinute, isBlocked }),
    }))
    return { people, found: rows[0]?.found ?? 0 }
  }

  async #changes(): Promise<AdminReport['changes']> {
    const { rows } = await this.#pool.query(
      `select at, admin, person, what, before as "from", after as "to" from admin_change
      order by id desc limit ${MOST_CHANGES}`,
    )
    return rows.map(({ at, ...change }) => ({ at: at.toISOString(), ...change }))
  }

  /** Every row of the period, as PostgreSQL's decimals have them. */
  async rows({ from, to }: Period): Promise<string[][]> {
    const { rows } = await this.#pool.query({
      text: `with ${SPENT}
        select day::text, coalesce(account.name, ''), coalesce(account.email, ''), model, sum(turns)::text,
          sum(input_tokens)::text, sum(output_tokens)::text, sum(cost_usd)::text, sum(estimated_usd)::text,
          sum(unmetered + unpriced)::text
        from spent left join account on account.id = account_id
        group by day, account.id, model order by day, account.email, model`,
      values: [from, to],
      rowMode: 'array',
    })
    return rows
  }
}
