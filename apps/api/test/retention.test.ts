import { ownDatabase } from '@repo/local-stack/own-database'
import { type Mock, startMock } from '@repo/mock-llm/mock'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { buildApp } from '../src/app.ts'
import { parseConfig } from '../src/config.ts'
import { removeOld } from '../src/retention/retention.ts'
import { ChatClient } from './chat-client.ts'
import { pictures } from './pictures.ts'

let mock: Mock
let pool: pg.Pool
let databaseUrl: string
let app: Awaited<ReturnType<typeof buildApp>>
let client: ChatClient

async function start(days?: string) {
  if (days) process.env.CONVERSATION_RETENTION_DAYS = days
  const environment = { DATABASE_URL: databaseUrl, OPENAI_BASE_URL: mock.url, LOG_LEVEL: 'silent' }
  const own = await buildApp(parseConfig({ ...environment, SESSION_SECRET: 'kept for so many days, and no longer' }))
  delete process.env.CONVERSATION_RETENTION_DAYS
  return own
}

beforeAll(async () => {
  mock = await startMock({ pace: 1 })
  databaseUrl = await ownDatabase(inject('databaseUrl'))
  pool = new pg.Pool({ connectionString: databaseUrl, max: 4 })
  app = await start()
  client = new ChatClient(await app.listen({ host: '127.0.0.1', port: 0 }))
})

afterAll(async () => {
  await app?.close()
  await pool?.end()
  await mock?.stop()
})

const age = (id: string, days: number) =>
  pool.query(`update conversation set updated_at = now() - $2 * interval '1 day' where id = $1`, [id, days])
const countOf = async (table: string) => Number((await pool.query(`select count(*) from ${table}`)).rows[0].count)

it('what nobody has asked in for so long is removed with all that belongs to it, by a process that starts, and counted sums stay', async () => {
  const headers = { 'content-type': 'image/png' }
  const uploaded = await client.fetch('/api/attachments', { method: 'POST', headers, body: pictures.png })
  const { id } = (await uploaded.json()) as { id: string }
  const files = [{ type: 'file', mediaType: 'image/png', url: `/api/attachments/${id}` }]
  const old = await client.ask('What is a trace?', { files })
  const rating = { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{"rating": "up"}' }
  await client.fetch(`/api/messages/${old.messageId}/feedback`, rating)
  const young = await client.ask('Hello')
  await age(old.conversationId, 31)
  await age(young.conversationId, 29)

  const keeping = await start() // unset: nothing is removed
  await keeping.ready()
  await keeping.close()
  expect((await client.fetch(`/api/conversations/${old.conversationId}`)).status).toBe(200)

  const other = await start('30')
  await other.ready()
  await expect.poll(async () => (await client.fetch(`/api/conversations/${old.conversationId}`)).status).toBe(404)
  await other.close()
  expect((await client.fetch(`/api/conversations/${young.conversationId}`)).status).toBe(200)
  expect((await client.fetch(`/api/attachments/${id}`)).status).toBe(404)
  expect([await countOf('message'), await countOf('attachment'), await countOf('feedback')]).toEqual([2, 0, 0])
  const { rows } = await pool.query('select sum(turns)::int as turns from usage')
  expect(rows[0].turns).toBe(2)
})

it('a conversation in which an answer is running is never removed', async () => {
  const running = await client.begin('Hello', { model: 'mock-long' })
  await running.untilText()
  await expect.poll(async () => countOf(`message where status = 'streaming'`)).toBe(1)
  await age(running.conversationId, 400)
  expect(await removeOld(pool, 30)).toBe(0)
  await client.fetch(`/api/conversations/${running.conversationId}/stop`, { method: 'POST' })
  expect((await running.end()).metadata.outcome).toBe('stopped')
  expect(await client.lastMessage(running.conversationId)).toMatchObject({ metadata: { outcome: 'stopped' } })
  await age(running.conversationId, 400)
  expect(await removeOld(pool, 30)).toBe(1)
})

it('many are removed in batches, by one process at a time, and who asks meanwhile waits for none of them', async () => {
  await pool.query(`insert into conversation (id, visitor_id, title, updated_at)
    select gen_random_uuid(), gen_random_uuid(), 'x', now() - interval '90 days' from generate_series(1, 1050)`)
  const holder = await pool.connect()
  await holder.query('begin')
  await holder.query('select pg_advisory_xact_lock(7041778)')
  expect(await removeOld(pool, 30), 'another process is at it').toBe(0)
  await holder.query('rollback')
  const { rows } = await holder.query<{ id: string }>(
    `select id from conversation where updated_at < now() - interval '30 days' order by id limit 1`,
  )
  await holder.query('begin')
  await holder.query('select from conversation where id = $1 for update', [rows[0]?.id])
  expect(await removeOld(pool, 30), 'the one that is in use is left').toBe(1049)
  await holder.query('commit')
  holder.release()
  const both = await Promise.all([removeOld(pool, 30), removeOld(pool, 30)])
  expect(both[0] + both[1]).toBe(1)
})

it('a number of days that is none stops the start with a sentence', async () => {
  await expect(start('never')).rejects.toThrow(/CONVERSATION_RETENTION_DAYS must be days from 1 to 36500, e\.g\./)
})
