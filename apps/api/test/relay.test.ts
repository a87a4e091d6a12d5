import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ApiProcess, startApi } from '@repo/local-stack/api-process'
import { ownDatabase } from '@repo/local-stack/own-database'
import { type Mock, startMock } from '@repo/mock-llm/mock'
import { type Sink, startSink } from '@repo/viewer/sink'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { ChatClient, textOf } from './chat-client.ts'
import { begunAndLost, environmentOf, rejoined, sum } from './lost-reader.ts'
import { tapStatements } from './statements.ts'

let mock: Mock
let sink: Sink
let databaseUrl: string
/** The one that is asked first, and so holds the answers. */
let holder: ApiProcess
let other: ApiProcess
const environment = () => environmentOf(databaseUrl, mock, sink)

beforeAll(async () => {
  mock = await startMock({ pace: 0.3 })
  sink = await startSink()
  databaseUrl = await ownDatabase(inject('databaseUrl'))
  holder = await startApi(environment())
  other = await startApi(environment())
})

afterAll(async () => {
  await Promise.all([holder?.stop(), other?.stop()])
  await mock?.stop()
  await sink?.stop()
})

function at(api: ApiProcess, { cookie }: ChatClient): ChatClient {
  const client = new ChatClient(api.url)
  client.cookie = cookie
  return client
}

async function inDatabase<T>(use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  return use(client).finally(() => client.end())
}

describe('an answer that another API process holds', () => {
  it('is read there to its end, by several at once, and is what is stored', async () => {
    const client = new ChatClient(holder.url)
    const { conversationId, text } = await begunAndLost(client, 'mock-long and read elsewhere')
    const elsewhere = at(other, client)
    const readers = [await rejoined(elsewhere, conversationId)]
    await sleep(1000)
    readers.push(...(await Promise.all([1, 2].map(() => rejoined(elsewhere, conversationId)))))
    const answers = await Promise.all(readers.map((reader) => reader.end()))
    const stored = await client.lastMessage(conversationId)
    for (const answer of answers) {
      expect(answer.metadata.outcome).toBe('finished')
      expect(answer.text).toHaveLength(20_000)
      expect(answer.text.startsWith(text)).toBe(true)
      expect(answer.messageId).toBe(stored.id)
      expect(sum(answer.text)).toBe(sum(textOf(stored)))
    }
    expect(await elsewhere.rejoin(conversationId)).toBeNull()
  })

  it('is told as at its own process, whatever is in it: thoughts, tools, characters of four bytes', async () => {
    const client = new ChatClient(holder.url)
    for (const question of ['What is 17% of 2,340?', `mock-echo: ${'\u{1f600}€é"\\'.repeat(400)}`, 'mock-500']) {
      const own = await client.begin(question, { model: 'mock-standard' })
      const there = await at(other, client).rejoin(own.conversationId)
      const [first, second] = await Promise.all([own.end(), there?.end()])
      if (!second) continue // it had ended before
      expect(second.text).toBe(first.text)
      expect(second.metadata).toEqual(first.metadata)
    }
  })

  it('can be waited for there before its first token, and stopped', async () => {
    const client = new ChatClient(holder.url)
    const leave = new AbortController()
    const { conversationId } = await client.begin('mock-slow elsewhere', { signal: leave.signal })
    leave.abort()
    const answer = await rejoined(at(other, client), conversationId)
    await client.post(`/api/conversations/${conversationId}/stop`, {})
    expect((await answer.end()).metadata.outcome).toBe('stopped')
  })

  it('misses nothing when the connections that carry it break', async () => {
    const client = new ChatClient(holder.url)
    const { conversationId } = await begunAndLost(client, 'mock-long and broken connections')
    const answer = await rejoined(at(other, client), conversationId)
    await answer.untilText()
    const ended = answer.end()
    const killed = await inDatabase((db) =>
      db.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where application_name = 'chat-api presence' and datname = current_database()`,
      ),
    )
    expect(killed.rowCount).toBe(2)
    expect(sum((await ended).text)).toBe(sum(textOf(await client.lastMessage(conversationId))))
    expect((await ended).text).toHaveLength(20_000)
  })

  it('ends after the grace time when its last reader has left there', async () => {
    const client = new ChatClient(holder.url)
    const { conversationId } = await begunAndLost(client, 'mock-stall and left elsewhere')
    const leave = new AbortController()
    await (await rejoined(at(other, client), conversationId, leave.signal)).untilText()
    await sleep(3000)
    const outcome = async () => (await client.lastMessage(conversationId)).metadata?.outcome
    expect(await outcome(), 'it goes on for longer than the grace time').toBeNull()
    leave.abort()
    await expect.poll(outcome, { timeout: 8000 }).toBe('disconnected')
  })

  it("is nobody else's: another visitor is refused before anybody is asked", async () => {
    const client = new ChatClient(holder.url)
    const { conversationId } = await begunAndLost(client, 'mock-long and a stranger elsewhere')
    await inDatabase(async (db) => {
      const heard: unknown[] = []
      db.on('notification', ({ channel }) => heard.push(channel))
      await db.query('listen chat_answer')
      const stranger = new ChatClient(other.url)
      await expect(stranger.rejoin(conversationId)).rejects.toThrow(/^404/)
      await stranger.ask('Hello')
      await expect(stranger.rejoin(conversationId)).rejects.toThrow(/^404/)
      await db.query('select 1')
      expect(heard).toEqual([])
    })
  })

  it("is an event of the turn's trace with a link to the request, and counted", async () => {
    const client = new ChatClient(holder.url)
    const { conversationId } = await begunAndLost(client, 'mock-long and a trace elsewhere')
    const { metadata } = await (await rejoined(at(other, client), conversationId)).end()
    const traceId = metadata.traceId as string
    await sink.waitFor(() => sink.spans({ traceId, name: 'invoke_agent assistant' })[0])
    const [turn] = sink.spans({ traceId, name: 'invoke_agent assistant' })
    expect(turn?.events.map(({ name }) => name)).toEqual(['chat.rejoin'])
    const [link] = turn?.links ?? []
    await sink.waitFor(() => sink.spans({ traceId: link?.traceId as string, name: 'GET /api/chat/:id/stream' })[0])
  })

  it('is in no telemetry and in no log line', async () => {
    const client = new ChatClient(holder.url)
    const canary = `canary${randomUUID().replaceAll('-', '')}`
    const leave = new AbortController()
    const running = await client.begin(`mock-echo: ${canary.repeat(200)}`, { signal: leave.signal })
    leave.abort()
    const answer = await (await rejoined(at(other, client), running.conversationId)).end()
    expect(answer.text).toContain(canary)
    const traceId = answer.metadata.traceId as string
    await sink.waitFor(() => sink.logs({ traceId, attributes: { 'event.name': 'chat.turn' } })[0])
    await sink.waitFor(() => sink.spans({ traceId, name: 'invoke_agent assistant' })[0])
    expect(sink.rawBodies().join('\n')).not.toContain(canary)
    expect(holder.output() + other.output()).not.toContain(canary)
  })
})

it('a holder that is killed: who reads elsewhere is cut, and finds what is stored with its end', async () => {
  const doomed = await startApi(environment())
  const client = new ChatClient(doomed.url)
  const running = await client.begin('mock-stall until its holder is killed')
  await running.untilText()
  const elsewhere = at(other, client)
  const answer = await rejoined(elsewhere, running.conversationId)
  await answer.untilText()
  const cut = expect(answer.end()).rejects.toThrow()
  await doomed.stop('SIGKILL')
  await cut
  const found = async () => {
    expect(await elsewhere.rejoin(running.conversationId)).toBeNull()
    return (await elsewhere.lastMessage(running.conversationId)).metadata?.outcome
  }
  await expect.poll(found, { timeout: 15_000, interval: 1000 }).toBe('disconnected')
  expect(textOf(await elsewhere.lastMessage(running.conversationId))).not.toBe('')
})

it('where nothing runs, another process says so at once', async () => {
  const client = new ChatClient(holder.url)
  const { conversationId } = await client.ask('Hello')
  const begin = performance.now()
  expect(await at(other, client).rejoin(conversationId)).toBeNull()
  expect(performance.now() - begin).toBeLessThan(1000)
})

it('costs nothing where nobody reads elsewhere: not a statement', async () => {
  const tap = await tapStatements(databaseUrl)
  const api = await startApi({ ...environment(), DATABASE_URL: tap.url, OTEL_METRIC_EXPORT_INTERVAL: '60000' })
  const client = new ChatClient(api.url)
  await client.ask('Hello') // what is done once
  await sleep(500)
  tap.statements.length = 0
  const { conversationId } = await client.begin('mock-long and not a statement').then((running) => running.end())
  await sleep(500)
  const ofATurn = tap.statements.filter((text) => !text.includes('update message set parts'))
  expect(ofATurn.join()).not.toMatch(/notify|pg_locks|listen/i)
  // Rejoined at its own process, it is read from there: what is asked for is whose it is.
  const again = await begunAndLost(client, 'mock-long and rejoined at home')
  await sleep(500)
  tap.statements.length = 0
  const answer = await rejoined(client, again.conversationId)
  expect(tap.statements.filter((text) => !text.includes('update message set parts'))).toHaveLength(1)
  await answer.end()
  // The tap does see what a rejoin elsewhere takes.
  tap.statements.length = 0
  expect(await client.rejoin(conversationId)).toBeNull()
  expect(tap.statements.join()).toContain('pg_notify')
  await api.stop()
  await tap.stop()
})
