import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { startApi } from '@repo/local-stack/api-process'
import { freePort } from '@repo/local-stack/ports'
import { type Postgres, startTemporaryPostgres } from '@repo/local-stack/postgres'
import { type Mock, startMock } from '@repo/mock-llm/mock'
import { type Sink, startSink } from '@repo/viewer/sink'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const folder = path.join(import.meta.dirname, '..')
const WORSE = path.join(folder, 'prompts/worse.md')
let postgres: Postgres
let mock: Mock
let sink: Sink

beforeAll(async () => {
  postgres = await startTemporaryPostgres()
  mock = await startMock({ pace: 0 })
  sink = await startSink()
})
afterAll(async () => {
  await Promise.all([mock?.stop(), sink?.stop(), postgres?.stop()])
})

type Child = ChildProcess & { stdout: NodeJS.ReadableStream; stderr: NodeJS.ReadableStream }

async function evaluate(...args: string[]) {
  const child: Child = spawn(process.execPath, ['src/main.ts', ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      OPENAI_BASE_URL: mock.url,
      LLM_MODEL: 'mock-standard',
    },
  })
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { stdout, stderr, code }
}

async function withPrompt(env: Record<string, string>) {
  const api = await startApi({
    DATABASE_URL: postgres.url,
    OPENAI_BASE_URL: mock.url,
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    ...env,
  })
  const run = await evaluate('--json', '--url', api.url).finally(() => api.stop())
  return { ...run, report: JSON.parse(run.stdout) }
}

const events = (version: string) =>
  sink.logs({ eventName: 'gen_ai.evaluation.result', attributes: { 'gen_ai.prompt.version': version } })
const scores = (version: string) =>
  sink
    .metric('chat.evaluation.score', { 'gen_ai.prompt.version': version })
    .map(({ attributes, value }) => [attributes['gen_ai.evaluation.name'], value])
const questions = ['percent', 'time', 'capital', 'json', 'table', 'trace']

describe('the prompt as it is', () => {
  let run: Awaited<ReturnType<typeof withPrompt>>
  let version: string
  beforeAll(async () => {
    run = await withPrompt({})
    version = run.report.promptVersions[0]
  })

  it('passes: every answer is what is expected, and the exit code is 0', () => {
    expect(run.stderr).toBe('')
    expect(run.report.missed).toEqual([])
    expect(run.report.all).toMatchObject({ passed: 18, answers: 18, costUsd: expect.any(Number) })
    expect(run.report.all.interval[0]).toBeCloseTo(0.61, 2) // six questions, not eighteen answers
    expect(run.code).toBe(0)
  })

  it('has each verdict on the trace of its turn, below the span that it is about', () => {
    expect(events(version)).toHaveLength(18)
    for (const { spanId, traceId, attributes, service } of events(version)) {
      expect(service).toBe('chat-eval')
      expect(attributes).toMatchObject({ 'gen_ai.evaluation.score.value': 1, 'gen_ai.evaluation.score.label': 'pass' })
      const [turn, ...more] = sink.spans({ traceId: traceId ?? '', name: 'invoke_agent assistant' })
      expect(more).toEqual([])
      expect(turn?.spanId).toBe(spanId)
      expect(turn?.attributes).toMatchObject({ 'gen_ai.prompt.name': 'assistant', 'gen_ai.prompt.version': version })
    }
  })

  it('has a score for each question', () => {
    expect(scores(version).sort()).toEqual(questions.map((name) => [name, 1]).sort())
  })

  it('has its version on model calls, and on what they and turns are counted by', () => {
    expect(version).toMatch(/^[0-9a-f]{8}$/)
    const prompt = { 'gen_ai.prompt.version': version }
    expect(sink.spans({ name: 'chat mock-standard', attributes: prompt }).length).toBeGreaterThanOrEqual(18)
    for (const metric of ['chat.turns', 'chat.inference.cost', 'gen_ai.client.inference.usage.output_tokens']) {
      const all = sink.metric(metric, { 'gen_ai.request.model': 'mock-standard' }).filter(({ value }) => value)
      expect(all.length, metric).toBeGreaterThan(0)
      expect(new Set(all.map(({ attributes }) => attributes['gen_ai.prompt.version'])), metric).toEqual(
        new Set([version]),
      )
    }
  })
})

describe('a prompt made worse on purpose', () => {
  let run: Awaited<ReturnType<typeof withPrompt>>
  beforeAll(async () => {
    run = await withPrompt({ SYSTEM_PROMPT_FILE: WORSE })
  })

  it('fails with exit code 1, and a sentence that says why', () => {
    expect(run.stderr).toBe('')
    expect(run.code).toBe(1)
    expect(run.report.missed).toEqual(['17 % of 18 answers passed (95 %: 3 % to 56 %); at least 90 % have to.'])
  })

  it('says what failed in each question, and nothing of what was written', () => {
    const failures = run.report.questions.map(({ name, failure }: { name: string; failure: string }) => [name, failure])
    expect(Object.fromEntries(failures)).toEqual({
      percent: 'tool: calculator not called',
      time: 'regex, tool: current_time not called',
      capital: 'exact',
      json: 'schema: no JSON',
      table: null,
      trace: 'judge',
    })
    const [event] = events(run.report.promptVersions[0]).filter(
      ({ attributes }) => attributes['gen_ai.evaluation.name'] === 'capital',
    )
    expect(event?.attributes).toMatchObject({
      'gen_ai.evaluation.score.value': 0,
      'gen_ai.evaluation.score.label': 'fail',
      'gen_ai.evaluation.explanation': 'exact',
    })
    expect(sink.rawBodies().join()).not.toContain('In summary')
  })

  it('costs more, and is another version beside the first', () => {
    const versions = new Set(
      sink.metric('chat.evaluation.score').map(({ attributes }) => attributes['gen_ai.prompt.version']),
    )
    expect(versions.size).toBe(2)
    expect(scores(run.report.promptVersions[0])).toContainEqual(['table', 1])
    expect(scores(run.report.promptVersions[0])).toContainEqual(['trace', 0])
  })
})

describe('what cannot be evaluated', () => {
  it('is no bad result: exit code 2, and a sentence', async () => {
    const url = `http://127.0.0.1:${await freePort()}`
    const { code, stderr, stdout } = await evaluate('--url', url)
    expect(stderr.trim()).toBe(
      `The chat at ${url} does not answer (ECONNREFUSED). Start it, or name its address with --url.`,
    )
    expect([code, stdout]).toEqual([2, ''])
  })
})
