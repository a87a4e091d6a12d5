import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type ApiProcess, startApi } from '@repo/local-stack/api-process'
import { ownDatabase } from '@repo/local-stack/own-database'
import { attribute, metric } from '@repo/telemetry/catalogue'
import { type Sink, startSink } from '@repo/viewer/sink'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { ChatClient } from './chat-client.ts'
import { mutatedWire } from './mutated-wire.ts'
import { shown } from './shown.ts'
import { startWireProvider } from './wire-provider.ts'

/** `pnpm --filter @repo/api fuzz` takes 10,000. A turn that fails is named by its seed: FUZZ_SEED with FUZZ_TURNS=1. */
const turns = Number(process.env.FUZZ_TURNS ?? 150)
const firstSeed = Number(process.env.FUZZ_SEED ?? 1)
const AT_ONCE = 8

let sink: Sink
let provider: Awaited<ReturnType<typeof startWireProvider>>
let api: ApiProcess
let pool: pg.Pool

const folder = mkdtempSync(path.join(tmpdir(), 'chat-fuzz-'))

beforeAll(async () => {
  const prices = path.join(folder, 'prices.json')
  writeFileSync(prices, JSON.stringify({ m1: { input: 1, output: 2 } }))
  sink = await startSink()
  provider = await startWireProvider((name) => mutatedWire(Number(name)))
  const url = await ownDatabase(inject('databaseUrl'))
  pool = new pg.Pool({ connectionString: url, max: 4 })
  api = await startApi({
    DATABASE_URL: url,
    OPENAI_BASE_URL: provider.url,
    LLM_MODELS: 'm1',
    LLM_PRICES_FILE: prices,
    LLM_MAX_RETRIES: '0',
    LLM_FIRST_CHUNK_TIMEOUT_MS: '3000',
    LLM_IDLE_TIMEOUT_MS: '1000',
    RATE_LIMIT_PER_MINUTE: '1000000',
    DAILY_BUDGET_USD: '1000000',
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    OTEL_TRACES_EXPORTER: 'none',
    OTEL_METRIC_EXPORT_INTERVAL: '1000',
  })
})

afterAll(async () => {
  await api?.stop()
  await pool?.end()
  await provider?.stop()
  await sink?.stop()
  rmSync(folder, { recursive: true, force: true })
})

it(`${turns} mutated streams: each has one outcome, and the database says what the stream said`, async () => {
  const outcomes = new Map<string, number>()
  const wrong: string[] = []
  let seed = firstSeed
  // A machine that is busy takes its time to connect the first of many.
  await expect
    .poll(() => new ChatClient(api.url).ask('Hello').then(({ text }) => text, String), { timeout: 60_000 })
    .toBe('Whole answer.')
  const work = async () => {
    const client = new ChatClient(api.url)
    while (seed < firstSeed + turns && wrong.length < 20) {
      const own = seed++
      const problem = await turn(client, own).catch((error: Error) => `${error.message}\n${error.stack}`)
      if (problem) wrong.push(`seed ${own}: ${problem}`)
    }
  }
  const turn = async (client: ChatClient, own: number) => {
    const { chunks, metadata, conversationId } = await client.ask(`wire: ${own}`)
    const { outcome, usage, costUsd } = metadata
    outcomes.set(
      `${outcome} ${metadata.error?.type ?? ''}`,
      (outcomes.get(`${outcome} ${metadata.error?.type ?? ''}`) ?? 0) + 1,
    )
    const ends = chunks.filter(({ type }) => type === 'finish' || type === 'error').length
    if (outcome === null || ends !== 1) return `${outcome} with ${ends} ends`
    if (metadata.error?.type === '_OTHER') return 'an error of ours'
    const { rows } = await pool.query(
      `select parts, status, input_tokens as input, output_tokens as output, cost_usd as cost from message
       where conversation_id = $1 and role = 'assistant'`,
      [conversationId],
    )
    const [row, ...more] = rows
    if (!row || more.length > 0) return `${rows.length} rows`
    const textOf = (wanted: string) =>
      (row.parts as { type: string; text?: string }[]).map(({ type, text }) => (type === wanted ? text : '')).join('')
    const stored = { text: textOf('text'), thoughts: textOf('reasoning') }
    expect(stored).toEqual(shown(chunks))
    expect([row.status, row.input, row.output, row.cost]).toEqual([
      ...[outcome, usage?.inputTokens ?? null, usage?.outputTokens ?? null, costUsd],
    ])
    return null
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  console.warn(Object.fromEntries([...outcomes].toSorted(([, a], [, b]) => b - a)))
  expect(wrong).toEqual([])

  expect(api.process.exitCode, 'it still runs').toBeNull()
  const { rows } = await pool.query(
    `select (select count(*) from message where status = 'streaming')::int as streaming,
       (select count(*) from reservation)::int as held,
       (select coalesce(sum(abs(reserved_usd)), 0) from budget)::float as reserved`,
  )
  expect(rows[0]).toEqual({ streaming: 0, held: 0, reserved: 0 })
  const errors = api.logLines().filter(({ level, severity }) => Number(level) >= 50 || severity === 'error')
  expect(errors.slice(0, 3)).toEqual([])
  const counted = () =>
    sink
      .metric(metric.turns.name)
      .reduce((sum, { value, attributes }) => sum + (attributes[attribute.outcome] ? (value ?? 0) : 0), 0)
  await sink.waitFor(() => counted() > turns)
  await sink.waitFor(() => sink.metric(metric.streamsActive.name)[0]?.value === 0)
}, 3_600_000)
