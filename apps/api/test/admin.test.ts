import type { AdminReport, PersonLimits } from '@repo/contract/admin'
import type { Problem } from '@repo/contract/problem'
import type { UsageReport } from '@repo/contract/usage'
import { type ApiProcess, startApi } from '@repo/local-stack/api-process'
import { ownDatabase } from '@repo/local-stack/own-database'
import { startTestIssuer, type TestIssuer } from '@repo/local-stack/test-issuer'
import { type Mock, startMock } from '@repo/mock-llm/mock'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { LoginClient, PUBLIC_URL } from './login-client.ts'

let mock: Mock
let issuer: TestIssuer
let pool: pg.Pool
let apis: ApiProcess[] = []
const people = new Map<string, LoginClient>()
const person = (name: string) => people.get(name) as LoginClient

beforeAll(async () => {
  mock = await startMock({ pace: 0.05 })
  issuer = await startTestIssuer(PUBLIC_URL)
  const databaseUrl = await ownDatabase(inject('databaseUrl'))
  pool = new pg.Pool({ connectionString: databaseUrl, max: 2 })
  const env = {
    DATABASE_URL: databaseUrl,
    OPENAI_BASE_URL: mock.url,
    SESSION_SECRET: 's'.repeat(32),
    RATE_LIMIT_PER_MINUTE: '1000',
    DAILY_BUDGET_USD: '50',
    DAILY_BUDGET_USD_PER_VISITOR: '5',
    ADMIN_EMAILS: 'ada@example.com, Mallory@Example.com',
    ...issuer.env,
  }
  const before = await startApi({ ...env, OIDC_ISSUER: '', OIDC_CLIENT_ID: '', ADMIN_EMAILS: '' })
  await new LoginClient(before.url).ask('Before there was a login')
  const first = await startApi(env)
  apis = [before, first, await startApi(env)]
  for (const name of ['ada', 'grace', 'heidi', 'mallory']) {
    const client = new LoginClient(first.url)
    await client.logIn(name)
    people.set(name, client)
  }
  await person('grace').ask('canaryquestion7401')
  await person('grace').ask('Hello', { model: 'mock-unpriced' })
  await person('heidi').ask('What does p95 mean?')
})

afterAll(async () => {
  await Promise.all(apis.map((api) => api.stop()))
  await pool?.end()
  await issuer?.stop()
  await mock?.stop()
})

const report = async (search = '') =>
  (await (await person('ada').fetch(`/api/admin?search=${search}`)).json()) as AdminReport
const usage = async (name: string) => (await (await person(name).fetch('/api/usage')).json()) as UsageReport
async function change(name: string, limits: Partial<PersonLimits>): Promise<number> {
  const { rows } = await pool.query('select id from account where subject = $1', [name])
  const init = { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: JSON.stringify(limits) }
  return (await person('ada').fetch(`/api/admin/people/${rows[0]?.id}`, init)).status
}
/** The same person at the other process. */
function elsewhere(name: string): LoginClient {
  const client = new LoginClient((apis[2] as ApiProcess).url)
  for (const [key, value] of person(name).cookies) client.cookies.set(key, value)
  return client
}

describe('for who is not an administrator', () => {
  const routes = [
    ['GET', '/api/admin'],
    ['GET', '/api/admin?from=nonsense'],
    ['GET', '/api/admin/spending.csv'],
    ['PATCH', '/api/admin/people/7a0a4a5e-0d9f-4a0a-9d53-1f9c3c0b8a11'],
    ['PATCH', '/api/admin/people/nonsense'],
  ] as const

  it.each(routes)('%s %s is not there, in the words of what never was', async (method, path) => {
    const ask = async (name: string, at: string): Promise<Partial<Problem>> => {
      const response = await person(name).fetch(at, { method })
      const { traceId: _, ...problem } = (await response.json()) as Problem
      expect(response.status).toBe(404)
      return { ...problem, detail: problem.detail.replace(at.split('?')[0] as string, '') }
    }
    const nothing = await ask('grace', '/api/nothing-of-that-name')
    expect(await ask('grace', path)).toEqual(nothing)
    // Named in ADMIN_EMAILS, but the issuer does not vouch for the address.
    expect(await ask('mallory', path)).toEqual(nothing)
    expect((await fetch((apis[1] as ApiProcess).url + path, { method })).status).toBe(401)
  })

  it('/api/account says so', async () => {
    for (const [name, isAdmin] of [
      ['ada', true],
      ['grace', false],
      ['mallory', false],
    ] as const)
      expect(await (await person(name).fetch('/api/account')).json()).toMatchObject({ isAdmin })
  })
})

describe('the report', () => {
  it('has the figures of the database and of each person’s own page, by person, model and day', async () => {
    const { total, withoutAccount, models, days, people: found } = await report()
    const { rows } = await pool.query(
      'select sum(turns)::int as turns, sum(cost_usd)::float8 as cost, sum(estimated_usd)::float8 as estimated from usage',
    )
    expect(total).toMatchObject({ turns: 4, costUsd: rows[0].cost, estimatedUsd: rows[0].estimated, unpriced: 1 })
    expect(total.turns).toBe(rows[0].turns)
    expect(withoutAccount.turns).toBe(1)
    for (const parts of [models, days, [...found, withoutAccount]]) {
      expect(parts.reduce((sum, { turns }) => sum + turns, 0)).toBe(4)
      expect(parts.reduce((sum, { costUsd }) => sum + costUsd, 0)).toBeCloseTo(total.costUsd, 12)
    }
    for (const name of ['grace', 'heidi']) {
      const own = (await usage(name)).days
      const { turns, costUsd, inputTokens } = found.find(
        ({ email }) => email === `${name}@example.com`,
      ) as (typeof found)[0]
      expect(turns).toBe(own.reduce((sum, day) => sum + day.turns, 0))
      expect(costUsd).toBeCloseTo(
        own.reduce((sum, day) => sum + day.costUsd, 0),
        12,
      )
      expect(inputTokens).toBe(own.reduce((sum, day) => sum + day.inputTokens, 0))
    }
  })

  it('finds people by name and address, takes no pattern for one, and shows nobody’s text', async () => {
    expect((await report('GRACE')).people.map(({ email }) => email)).toEqual(['grace@example.com'])
    expect((await report('example.com')).found).toBe(4)
    expect((await report('%25')).found).toBe(0)
    expect((await report('gr_ce')).found).toBe(0)
    expect(JSON.stringify(await report())).not.toContain('canaryquestion')
  })

  it('as CSV has the same sums, exactly, and runs nothing in a spreadsheet', async () => {
    const formula = '=HYPERLINK("http://evil.example","Click")'
    await pool.query(`update account set name = $1 where subject = 'heidi'`, [formula])
    const response = await person('ada').fetch('/api/admin/spending.csv')
    expect(response.headers.get('content-type')).toMatch(/^text\/csv/)
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="spending-[\d-]+\.csv"$/)
    const file = await response.text()
    expect(file).toContain(`"'=HYPERLINK(""http://evil.example"",""Click"")"`)
    const lines = file.trim().split('\r\n')
    expect(lines[0]).toContain('"cost_usd"')
    expect(lines).toHaveLength(5)
    const costs = lines.slice(1).map((line) => Number(/"([^"]*)","[^"]*","[^"]*"$/.exec(line)?.[1]))
    expect(costs.reduce((sum, cost) => sum + cost, 0)).toBeCloseTo((await report()).total.costUsd, 12)
  })
})

describe('what an administrator sets', () => {
  it('holds from the next question on, in every process: blocked, nothing is asked of the model', async () => {
    expect(await change('grace', { isBlocked: true })).toBe(200)
    const count = async () => (await pool.query('select from message')).rowCount
    const before = await count()
    for (const client of [person('grace'), elsewhere('grace')])
      await expect(client.ask('Hello')).rejects.toThrow('403: Your account may not ask here')
    expect(await count()).toBe(before)
    expect((await person('grace').fetch('/api/conversations')).status).toBe(200)
    await change('grace', { isBlocked: false })
    expect((await elsewhere('grace').ask('Hello')).metadata.outcome).toBe('finished')
  })

  it('a budget is that person’s in the place of the common one, also in /api/usage; it can be lifted', async () => {
    expect(await change('grace', { dailyUsd: 0.01 })).toBe(200)
    await expect(elsewhere('grace').ask('Hello')).rejects.toThrow(/429: Your budget for today/)
    expect((await usage('grace')).limits.visitorBudget?.limitUsd).toBe(0.01)
    expect((await usage('heidi')).limits.visitorBudget?.limitUsd).toBe(5)
    await change('grace', { dailyUsd: 'unlimited' })
    expect((await usage('grace')).limits.visitorBudget).toBeNull()
    expect((await elsewhere('grace').ask('Hello')).metadata.outcome).toBe('finished')
    await change('grace', { dailyUsd: null })
    expect((await usage('grace')).limits.visitorBudget?.limitUsd).toBe(5)
  })

  it('so is a rate', async () => {
    await change('heidi', { perMinute: 1 })
    expect((await usage('heidi')).limits.rate.perMinute).toBe(1)
    await expect(
      Promise.all([person('heidi').ask('One'), elsewhere('heidi').ask('Two'), person('heidi').ask('Three')]),
    ).rejects.toThrow(/429: You can ask 1 questions? a minute/)
    await change('heidi', { perMinute: 'unlimited' })
    expect((await person('heidi').ask('Four')).metadata.outcome).toBe('finished')
  })

  it('is written down: who, when, what, from, to; the same again is no change, and what is malformed none at all', async () => {
    const before = (await report()).changes.length
    const { rows } = await pool.query('select now() as now')
    await change('mallory', { dailyUsd: 2, isBlocked: true })
    await change('mallory', { dailyUsd: 2 })
    await change('mallory', { dailyUsd: 'unlimited' })
    expect(await change('mallory', { dailyUsd: -1 })).toBe(400)
    expect(await change('mallory', { sudo: true } as object)).toBe(400)
    const { changes } = await report()
    const by = { admin: 'ada@example.com', person: 'mallory@example.com' }
    expect(changes.slice(0, changes.length - before)).toEqual([
      { ...by, what: 'dailyUsd', from: '2', to: 'unlimited', at: expect.any(String) },
      { ...by, what: 'isBlocked', from: 'false', to: 'true', at: expect.any(String) },
      { ...by, what: 'dailyUsd', from: 'common', to: '2', at: expect.any(String) },
    ])
    expect(Date.parse(changes[0]?.at ?? '')).toBeGreaterThanOrEqual(rows[0].now.getTime())
  })
})
