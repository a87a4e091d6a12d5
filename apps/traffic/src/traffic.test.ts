import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { type ApiProcess, startApi } from '@repo/local-stack/api-process'
import { type Postgres, startTemporaryPostgres } from '@repo/local-stack/postgres'
import { type Mock, startMock } from '@repo/mock-llm/mock'
import { type Sink, startSink } from '@repo/viewer/sink'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ending } from './plan.ts'

let postgres: Postgres
let database: pg.Client
let mock: Mock
let sink: Sink
let api: ApiProcess

beforeAll(async () => {
  postgres = await startTemporaryPostgres()
  mock = await startMock({ pace: 0.1 })
  sink = await startSink()
  api = await startApi({
    DATABASE_URL: postgres.url,
    OPENAI_BASE_URL: mock.url,
    LLM_IDLE_TIMEOUT_MS: '2000',
    ANSWER_GRACE_SECONDS: '0',
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
  })
  database = new pg.Client(postgres.url)
  await database.connect()
})
afterAll(async () => {
  await database?.end()
  await api?.stop()
  await Promise.all([mock?.stop(), sink?.stop(), postgres?.stop()])
})
afterEach(async () => {
  await database.query('truncate conversation cascade')
})

type Child = ChildProcess & { stdout: NodeJS.ReadableStream; stderr: NodeJS.ReadableStream }

function start(url: string, ...args: string[]): Child {
  return spawn(process.execPath, ['src/main.ts', ...args, '--json', '--url', url], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, OTEL_EXPORTER_OTLP_ENDPOINT: sink.url },
  })
}

async function end(child: Child) {
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { stdout, stderr, code }
}

/** Answers in the database by how they ended. */
async function stored(): Promise<Record<string, number>> {
  const { rows } = await database.query(
    "select status, error_type, count(*)::int from message where role = 'assistant' group by 1, 2",
  )
  return Object.fromEntries(rows.map(({ status, error_type, count }) => [ending(status, error_type), count]))
}

/** `chat.turns` by how they ended. */
function counted(): Record<string, number> {
  const turns: Record<string, number> = {}
  for (const { attributes, value } of sink.metric('chat.turns')) {
    const name = ending(attributes['chat.outcome'] as 'finished', attributes['error.type'] as string | undefined)
    if (value) turns[name] = (turns[name] ?? 0) + value
  }
  return turns
}

describe('a run against the real API', () => {
  it('ends as planned, and its summary equals the database, chat.turns and the traces that it began', async () => {
    const mix = 'stop=10,disconnect=10,regenerate=10,fault=30,approval=10'
    const run = start(api.url, 'burst', '--turns', '80', '--rate', '12', '--mix', mix, '--seed', '5')
    const { stdout, code } = await end(run)
    const { outcomes, mismatches, ...summary } = JSON.parse(stdout)
    expect(mismatches).toEqual([])
    expect(code).toBe(0)
    expect(summary).toMatchObject({ sent: 80, ended: 80, skipped: 0, seed: 5, mismatched: 0 })
    expect(summary.firstTokenMs.p50).toBeGreaterThan(0)
    expect(summary.finishedDurationMs.p99).toBeGreaterThanOrEqual(summary.finishedDurationMs.p50)

    const seen = Object.fromEntries(Object.entries<{ seen: number }>(outcomes).map(([name, { seen }]) => [name, seen]))
    expect(Object.keys(seen)).toEqual(
      expect.arrayContaining(['finished', 'stopped', 'disconnected', 'truncated (length)']),
    )
    expect(await stored()).toEqual(seen)
    await sink.waitFor(() => Object.values(counted()).reduce((sum, count) => sum + count, 0) === 80)
    expect(counted()).toEqual(seen)

    const decided = (decision: string) =>
      sink.metric('chat.tool.approvals', { 'chat.approval.decision': decision })[0]?.value ?? 0
    await sink.waitFor(() => decided('once') > 0 && decided('denied') > 0)

    const roots = await sink.waitFor(() => {
      const spans = sink.spans({ service: 'chat-traffic', name: 'traffic turn' })
      return spans.length === 80 && spans
    })
    expect(new Set(roots.map(({ traceId }) => traceId)).size).toBe(80)
    // The API sends on its own; its SERVER spans end last.
    await sink.waitFor(() => sink.spans({ service: 'chat-api', name: 'POST /api/chat' }).length >= 80)
    await sink.waitFor(() => sink.spans({ name: 'invoke_agent assistant' }).length >= 80)
    for (const root of roots) {
      expect(root.parentSpanId).toBeFalsy()
      const spans = sink.spans({ traceId: root.traceId })
      const [turn, ...more] = spans.filter(({ name }) => name === 'invoke_agent assistant')
      expect(more).toEqual([])
      const ancestors = []
      for (let at = turn; at; at = spans.find(({ spanId }) => spanId === at?.parentSpanId)) ancestors.push(at.name)
      expect(ancestors).toEqual(['invoke_agent assistant', 'POST /api/chat', 'POST', 'traffic turn'])
      expect(root.attributes['gen_ai.conversation.id']).toBe(turn?.attributes['gen_ai.conversation.id'])
    }
  })

  it('stopped by SIGTERM lets short answers finish, prints the summary and delivers its telemetry', async () => {
    sink.clear()
    const before = mock.requests().length
    const child = start(api.url, 'light', '--rate', '2', '--mix', 'none', '--models', 'mock-standard')
    const ended = end(child)
    await sink.waitFor(() => mock.requests().length >= before + 3, { timeoutMs: 15_000 })
    child.kill('SIGTERM')
    const { stdout, code } = await ended
    const { sent, outcomes } = JSON.parse(stdout)
    expect(code).toBe(0)
    expect(sent).toBeGreaterThanOrEqual(3)
    expect(outcomes).toEqual({ finished: { asked: sent, seen: sent } })
    expect(sink.spans({ service: 'chat-traffic', name: 'traffic turn' })).toHaveLength(sent)
  })

  it('an outcome other than the one asked for is listed, and the exit code is 1', async () => {
    const impatient = await startApi({
      DATABASE_URL: postgres.url,
      OPENAI_BASE_URL: mock.url,
      LLM_IDLE_TIMEOUT_MS: '2000',
      LLM_MAX_RETRIES: '0',
      OTEL_SDK_DISABLED: 'true',
    })
    const run = start(impatient.url, 'burst', '--turns', '40', '--mix', 'hiccup=100', '--seed', '1')
    const { stdout, code } = await end(run)
    await impatient.stop()
    const { mismatched, mismatches } = JSON.parse(stdout)
    expect(code).toBe(1)
    expect(mismatched).toBeGreaterThan(0)
    expect(mismatches).toHaveLength(mismatched)
    for (const mismatch of mismatches) {
      expect(mismatch).toMatchObject({ model: 'mock-429-once', expected: 'finished', seen: 'failed (429)' })
      expect(sink.spans({ traceId: mismatch.traceId, name: 'traffic turn' })[0]?.status.code).toBe('ERROR')
    }
  })

  it('is refused where the provider costs money, before anything is asked', async () => {
    const paid = await startApi({ DATABASE_URL: postgres.url, OPENAI_API_KEY: 'a key', OTEL_SDK_DISABLED: 'true' })
    const { stdout, stderr, code } = await end(start(paid.url, 'burst'))
    await paid.stop()
    expect({ stdout, code }).toEqual({ stdout: '', code: 1 })
    expect(stderr).toMatch(/^The chat's provider is "openai"; traffic goes to the mock model only\. .*\n$/)
    expect(paid.output()).not.toContain('/api/chat')
  })
})
