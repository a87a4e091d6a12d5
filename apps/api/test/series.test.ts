import { type ApiProcess, startApi } from '@repo/local-stack/api-process'
import { ownDatabase } from '@repo/local-stack/own-database'
import { type Mock, startMock } from '@repo/mock-llm/mock'
import { metric } from '@repo/telemetry/catalogue'
import { type Sink, startSink } from '@repo/viewer/sink'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { ChatClient } from './chat-client.ts'

// `SERIES_TURNS=1000 pnpm --filter @repo/api exec vitest run test/series.test.ts` for the larger run.
const most = Number(process.env.SERIES_TURNS ?? 100)
const checkpoints = [10, 100, 1000].filter((turns) => turns <= most)

let mock: Mock
let sink: Sink
let api: ApiProcess

beforeAll(async () => {
  mock = await startMock({ pace: 0.02 })
  sink = await startSink()
  api = await startApi({
    DATABASE_URL: await ownDatabase(inject('databaseUrl')),
    OPENAI_BASE_URL: mock.url,
    LLM_MODEL: 'mock-standard',
    LLM_MODELS: 'mock-standard,mock-reasoning,mock-unpriced,mock-429-once,mock-500,mock-cut,mock-stall,mock-no-usage',
    LLM_IDLE_TIMEOUT_MS: '2500', // long enough for a stalled answer to be saved once on the way
    DAILY_BUDGET_USD: '1000',
    ANSWER_GRACE_SECONDS: '0',
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
  })
}, 60_000)

afterAll(async () => {
  await api?.stop()
  await mock?.stop()
  await sink?.stop()
})

type Kind = (visitor: ChatClient, n: number) => Promise<unknown>
const asking =
  (model: string): Kind =>
  (visitor, n) =>
    visitor.ask(`Question ${n}`, { model })

/** Ten visitors see every model, every ending, a tool, a rating and a refusal. */
const kinds: Kind[] = [
  ...['mock-reasoning', 'mock-unpriced', 'mock-429-once', 'mock-500', 'mock-cut', 'mock-stall'].map(asking),
  async (visitor, n) => {
    const { messageId } = await visitor.ask(`Question ${n}`, { model: 'mock-no-usage' })
    const rating = { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{"rating":"up"}' }
    expect((await visitor.fetch(`/api/messages/${messageId}/feedback`, rating)).status).toBe(204)
  },
  async (visitor, n) => {
    await visitor.ask(`What is 17% of 2,340? Asked by ${n}`)
    await expect(visitor.begin('a'.repeat(20_000))).rejects.toThrow('422')
  },
  async (visitor, n) => {
    const running = await visitor.begin(`mock-long for ${n}, who stops it`)
    await running.untilText()
    await visitor.post(`/api/conversations/${running.conversationId}/stop`, {})
    expect((await running.end()).metadata.outcome).toBe('stopped')
  },
  async (visitor, n) => {
    const leave = new AbortController()
    const running = await visitor.begin(`mock-long for ${n}, who leaves`, { signal: leave.signal })
    await running.untilText()
    leave.abort()
  },
]

const turns = () => sink.metric(metric.turns.name).reduce((sum, { value = 0 }) => sum + value, 0)

// What Node tells of its process, such as kinds of garbage collection, is not about turns and comes when it comes.
const series = () =>
  sink
    .metric()
    .filter(({ name }) => !/^(nodejs|v8js)\./.test(name))
    .map(({ service, name, attributes }) => JSON.stringify([service, name, Object.entries(attributes).sort()]))
    .sort()

it(`metrics are the same series after ${checkpoints.join(', ')} visitors, each in a conversation of their own`, async ({
  annotate,
}) => {
  const counts: Record<number, number> = {}
  let asked = 0
  let first: string[] | undefined
  for (const checkpoint of checkpoints) {
    while (asked < checkpoint) {
      const batch = Array.from({ length: Math.min(30, checkpoint - asked) }, () => asked++)
      await Promise.all(batch.map((n) => kinds[n % kinds.length]?.(new ChatClient(api.url), n)))
    }
    await sink.waitFor(() => turns() === asked, { timeoutMs: 30_000 })
    // Turns are counted a moment before their requests are.
    await new Promise((resolve) => setTimeout(resolve, 1000))
    const now = series()
    first ??= now
    counts[checkpoint] = now.length
    expect(now.filter((entry) => !first?.includes(entry))).toEqual([])
  }
  await annotate(`series after so many visitors: ${JSON.stringify(counts)}`)
  expect(new Set(Object.values(counts)).size).toBe(1)
}, 1_800_000)
