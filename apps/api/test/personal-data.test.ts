import { startTestIssuer, type TestIssuer } from '@repo/local-stack/test-issuer'
import { type Mock, startMock } from '@repo/mock-llm/mock'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHere } from './app-here.ts'
import { ChatClient } from './chat-client.ts'
import { LoginClient, PUBLIC_URL } from './login-client.ts'
import { pictures } from './pictures.ts'

const words = ['canaryquestion8301', 'canarycomment8302', 'canarytitle8303', 'canaryhidden8304', 'canaryversion8305']

let mock: Mock
let issuer: TestIssuer
const ends: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  mock = await startMock({ pace: 1 })
  issuer = await startTestIssuer(PUBLIC_URL)
})

afterAll(async () => {
  for (const end of ends) await end()
  await issuer?.stop()
  await mock?.stop()
})

async function start(env: Record<string, string> = {}) {
  const limits = { RATE_LIMIT_PER_MINUTE: '1000', DAILY_BUDGET_USD: '50', DAILY_BUDGET_USD_PER_VISITOR: '5' }
  const secret = { SESSION_SECRET: 'of everything that is kept about a person' }
  const { url, pool, stop } = await startHere({ OPENAI_BASE_URL: mock.url, ...limits, ...secret }, env)
  ends.push(stop)
  return { url, pool }
}

const json = { 'content-type': 'application/json' }

/** Something in every table that knows people. */
async function use(client: ChatClient) {
  const headers = { 'content-type': 'image/png' }
  const upload = async () => {
    const response = await client.fetch('/api/attachments', { method: 'POST', headers, body: pictures.png })
    return ((await response.json()) as { id: string }).id
  }
  const [sent] = [await upload(), await upload()]
  const files = [{ type: 'file', mediaType: 'image/png', url: `/api/attachments/${sent}` }]
  const answered = await client.ask(`mock-echo ${words[0]}`, { files })
  await client.ask(`mock-echo ${words[4]}`, { conversationId: answered.conversationId, parentId: null })
  const body = JSON.stringify({ rating: 'down', comment: words[1] })
  await client.fetch(`/api/messages/${answered.messageId}/feedback`, { method: 'PUT', headers: json, body })
  const path = `/api/conversations/${answered.conversationId}`
  await client.fetch(path, { method: 'PATCH', headers: json, body: JSON.stringify({ title: words[2] }) })
  const hidden = await client.ask(`mock-echo ${words[3]}`)
  await client.fetch(`/api/conversations/${hidden.conversationId}`, { method: 'DELETE' })
  return answered
}

/** Every row of every table, as text. */
async function everything(pool: pg.Pool): Promise<Record<string, string>> {
  const { rows } = await pool.query(
    `select table_name as name from information_schema.tables where table_schema = 'public'`,
  )
  const all = rows.map(async ({ name }) => {
    const found = await pool.query(`select to_jsonb(one)::text as row from "${name}" as one`)
    return [name, found.rows.map(({ row }) => row).join('\n')]
  })
  return Object.fromEntries(await Promise.all(all))
}
const tablesWith = (all: Record<string, string>, text: string) =>
  Object.keys(all).filter((name) => all[name]?.includes(text))
const turns = async (pool: pg.Pool) =>
  (await pool.query('select sum(turns)::int as turns, sum(cost_usd)::text as cost from usage')).rows[0]

interface File {
  id: string
  conversations: { messages: { id: string }[] }[]
  pictures: { data: string }[]
  usage: object[]
  account?: { email: string }[]
}
async function file(client: ChatClient): Promise<{ response: Response; text: string; read: File }> {
  const response = await client.fetch('/api/personal-data')
  const text = await response.text()
  return { response, text, read: JSON.parse(text) as File }
}
const remove = (client: ChatClient) => client.fetch('/api/personal-data', { method: 'DELETE' })

describe('a visitor', () => {
  it('gets everything that is kept about them as one file, and nothing of anybody else', async () => {
    const { url, pool } = await start()
    const [mine, other] = [new ChatClient(url), new ChatClient(url)]
    await use(mine)
    await other.ask('mock-echo somebodyelse8306')
    const { response, text, read } = await file(mine)
    expect(response.headers.get('content-disposition')).toMatch(
      /^attachment; filename="my-data-\d{4}-\d\d-\d\d\.json"$/,
    )
    for (const word of words) expect(text).toContain(word)
    expect(text).not.toContain('somebodyelse8306')
    expect(read.conversations.map(({ messages }) => messages.length).sort()).toEqual([2, 4])
    expect(read.pictures).toHaveLength(2)
    expect(
      Buffer.from(read.pictures[0]?.data ?? '', 'base64')
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG')
    expect(read.usage.length).toBeGreaterThan(0)
    // Every row that has the visitor's id, or one of its conversations', is in it, whatever table it is of.
    const all = await everything(pool)
    for (const name of tablesWith(all, read.id)) expect(text, name).toContain(read.id)
    expect((await file(new ChatClient(url))).read).toEqual({ exportedAt: expect.any(String), id: null })
  })

  it('of 300 conversations and messages, too, in pieces', async () => {
    const { url, pool } = await start()
    const client = new ChatClient(url)
    const { conversationId } = await client.ask('Hello')
    await pool.query(
      `insert into conversation (id, visitor_id, title)
        select gen_random_uuid(), visitor_id, 'many' from conversation, generate_series(1, 300) where id = $1`,
      [conversationId],
    )
    await pool.query(
      `insert into message (id, conversation_id, role, parts)
        select gen_random_uuid(), $1, 'user', '[{"type": "text", "text": "many"}]' from generate_series(1, 300)`,
      [conversationId],
    )
    const { conversations } = (await file(client)).read
    expect(conversations).toHaveLength(301)
    expect(Math.max(...conversations.map(({ messages }) => messages.length))).toBe(302)
    expect((await remove(client)).status).toBe(204)
    expect((await everything(pool)).conversation).toBe('')
  })

  it('is forgotten by every table when they say so, running answers, too; sums stay, and are nobody’s', async () => {
    const { url, pool } = await start()
    const [mine, other] = [new ChatClient(url), new ChatClient(url)]
    await use(mine)
    const kept = await use(other)
    const running = await mine.begin('Hello', { model: 'mock-long' })
    await running.untilText()
    const { id } = (await file(mine)).read
    const cookie = mine.cookie
    const begin = performance.now()
    const deleted = await remove(mine)
    expect(deleted.status).toBe(204)
    expect(performance.now() - begin).toBeLessThan(3000)
    expect(deleted.headers.getSetCookie().join()).toMatch(/visitor=;.*Expires=Thu, 01 Jan 1970/)
    expect((await running.end()).metadata.outcome).toBe('stopped')
    expect(tablesWith(await everything(pool), id)).toEqual([])
    mine.cookie = cookie
    expect((await file(mine)).read).toMatchObject({ conversations: [], pictures: [], usage: [] })
    expect(await turns(pool)).toMatchObject({ turns: 7 })
    // The other's is all there: the same words, so only by the count.
    expect((await file(other)).read.conversations).toHaveLength(2)
    expect((await other.fetch(`/api/conversations/${kept.conversationId}`)).status).toBe(200)
    expect((await remove(other)).status).toBe(204)
    const all = await everything(pool)
    for (const word of words) expect(tablesWith(all, word)).toEqual([])
    expect((await remove(new ChatClient(url))).status).toBe(204)
  })
})

describe('an account', () => {
  it('is forgotten with its name, address and sessions; who was blocked stays blocked, and the record stays without a name', async () => {
    const { url, pool } = await start({ ...issuer.env, ADMIN_EMAILS: 'ada@example.com' })
    const people = ['ada', 'grace', 'heidi'].map((name) => [name, new LoginClient(url)] as const)
    for (const [name, client] of people) await client.logIn(name)
    const [ada, grace, heidi] = people.map(([, client]) => client) as [LoginClient, LoginClient, LoginClient]
    for (const client of [grace, heidi]) await use(client)
    const { id } = (await file(heidi)).read
    const init = { method: 'PATCH', headers: json, body: JSON.stringify({ isBlocked: true }) }
    expect((await ada.fetch(`/api/admin/people/${id}`, init)).status).toBe(200)
    const told = await file(heidi)
    expect(told.read.account?.[0]?.email).toBe('heidi@example.com')
    expect(told.text).not.toContain('ada@example.com')

    expect((await remove(grace)).status).toBe(204)
    expect((await grace.fetch('/api/account')).status, 'the session has ended').toBe(401)
    expect((await remove(heidi)).status).toBe(204)
    const all = await everything(pool)
    for (const word of [...words, 'grace', 'Heidi', 'heidi@']) expect(tablesWith(all, word), word).toEqual([])
    expect(tablesWith(all, id).sort()).toEqual(['account', 'account_limit', 'admin_change'])

    await heidi.logIn('heidi')
    await expect(heidi.ask('Hello')).rejects.toThrow(/403/)
    await grace.logIn('grace')
    expect((await grace.ask('Hello')).metadata.outcome).toBe('finished')
    expect((await file(grace)).read.conversations).toHaveLength(1)
  })
})
