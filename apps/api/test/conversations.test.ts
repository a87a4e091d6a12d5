import { randomUUID } from 'node:crypto'
import type { Conversation, ConversationPage } from '@repo/contract/conversation'
import { ownDatabase } from '@repo/local-stack/own-database'
import { type Mock, startMock } from '@repo/mock-llm/mock'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { buildApp } from '../src/app.ts'
import { parseConfig } from '../src/config.ts'
import { ChatClient } from './chat-client.ts'

let mock: Mock
let app: Awaited<ReturnType<typeof buildApp>>
let url: string
const database = new pg.Pool({ connectionString: inject('databaseUrl'), max: 1 })
const environment = (databaseUrl: string) =>
  parseConfig({
    DATABASE_URL: databaseUrl,
    OPENAI_BASE_URL: mock.url,
    LLM_MODELS: 'mock-standard,mock-large,mock-reasoning',
    SESSION_SECRET: 's'.repeat(32),
    LOG_LEVEL: 'silent',
  })

beforeAll(async () => {
  mock = await startMock({ pace: 0 })
  app = await buildApp(environment(inject('databaseUrl')))
  url = await app.listen({ host: '127.0.0.1', port: 0 })
})

afterAll(async () => {
  await app?.close()
  await mock?.stop()
  await database.end()
})

async function list(client: ChatClient, query = ''): Promise<ConversationPage> {
  return (await (await client.fetch(`/api/conversations${query}`)).json()) as ConversationPage
}

function change(client: ChatClient, method: string, path: string, body?: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return client.fetch(`/api/conversations/${path}`, {
    method,
    ...(body ? { headers, body: JSON.stringify(body) } : {}),
  })
}

describe('conversations', () => {
  it('are listed newest first, page by page, without gaps or repeats', async () => {
    const client = new ChatClient(url)
    const ids: string[] = []
    for (let i = 0; i < 5; i++) ids.unshift((await client.ask('Hello')).conversationId)
    const listed: string[] = []
    let cursor: string | null = null
    do {
      const page: ConversationPage = await list(client, `?limit=2${cursor ? `&cursor=${cursor}` : ''}`)
      listed.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor
    } while (cursor)
    expect(listed).toEqual(ids)
  })

  it('refuse a cursor that is not theirs', async () => {
    const client = new ChatClient(url)
    await client.ask('Hello')
    const statusOf = async (cursor: string) => (await client.fetch(`/api/conversations?cursor=${cursor}`)).status
    for (const cursor of ['', 'abc', `1_${'-'.repeat(36)}`, `99999999999999_${randomUUID()}`])
      expect(await statusOf(cursor), cursor).toBe(400)
    expect(await statusOf(`9999999999999_${randomUUID()}`)).toBe(200)
  })
})

describe('a conversation', () => {
  it('is named after its first question, can be renamed, and keeps its place in the list', async () => {
    const client = new ChatClient(url)
    const { conversationId } = await client.ask('**What** is a trace? And a span?')
    await client.ask('The newer one')
    expect((await client.conversation(conversationId)).title).toBe('What is a trace?')
    const renamed = await change(client, 'PATCH', conversationId, { title: '  Traces\0 ' })
    expect([renamed.status, ((await renamed.json()) as Conversation).title]).toEqual([200, 'Traces'])
    expect((await list(client)).items.map(({ title }) => title)).toEqual(['The newer one', 'Traces'])
  })

  it('gets the model that is picked for it, of those that are offered', async () => {
    const client = new ChatClient(url)
    const { conversationId } = await client.ask('Hello')
    expect((await change(client, 'PATCH', conversationId, { model: 'mock-large' })).status).toBe(200)
    expect((await client.conversation(conversationId)).model).toBe('mock-large')
    expect((await change(client, 'PATCH', conversationId, { model: 'gpt-99' })).status).toBe(422)
    expect((await change(client, 'PATCH', conversationId, {})).status).toBe(400)
  })

  it('of another visitor can be neither changed nor deleted', async () => {
    const [mine, other] = [new ChatClient(url), new ChatClient(url)]
    const { conversationId } = await mine.ask('Hello')
    await other.ask('Hello')
    for (const client of [other, new ChatClient(url)]) {
      expect((await change(client, 'PATCH', conversationId, { title: 'Mine now' })).status).toBe(404)
      expect((await change(client, 'DELETE', conversationId)).status).toBe(404)
    }
    expect((await mine.conversation(conversationId)).title).toBe('Hello')
  })
})

describe('a deleted conversation', () => {
  it('is gone from everything, and its running answer ends', async () => {
    const client = new ChatClient(url)
    const { conversationId } = await client.ask('Do you remember zanzibar?')
    const running = await client.begin('mock-stall while I delete you', { conversationId })
    await running.untilText()
    expect((await change(client, 'DELETE', conversationId)).status).toBe(204)
    expect((await running.end()).metadata.outcome).toBe('stopped')

    expect((await change(client, 'GET', conversationId)).status).toBe(404)
    expect((await change(client, 'PATCH', conversationId, { title: 'Still here' })).status).toBe(404)
    expect((await change(client, 'DELETE', conversationId)).status).toBe(404)
    expect((await list(client)).items).toEqual([])
    expect((await list(client, '?query=zanzibar')).items).toEqual([])
    await expect(client.ask('More?', { conversationId })).rejects.toThrow(/404/)
  })

  it('is removed for good an hour later, by the next deletion', async () => {
    const client = new ChatClient(url)
    const { conversationId } = await client.ask('Delete me')
    await change(client, 'DELETE', conversationId)
    await database.query(`update conversation set deleted_at = now() - interval '61 minutes' where id = $1`, [
      conversationId,
    ])
    const left = async () =>
      (await database.query('select from message where conversation_id = $1', [conversationId])).rowCount
    expect(await left()).toBe(2)
    await change(client, 'DELETE', (await client.ask('And me')).conversationId)
    expect(await left()).toBe(0)
  })
})

describe('search', () => {
  it('finds words and beginnings of words in titles and messages, whatever their case', async () => {
    const client = new ChatClient(url)
    const { conversationId: a } = await client.ask('mock-echo: Die Größe des Kürbiskuchens (next.js)')
    const { conversationId: b } = await client.ask('mock-echo: nothing of note')
    await change(client, 'PATCH', b, { title: '100% pumpkin_pie' })
    const found = async (query: string) =>
      (await list(client, `?query=${encodeURIComponent(query)}`)).items.map(({ id }) => id)
    expect(await found('GRÖSSE')).toEqual([])
    expect(await found('GRÖßE kürbis')).toEqual([a])
    expect(await found('next.j')).toEqual([a])
    expect(await found('umpkin_p')).toEqual([b])
    expect(await found('100%')).toEqual([b])
    expect(await found('%')).toEqual([b])
    expect(await found("'&|!:*\\ (")).toEqual([])
    expect(await found(' ')).toEqual([b, a])
    await new ChatClient(url).ask('mock-echo: kürbis of a stranger')
    expect(await found('kürbis')).toEqual([a])
  })
})

it('10,000 conversations are listed and searched through their indexes', async ({ annotate }) => {
  const databaseUrl = await ownDatabase(inject('databaseUrl'))
  const small = await buildApp(environment(databaseUrl))
  const visitor = new ChatClient(await small.listen({ host: '127.0.0.1', port: 0 }))
  const { conversationId } = await visitor.ask('Hello')
  await small.close() // PostgreSQL's counters of what it did are written when its connections end
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 })
  // 2 messages each of about 1 kB, of words that are more or less rare.
  await pool.query(
    `insert into conversation (id, visitor_id, title, updated_at)
     select gen_random_uuid(), (select visitor_id from conversation where id = $1), 'Conversation ' || n, now() - n * interval '1 minute'
     from generate_series(1, 10000) as n`,
    [conversationId],
  )
  await pool.query(
    `insert into message (id, conversation_id, role, parts, status)
     select gen_random_uuid(), conversation.id, case when n % 2 = 0 then 'assistant' else 'user' end,
       jsonb_build_array(jsonb_build_object('type', 'text', 'text', words || ' common' || n)), case when n % 2 = 0 then 'finished' end
     from conversation, generate_series(1, 2) as n, lateral (
       select string_agg('word' || (abs(hashint8(hashtextextended(conversation.id::text, n * 1000 + i))) % 20000), ' ') as words
       from generate_series(1, 110) as i) as text`,
  )
  await pool.query('analyze')

  const uses = async () => {
    await pool.query('select pg_stat_clear_snapshot()')
    const { rows } = await pool.query<{ name: string; uses: number }>(
      `select indexrelname as name, idx_scan::int as uses from pg_stat_user_indexes
       union all select relname || ' as a whole', seq_scan::int from pg_stat_user_tables`,
    )
    return Object.fromEntries(rows.map(({ name, uses }) => [name, uses]))
  }
  const before = await uses()
  const large = await buildApp(environment(databaseUrl))
  const client = new ChatClient(await large.listen({ host: '127.0.0.1', port: 0 }))
  client.cookie = visitor.cookie
  for (const query of [
    '',
    '?query=word77',
    '?query=word1234%20word',
    '?query=common',
    '?query=nowhere',
    '?query=Conversation%2099',
  ]) {
    const times: number[] = []
    let found = 0
    for (let i = 0; i < 5; i++) {
      const start = performance.now()
      found = (await list(client, query)).items.length
      times.push(performance.now() - start)
    }
    await annotate(`list${query}: ${found} found in ${times.sort((a, b) => a - b)[2]?.toFixed(1)} ms (median of 5)`)
    expect(found > 0).toBe(query !== '?query=nowhere')
  }
  await large.close()
  const after = await uses()
  expect(after.message_search_idx).toBeGreaterThan(before.message_search_idx ?? 0)
  expect(after.conversation_visitor_idx).toBeGreaterThan(before.conversation_visitor_idx ?? 0)
  expect(after['message as a whole']).toBe(before['message as a whole'])
  await pool.end()
}, 120_000) // writing them takes a busy machine its time
