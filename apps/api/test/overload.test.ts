import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type ApiProcess, startApi } from '@repo/local-stack/api-process'
import { ownDatabase } from '@repo/local-stack/own-database'
import { STEADY, STEADY_SECONDS, startSteadyModel } from '@repo/local-stack/steady-model'
import { type Mock, startMock } from '@repo/mock-llm/mock'
import { type Sink, startSink } from '@repo/viewer/sink'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { ChatClient, textOf } from './chat-client.ts'

let mock: Mock
let model: Awaited<ReturnType<typeof startSteadyModel>>
let sink: Sink
let api: ApiProcess
let database: pg.Pool
const MOST_TURNS = 10

beforeAll(async () => {
  mock = await startMock({ pace: 0.1 })
  model = await startSteadyModel(mock.url)
  sink = await startSink()
  const DATABASE_URL = await ownDatabase(inject('databaseUrl'))
  database = new pg.Pool({ connectionString: DATABASE_URL, max: 2 })
  api = await startApi({
    DATABASE_URL,
    OPENAI_BASE_URL: model.url,
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    MAX_RUNNING_TURNS: String(MOST_TURNS),
    MAX_STREAMS_PER_VISITOR: '8',
    RATE_LIMIT_PER_MINUTE: '1000',
    DAILY_BUDGET_USD: '100',
  })
})

afterAll(async () => {
  await api?.stop()
  await database?.end()
  model?.stop()
  await mock?.stop()
  await sink?.stop()
})

const body = (text: string) => ({
  id: randomUUID(),
  trigger: 'submit-message',
  message: { id: randomUUID(), role: 'user', parts: [{ type: 'text', text }] },
})

/** Asks, and reads to the end. */
async function ask(text: string, client = new ChatClient(api.url)) {
  const began = performance.now()
  const response = await client.post('/api/chat', body(text))
  const ms = performance.now() - began
  const retryAfter = Number(response.headers.get('retry-after'))
  const answer = await response.text()
  const problem = response.status === 200 ? null : (JSON.parse(answer) as { type: string }).type.split(':').at(-1)
  return { status: response.status, problem, retryAfter, ms, isWhole: answer.endsWith('data: [DONE]\n\n') }
}

const nothingHeld = async () => {
  const { rows } = await database.query(`select
    (select count(*)::int from reservation) + (select count(*)::int from message where status = 'streaming') as held`)
  return rows[0].held
}

describe('more than there is room for', () => {
  it('is refused at once, with the time to come back, and counted; what was let in is answered whole', async () => {
    const all = await Promise.all(Array.from({ length: 3 * MOST_TURNS }, (_, i) => ask(`${STEADY} ${i}`)))
    const refused = all.filter(({ status }) => status !== 200)
    expect(refused).toHaveLength(2 * MOST_TURNS)
    for (const { status, problem, retryAfter, ms } of refused) {
      expect([status, problem]).toEqual([503, 'api-busy'])
      expect(retryAfter).toBeGreaterThan(0)
      expect(ms / 1000, 'before one has ended').toBeLessThan(STEADY_SECONDS)
    }
    expect(all.filter(({ isWhole }) => isWhole)).toHaveLength(MOST_TURNS)
    await sink.waitFor(
      () => sink.metric('chat.rejections', { 'chat.rejection.reason': 'busy' })[0]?.value === refused.length,
    )
    expect(await nothingHeld()).toBe(0)
    expect((await ask('Hello')).status).toBe(200)
  })

  it('of one visitor does not keep others out, be it questions or readers', async () => {
    const noisy = new ChatClient(api.url)
    await noisy.ask('Hello')
    const running = await noisy.begin(`${STEADY}, with many readers`)
    const readers = await Promise.all(
      Array.from({ length: 10 }, () => noisy.fetch(`/api/chat/${running.conversationId}/stream`)),
    )
    expect(readers.filter(({ status }) => status === 200)).toHaveLength(7)
    expect(readers.filter(({ status }) => status === 503)).toHaveLength(3)
    expect((await ask('And another?', noisy)).problem).toBe('api-busy')
    expect((await ask('Hello')).status).toBe(200)
    await Promise.all(readers.map((one) => one.text()))
    await running.end()
    expect((await ask('And now?', noisy)).status).toBe(200)
  })
})

it('readers that take nothing hold up nobody, and cost no memory for what they do not take', async () => {
  const ended = async () =>
    (await database.query("select from message where role = 'assistant' and status = 'finished'")).rowCount ?? 0
  const before = await ended()
  const stuck: Socket[] = []
  for (let i = 0; i < MOST_TURNS - 2; i++) {
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1').pause()
    await once(socket, 'connect')
    const text = JSON.stringify(body(`${STEADY}, read by nobody`))
    socket.write(
      `POST /api/chat HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n${text}`,
    )
    stuck.push(socket)
  }
  expect((await ask('Hello')).status).toBe(200)
  await expect.poll(async () => (await ended()) - before, { timeout: 20_000 }).toBeGreaterThanOrEqual(MOST_TURNS - 2)
  for (const socket of stuck) socket.destroy()
  await expect.poll(nothingHeld).toBe(0)
})

describe('a database that', () => {
  /** While answers run: breaks it, asks, mends it. */
  async function broken(breakIt: () => Promise<unknown>, mendIt: () => Promise<unknown>) {
    const client = new ChatClient(api.url)
    const running = await client.begin(`${STEADY} while the database is broken`)
    await running.untilText()
    await breakIt()
    const asked = await ask('Is somebody there?')
    const answer = await running.end()
    await mendIt()
    expect(answer.metadata.outcome, 'who reads does not notice').toBe('finished')
    await expect.poll(async () => (await ask('And now?')).status, { timeout: 20_000 }).toBe(200)
    await expect
      .poll(async () => (await client.lastMessage(answer.conversationId)).metadata?.outcome, { timeout: 20_000 })
      .toBe('finished')
    expect(textOf(await client.lastMessage(answer.conversationId))).toBe(answer.text)
    await expect.poll(nothingHeld, { timeout: 20_000 }).toBe(0)
    return asked
  }
  const name = async () => (await database.query('select current_database() as name')).rows[0].name
  const connectAnew = () =>
    database.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'chat-api'`,
    )
  const unavailable = { status: 503, problem: 'database-unavailable', retryAfter: expect.any(Number) }

  it('is read-only refuses with a sentence, and what ended meanwhile is stored when it is not any more', async () => {
    const asked = await broken(
      async () => {
        await database.query(`alter database ${await name()} set default_transaction_read_only = on`)
        await connectAnew()
      },
      async () =>
        database.query(`begin read write; alter database ${await name()} reset default_transaction_read_only; commit`),
    )
    expect(asked).toMatchObject(unavailable)
    expect(asked.retryAfter).toBeGreaterThan(0)
  })

  it('has no room on its disk (a trigger says so) does the same', async () => {
    const asked = await broken(
      () =>
        database.query(`create function full_disk() returns trigger as $$ begin
          raise exception using errcode = '53100', message = 'could not extend file: No space left on device';
        end $$ language plpgsql;
        create trigger full_disk before insert or update on message for each statement execute function full_disk()`),
      () => database.query('drop function full_disk cascade'),
    )
    expect(asked).toMatchObject(unavailable)
  })

  it('hangs: who asks is told within ten seconds, nothing stays held of it, and all is well when it goes on', async () => {
    const lock = await database.connect()
    await lock.query('begin; lock table conversation in access exclusive mode')
    const asked = await Promise.all(Array.from({ length: MOST_TURNS - 2 }, () => ask('Is somebody there?')))
    for (const one of asked) expect(one).toMatchObject(unavailable)
    expect(Math.max(...asked.map(({ ms }) => ms))).toBeLessThan(12_000)
    await lock.query('rollback')
    lock.release()
    await expect.poll(async () => (await ask('And now?')).status, { timeout: 20_000 }).toBe(200)
    await expect.poll(nothingHeld, { timeout: 20_000 }).toBe(0)
  })
})
