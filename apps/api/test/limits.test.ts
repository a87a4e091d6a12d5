import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Problem } from '@repo/contract/problem'
import type { UsageReport } from '@repo/contract/usage'
import { type ApiProcess, startApi } from '@repo/local-stack/api-process'
import { ownDatabase } from '@repo/local-stack/own-database'
import { startPostgres } from '@repo/local-stack/postgres'
import { type Mock, startMock } from '@repo/mock-llm/mock'
import { type Sink, startSink } from '@repo/viewer/sink'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { ChatClient, RunningAnswer } from './chat-client.ts'

vi.setConfig({ testTimeout: 120_000 }) // several processes each, of which a busy machine starts few a minute

let mock: Mock
let sink: Sink
const processes: ApiProcess[] = []
const pools: pg.Pool[] = []

beforeAll(async () => {
  mock = await startMock({ pace: 0.05 })
  sink = await startSink()
})

afterEach(async () => {
  await Promise.all(processes.splice(0).map((api) => api.stop()))
  await Promise.all(pools.splice(0).map((pool) => pool.end()))
})

afterAll(async () => {
  await mock?.stop()
  await sink?.stop()
})

/** Processes of the API on one new database. */
async function start(count: number, env: Record<string, string>) {
  const databaseUrl = await ownDatabase(inject('databaseUrl'))
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 })
  pools.push(pool)
  const another = async () => {
    const api = await startApi({
      DATABASE_URL: databaseUrl,
      OPENAI_BASE_URL: mock.url,
      SESSION_SECRET: 's'.repeat(32),
      RATE_LIMIT_PER_MINUTE: '1000',
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      ...env,
    })
    processes.push(api)
    return api
  }
  const apis = await Promise.all(Array.from({ length: count }, another))
  const all = async () => {
    const { rows } = await pool.query<{ spent: number; reserved: number }>(
      `select spent_usd::float8 as spent, reserved_usd::float8 as reserved from budget
       where scope = '00000000-0000-0000-0000-000000000000'`,
    )
    return rows[0] ?? { spent: 0, reserved: 0 }
  }
  return { apis, another, pool, all }
}

interface Asked {
  status: number
  retryAfter: string | null
  problem?: Problem
  answer?: Awaited<ReturnType<RunningAnswer['end']>>
}

async function ask(client: ChatClient, text = 'Hello', model?: string): Promise<Asked> {
  const [conversation, question] = [randomUUID(), randomUUID()]
  const message = { id: question, role: 'user', parts: [{ type: 'text', text }] }
  const response = await client.post('/api/chat', { id: conversation, trigger: 'submit-message', model, message })
  const { status } = response
  const retryAfter = response.headers.get('retry-after')
  if (status !== 200) return { status, retryAfter, problem: (await response.json()) as Problem }
  return { status, retryAfter, answer: await new RunningAnswer(response, conversation, question).end() }
}

const report = async (client: ChatClient) => (await (await client.fetch('/api/usage')).json()) as UsageReport

/** The same visitor at another process. */
function at(api: ApiProcess, visitor: ChatClient): ChatClient {
  const client = new ChatClient(api.url)
  client.cookie = visitor.cookie
  return client
}

describe('the budget of all visitors', () => {
  it('is never exceeded by 50 parallel requests to two processes, and what was reserved too much comes back', async ({
    annotate,
  }) => {
    const limit = 0.06
    const { apis, pool, all } = await start(2, { DAILY_BUDGET_USD: String(limit) })
    let highest = 0
    const watch = setInterval(async () => {
      const { spent, reserved } = await all()
      highest = Math.max(highest, spent + reserved)
    }, 5)
    const asked = await Promise.all(
      Array.from({ length: 50 }, (_, i) => ask(new ChatClient((apis[i % 2] as ApiProcess).url), `Question ${i}`)),
    )
    clearInterval(watch)

    const answered = asked.filter(({ status }) => status === 200)
    const refused = asked.filter(({ status }) => status === 429)
    expect(answered.length).toBeGreaterThan(0)
    expect(refused.length).toBeGreaterThan(0)
    expect(answered.length + refused.length).toBe(50)
    expect(highest).toBeGreaterThan(0)
    expect(highest).toBeLessThanOrEqual(limit)
    for (const { problem, retryAfter } of refused) {
      expect(problem).toMatchObject({
        type: 'urn:lgtm-chat:problem:budget-spent',
        detail: expect.stringMatching(/held for answers .* Ask again in 30 seconds/),
        retryAfterSeconds: 30,
      })
      expect(retryAfter).toBe('30')
    }

    await annotate(
      `${answered.length} answered, ${refused.length} refused; at most ${highest} of ${limit} USD spent and held at once`,
    )

    // Nothing is held any more, and what is spent is what the answers cost.
    const { spent, reserved } = await all()
    const cost = answered.reduce((sum, { answer }) => sum + (answer?.metadata.costUsd ?? 0), 0)
    expect(reserved).toBe(0)
    expect(spent).toBeCloseTo(cost, 9)
    expect(spent).toBeLessThan(limit)
    expect((await pool.query('select from reservation')).rowCount).toBe(0)
    expect((await pool.query(`select from message where role = 'user'`)).rowCount).toBe(answered.length)
    expect((await ask(new ChatClient((apis[0] as ApiProcess).url))).status).toBe(200)
    await sink.waitFor(
      () =>
        sink
          .metric('chat.rejections', { 'chat.rejection.reason': 'budget' })
          .reduce((sum, { value }) => sum + (value ?? 0), 0) === refused.length,
    )
    expect(sink.metric('chat.budget.limit')[0]?.value).toBe(limit)
    await sink.waitFor(() => sink.metric('chat.budget.spent').some(({ value }) => value && value >= spent))
  })

  it('once spent, is told with the time to come back: midnight UTC', async () => {
    const { apis, pool } = await start(1, { DAILY_BUDGET_USD: '0.02' })
    const client = new ChatClient((apis[0] as ApiProcess).url)
    expect((await ask(client)).status).toBe(200)
    await pool.query('update budget set spent_usd = 0.019')
    const close = await ask(client)
    expect(close.problem?.detail).toMatch(/may not be enough/)
    await pool.query('update budget set spent_usd = 0.021')
    const { status, problem, retryAfter } = await ask(client)
    expect(status).toBe(429)
    expect(problem).toMatchObject({
      type: 'urn:lgtm-chat:problem:budget-spent',
      detail: expect.stringMatching(/is spent\. It begins anew in \d+ (second|minute|hour)s?, at 00:00 UTC/),
    })
    const midnight = Date.now() + Number(retryAfter) * 1000
    expect(Math.abs(midnight - Math.round(midnight / 86_400_000) * 86_400_000)).toBeLessThan(5000)
    expect((await ask(client, 'Hello', 'mock-unpriced')).status).toBe(429)
  })

  it('gets back what a killed process held: when it is needed, at the next start, and within a minute', async () => {
    const { apis, another, all } = await start(1, { DAILY_BUDGET_USD: '0.02', LLM_IDLE_TIMEOUT_MS: '60000' })
    const doomed = apis[0] as ApiProcess
    const running = await new ChatClient(doomed.url).begin('mock-stall until I am killed')
    await running.untilText()
    const survivor = await another()
    expect((await all()).reserved).toBeGreaterThan(0)
    expect((await ask(new ChatClient(survivor.url))).status).toBe(429)
    await doomed.stop('SIGKILL')
    processes.splice(processes.indexOf(doomed), 1)
    await expect.poll(async () => (await ask(new ChatClient(survivor.url))).status).toBe(200)

    const second = await another()
    const left = await new ChatClient(second.url).begin('mock-stall until I am killed too')
    await left.untilText()
    await second.stop('SIGKILL')
    processes.splice(processes.indexOf(second), 1)
    const third = await another()
    expect((await all()).reserved).toBe(0)

    const last = await new ChatClient(third.url).begin('mock-stall until I am killed as well')
    await last.untilText()
    await third.stop('SIGKILL')
    processes.splice(processes.indexOf(third), 1)
    expect((await all()).reserved).toBeGreaterThan(0)
    await expect.poll(async () => (await all()).reserved, { timeout: 60_000, interval: 1000 }).toBe(0)
  })
})

describe('the budget of each visitor', () => {
  it('holds back one visitor at all processes, and nobody else', async () => {
    const { apis, all } = await start(2, { DAILY_BUDGET_USD: '10', DAILY_BUDGET_USD_PER_VISITOR: '0.03' })
    const [a, b] = apis as [ApiProcess, ApiProcess]
    const visitor = new ChatClient(a.url)
    await ask(visitor)
    const asked = await Promise.all(
      Array.from({ length: 12 }, (_, i) => ask(at(i % 2 ? a : b, visitor), `mock-slow ${i}`)),
    )
    const refused = asked.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThan(0)
    expect(refused.length).toBeLessThan(12)
    for (const { problem } of refused) expect(problem?.type).toBe('urn:lgtm-chat:problem:visitor-budget-spent')
    expect((await ask(new ChatClient(b.url))).status).toBe(200)
    expect((await all()).reserved).toBe(0)
    const { limits } = await report(visitor)
    expect(limits.visitorBudget).toMatchObject({ limitUsd: 0.03, reservedUsd: 0 })
    expect(limits.visitorBudget?.spentUsd).toBeLessThan(limits.budget?.spentUsd ?? 0)
  })

  it('is charged an estimate where nobody knows the cost, and nothing for a call that the provider refused', async () => {
    const { apis } = await start(1, { DAILY_BUDGET_USD_PER_VISITOR: '1', LLM_MAX_RETRIES: '0' })
    const client = new ChatClient((apis[0] as ApiProcess).url)
    const spent = async () => (await report(client)).limits.visitorBudget?.spentUsd ?? Number.NaN
    expect((await ask(client, 'mock-500')).answer?.metadata.outcome).toBe('failed')
    expect(await spent()).toBe(0)
    const running = await client.begin('mock-stall, I will stop you')
    await running.untilText()
    const reserved = (await report(client)).limits.visitorBudget?.reservedUsd ?? 0
    expect(reserved).toBeGreaterThan(0.01)
    await client.post(`/api/conversations/${running.conversationId}/stop`, {})
    const { metadata, messageId } = await running.end()
    expect(metadata).toMatchObject({ outcome: 'stopped', costUsd: null })
    const estimate = metadata.estimatedUsd ?? 0
    // Its prompt, and nearly none of the answer that was reserved for.
    expect(estimate).toBeGreaterThan(0)
    expect(estimate).toBeLessThan(reserved - 0.005)
    expect(await spent()).toBeCloseTo(estimate, 9)
    const { today, limits } = await report(client)
    expect(today).toMatchObject([{ turns: 2, costUsd: 0, unmetered: 2 }])
    expect(today[0]?.estimatedUsd).toBeCloseTo(estimate, 9)
    expect(limits.visitorBudget?.reservedUsd).toBe(0)
    const stored = await client.conversation(running.conversationId)
    expect(stored.messages.find(({ id }) => id === messageId)?.metadata?.estimatedUsd).toBe(estimate)
  })

  it('holds back the next step of a turn with tools that would exceed it', async () => {
    const { apis } = await start(1, { DAILY_BUDGET_USD_PER_VISITOR: '0.02' })
    const client = new ChatClient((apis[0] as ApiProcess).url)
    const { answer } = await ask(client, 'mock-tools-loop')
    expect(answer?.metadata).toMatchObject({ outcome: 'truncated', error: { type: 'budget' } })
    const { visitorBudget } = (await report(client)).limits
    expect(visitorBudget?.reservedUsd).toBe(0)
    expect(visitorBudget?.spentUsd).toBeLessThanOrEqual(0.02)
  })
})

describe('the rate', () => {
  it('of a visitor holds across processes, says when to come back, and stores nothing of what it refuses', async () => {
    const { apis, pool } = await start(2, { RATE_LIMIT_PER_MINUTE: '4' })
    const [a, b] = apis as [ApiProcess, ApiProcess]
    const visitor = new ChatClient(a.url)
    expect((await ask(visitor)).status).toBe(200)
    expect((await report(visitor)).limits.rate).toEqual({ perMinute: 4, remaining: 3, resetsAt: null })
    const asked = await Promise.all(Array.from({ length: 10 }, (_, i) => ask(at(i % 2 ? a : b, visitor))))
    const refused = asked.filter(({ status }) => status === 429)
    expect(refused).toHaveLength(7)
    for (const { problem, retryAfter } of refused) {
      expect(problem).toMatchObject({
        type: 'urn:lgtm-chat:problem:rate-limited',
        detail: expect.stringMatching(/^You can ask 4 questions a minute\. Ask again in \d+ seconds?\.$/),
      })
      expect(problem?.retryAfterSeconds).toBe(Number(retryAfter))
      expect(Number(retryAfter)).toBeGreaterThan(0)
      expect(Number(retryAfter)).toBeLessThanOrEqual(15)
    }
    expect((await pool.query(`select from message where role = 'user'`)).rowCount).toBe(4)
    const { rate } = (await report(at(b, visitor))).limits
    expect(rate.remaining).toBe(0)
    expect(Date.parse(rate.resetsAt ?? '') - Date.now()).toBeGreaterThan(0)

    // Somebody else is not held back, and after the wait the visitor is not either.
    expect((await ask(new ChatClient(b.url))).status).toBe(200)
    await pool.query(`update visitor_rate set busy_until = busy_until - interval '15 seconds'`)
    expect((await ask(visitor)).status).toBe(200)
    expect((await ask(visitor)).status).toBe(429)
  })
})

describe('usage', () => {
  it('is what the answers say, by model, and stays when conversations are deleted', async () => {
    const { apis, pool } = await start(1, {})
    const client = new ChatClient((apis[0] as ApiProcess).url)
    expect(await report(client)).toMatchObject({ today: [], days: [], limits: { budget: null, visitorBudget: null } })
    const answers = [await ask(client, 'One'), await ask(client, 'Two'), await ask(client, 'Three', 'mock-unpriced')]
    await ask(new ChatClient((apis[0] as ApiProcess).url), 'Of somebody else')
    const sum = (name: 'inputTokens' | 'outputTokens') =>
      answers.slice(0, 2).reduce((sum, { answer }) => sum + (answer?.metadata.usage?.[name] ?? 0), 0)
    const { today } = await report(client)
    expect(today).toMatchObject([
      { model: 'mock-standard', turns: 2, inputTokens: sum('inputTokens'), outputTokens: sum('outputTokens') },
      { model: 'mock-unpriced', turns: 1, costUsd: 0, unpriced: 1, unmetered: 0 },
    ])
    expect(today[0]?.costUsd).toBeCloseTo(
      answers.reduce((sum, { answer }) => sum + (answer?.metadata.costUsd ?? 0), 0),
      12,
    )
    for (const { answer } of answers)
      await client.fetch(`/api/conversations/${answer?.conversationId}`, { method: 'DELETE' })
    await pool.query(`update usage set day = day - 29 where model = 'mock-unpriced'`)
    const later = await report(client)
    expect(later.today).toEqual(today.slice(0, 1))
    expect(later.days.map(({ model, turns }) => [model, turns])).toEqual([
      ['mock-unpriced', 1],
      ['mock-standard', 2],
    ])
    await pool.query(`update usage set day = day - 1 where model = 'mock-unpriced'`)
    expect((await report(client)).days).toHaveLength(1)
  })
})

it('a turn that ends while the database is away is settled when it is back: nothing stays held', async () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'chat-api-settled-'))
  const postgres = await startPostgres({ dataDir, durable: false })
  const api = await startApi({
    DATABASE_URL: postgres.url,
    OPENAI_BASE_URL: mock.url,
    SESSION_SECRET: 's'.repeat(32),
    DAILY_BUDGET_USD: '5',
    OTEL_SDK_DISABLED: 'true',
  })
  const client = new ChatClient(api.url)
  const running = await client.begin('mock-long across an outage')
  await running.untilText()
  const port = Number(new URL(postgres.url).port)
  await postgres.stop()
  expect((await running.end()).metadata.outcome).toBe('finished')
  const again = await startPostgres({ dataDir, port, durable: false })
  const budget = async () => ((await (await client.fetch('/api/usage')).json()) as UsageReport).limits?.budget
  await expect.poll(async () => (await budget())?.reservedUsd, { timeout: 20_000 }).toBe(0)
  expect((await budget())?.spentUsd).toBeGreaterThan(0)
  await api.stop()
  await again.stop()
  rmSync(dataDir, { recursive: true, force: true })
})
