import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ApiProcess, startApi } from '@repo/local-stack/api-process'
import { type Mock, startMock } from '@repo/mock-llm/mock'
import { costUsd } from '@repo/mock-llm/models'
import { errorType, incompleteReasons, libraryMetric, type MetricDefinition, metric } from '@repo/telemetry/catalogue'
import { type Sink, startSink } from '@repo/viewer/sink'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { ChatClient, textOf } from './chat-client.ts'

let mock: Mock
let sink: Sink
let api: ApiProcess
let folder: string

beforeAll(async () => {
  mock = await startMock({ pace: 0.05 })
  sink = await startSink()
  folder = mkdtempSync(path.join(tmpdir(), 'chat-turn-'))
  const mcpServersFile = path.join(folder, 'mcp.json')
  const args = [fileURLToPath(new URL('mcp-server.ts', import.meta.url))]
  writeFileSync(mcpServersFile, JSON.stringify({ mcpServers: { probe: { command: process.execPath, args } } }))
  api = await startApi({
    DATABASE_URL: inject('databaseUrl'),
    OPENAI_BASE_URL: mock.url,
    MCP_SERVERS_FILE: mcpServersFile,
    LLM_MODEL: 'mock-standard',
    LLM_MODELS:
      'mock-standard,mock-reasoning,mock-unpriced,mock-slow,mock-cut,mock-stall,mock-429,mock-429-once,mock-500,mock-error,mock-empty,mock-no-usage,mock-length,mock-filter,mock-early-close,mock-long,mock-echo',
    LLM_IDLE_TIMEOUT_MS: '2000',
    DAILY_BUDGET_USD: '1000',
    ANSWER_GRACE_SECONDS: '0',
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
  })
})

afterAll(async () => {
  await api?.stop()
  await mock?.stop()
  await sink?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const turns = (attributes: Record<string, string>) =>
  sink.metric('chat.turns', attributes).reduce((sum, point) => sum + (point.value ?? 0), 0)

const upstream = (text: string) =>
  mock.requests().filter(({ body }) => JSON.stringify(body?.messages.at(-1)?.content).includes(text))

/** The spans of one turn, once its SERVER span, which ends last, has arrived. */
async function trace(traceId: string | null) {
  if (!traceId) throw new Error('the answer has no trace id')
  await sink.waitFor(() => sink.spans({ traceId, name: 'POST /api/chat' })[0])
  await sink.waitFor(() => sink.spans({ traceId, name: 'invoke_agent assistant' })[0])
  return sink.spans({ traceId })
}

interface Expected {
  outcome: string
  errorType?: string
  /** What the provider says of its end; `stop` if it finishes, none otherwise. */
  finishReason?: string
  /** Whether some text reaches the reader. */
  text: boolean
  usage?: false
  attempts?: number
  upstream?: string
}

const cases: Record<string, Expected> = {
  'mock-standard': { outcome: 'finished', text: true },
  'mock-reasoning': { outcome: 'finished', text: true },
  'mock-slow': { outcome: 'finished', text: true },
  'mock-empty': { outcome: 'finished', text: false },
  'mock-429-once': { outcome: 'finished', text: true, attempts: 2 },
  'mock-no-usage': { outcome: 'finished', text: true, usage: false },
  'mock-filter': {
    outcome: 'truncated',
    errorType: errorType.contentFilter,
    finishReason: 'content_filter',
    text: true,
  },
  'mock-length': { outcome: 'truncated', errorType: errorType.length, finishReason: 'length', text: true },
  'mock-early-close': { outcome: 'truncated', errorType: errorType.noFinishReason, text: true, usage: false },
  'mock-cut': { outcome: 'truncated', errorType: errorType.connection, text: true, usage: false, upstream: 'cut' },
  'mock-stall': { outcome: 'failed', errorType: errorType.idleTimeout, text: true, usage: false, upstream: 'aborted' },
  'mock-error': { outcome: 'failed', errorType: errorType.stream, text: true, usage: false },
  'mock-429': { outcome: 'failed', errorType: '429', text: false, usage: false, attempts: 3 },
  'mock-500': { outcome: 'failed', errorType: '500', text: false, usage: false, attempts: 3 },
}

describe('every way a provider can end is one outcome, in the stream, the database, the metrics and the trace', () => {
  for (const [model, expected] of Object.entries(cases)) {
    it.concurrent(`${model}: ${expected.outcome}${expected.errorType ? ` (${expected.errorType})` : ''}`, async () => {
      const { finishReason = expected.outcome === 'finished' ? 'stop' : null } = expected
      const client = new ChatClient(api.url)
      const question = `How does ${model} end?`
      const answer = await client.ask(question, { model })

      const { metadata } = answer
      expect(metadata).toMatchObject({
        model,
        outcome: expected.outcome,
        finishReason,
        error: expected.errorType ? { type: expected.errorType } : null,
      })
      expect(answer.text !== '').toBe(expected.text)
      expect(metadata.usage !== null).toBe(expected.usage ?? true)
      if (expected.usage === false) expect(metadata.costUsd).toBeNull()
      expect(metadata.ttftMs === null).toBe(!expected.text)
      expect(answer.chunks.at(-1)?.type).toBe(expected.outcome === 'failed' ? 'error' : 'finish')

      // After a reload the same is there: what was read, and how it ended.
      const stored = await client.lastMessage(answer.conversationId)
      expect(stored.id).toBe(answer.messageId)
      expect(textOf(stored)).toBe(answer.text)
      const { retryAfterSeconds, ...error } = metadata.error ?? {}
      expect(stored.metadata).toEqual({ ...metadata, error: metadata.error && error })
      expect(retryAfterSeconds, 'how long to wait is for now only').toBe(model === 'mock-429' ? 1 : undefined)

      const { timeline } = metadata
      expect(timeline.map(({ startMs }) => startMs)).toEqual([0, ...timeline.slice(0, -1).map(({ endMs }) => endMs)])
      expect(timeline.at(-1)?.endMs).toBe(metadata.durationMs)
      const phases = new Set(timeline.map(({ phase }) => phase))
      expect(phases.has('answering')).toBe(expected.text)
      expect(phases.has('thinking')).toBe(model === 'mock-reasoning')

      const spans = await trace(metadata.traceId)
      expect(new Set(spans.map((span) => span.spanId)).size, 'every span ends once').toBe(spans.length)
      const [chat, ...more] = spans.filter((span) => span.name === `chat ${model}`)
      expect(more).toEqual([])
      expect(chat?.kind).toBe('CLIENT')
      const { 'error.type': failure, 'chat.incomplete.reason': reason } = chat?.attributes ?? {}
      const failed = expected.errorType && !incompleteReasons.has(expected.errorType)
      expect([failure, reason]).toEqual(failed ? [expected.errorType, undefined] : [undefined, expected.errorType])
      expect(chat?.status.code).toBe(failed ? 'ERROR' : 'UNSET')
      expect(chat?.attributes['gen_ai.response.finish_reasons']).toEqual([finishReason ?? 'error'])
      expect(chat?.attributes['gen_ai.usage.output_tokens']).toBe(metadata.usage?.outputTokens)
      const attempts = spans.filter((span) => span.parentSpanId === chat?.spanId)
      expect(attempts.map((span) => span.kind)).toEqual(Array(expected.attempts ?? 1).fill('CLIENT'))
      const agent = spans.find((span) => span.name === 'invoke_agent assistant')
      expect(chat?.parentSpanId).toBe(agent?.spanId)
      expect(agent?.attributes).toMatchObject({
        'chat.outcome': expected.outcome,
        'gen_ai.conversation.id': answer.conversationId,
      })

      const labels = {
        'chat.outcome': expected.outcome,
        'gen_ai.request.model': model,
        ...(expected.errorType ? { 'error.type': expected.errorType } : {}),
      }
      await sink.waitFor(() => turns(labels) === 1)
      expect(turns({ 'gen_ai.request.model': model })).toBe(1)

      const requests = upstream(question)
      expect(requests).toHaveLength(expected.attempts ?? 1)
      await sink.waitFor(() => upstream(question).at(-1)?.state !== 'open')
      if (expected.upstream) expect(upstream(question).at(-1)?.state).toBe(expected.upstream)
    })
  }
})

describe('tokens and cost', () => {
  it('agree between the provider, the answer, the span and the metrics', async () => {
    const client = new ChatClient(api.url)
    const before = sink.metric('chat.inference.cost', { 'gen_ai.request.model': 'mock-reasoning' })[0]?.value ?? 0
    const { metadata } = await client.ask('Why is time to first token different from total latency?', {
      model: 'mock-reasoning',
    })
    const { usage, costUsd: cost } = metadata
    expect(usage?.reasoningTokens).toBeGreaterThan(0)
    const expected = costUsd('mock-reasoning', {
      prompt_tokens: usage?.inputTokens ?? 0,
      completion_tokens: usage?.outputTokens ?? 0,
      prompt_tokens_details: { cached_tokens: usage?.cachedInputTokens ?? 0 },
      completion_tokens_details: { reasoning_tokens: usage?.reasoningTokens ?? 0 },
    })
    expect(cost).toBeCloseTo(expected ?? 0, 12)
    const chat = (await trace(metadata.traceId)).find((span) => span.name === 'chat mock-reasoning')
    expect(chat?.attributes).toMatchObject({
      'chat.cost': cost,
      'chat.cost.source': 'provider',
      'gen_ai.usage.reasoning.output_tokens': usage?.reasoningTokens,
    })
    await sink.waitFor(() => {
      const now = sink.metric('chat.inference.cost', { 'gen_ai.request.model': 'mock-reasoning' })[0]?.value ?? 0
      return Math.abs(now - before - (cost ?? 0)) < 1e-9
    })
  })

  it('of an unknown price are null and counted as unpriced, not as zero', async () => {
    const { metadata } = await new ChatClient(api.url).ask('What do you cost?', { model: 'mock-unpriced' })
    expect(metadata.usage).not.toBeNull()
    expect(metadata.costUsd).toBeNull()
    await sink.waitFor(
      () => sink.metric('chat.inference.unpriced', { 'gen_ai.request.model': 'mock-unpriced' })[0]?.value === 1,
    )
    expect(
      sink.metric('chat.inference.cost', { 'gen_ai.request.model': 'mock-unpriced' }).map(({ value }) => value),
    ).toEqual([0])
  })

  it('that the provider does not report are counted as unmetered', async () => {
    const unmetered = () =>
      sink.metric('chat.inference.unmetered', { 'gen_ai.request.model': 'mock-no-usage' })[0]?.value ?? 0
    const before = unmetered()
    const { metadata } = await new ChatClient(api.url).ask('How many tokens were these?', { model: 'mock-no-usage' })
    expect(metadata.usage).toBeNull()
    await sink.waitFor(() => unmetered() > before)
  })

  it('time to first chunk is not the whole time', async () => {
    const { metadata } = await new ChatClient(api.url).ask('mock-long please')
    expect(metadata.ttftMs).toBeGreaterThan(0)
    expect(metadata.ttftMs ?? 0).toBeLessThan((metadata.durationMs ?? 0) / 2)
    const gaps = { 'gen_ai.request.model': 'mock-standard' }
    // One measurement per chunk after the first.
    await sink.waitFor(() => (sink.metric('gen_ai.client.inference.time_per_output_chunk', gaps)[0]?.count ?? 0) > 4000)
  })
})

it('every metric of the catalogue arrives, with its unit and with no other attributes', async () => {
  const client = new ChatClient(api.url)
  const { messageId } = await client.ask('What is 17% of 2,340?')
  const rated = { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{"rating":"up"}' }
  await client.fetch(`/api/messages/${messageId}/feedback`, rated)
  // One of a session comes when that has ended, one of an approval when somebody has decided (approval.test.ts sees it), and
  // `npm run eval` sends its own.
  const { mcpSessionDuration: _, toolApprovals: __, evaluationScore: ___, ...running } = metric
  for (const { name, unit, attributes } of Object.values<MetricDefinition>(running)) {
    const points = await sink.waitFor(() => sink.metric(name).length > 0 && sink.metric(name))
    for (const point of points) {
      expect(point.unit, name).toBe(unit)
      expect(attributes, name).toEqual(expect.arrayContaining(Object.keys(point.attributes)))
    }
  }
  for (const name of Object.values(libraryMetric)) await sink.waitFor(() => sink.metric(name).length > 0)
})

describe('ending a turn from outside', () => {
  it('a stopped answer keeps its text and is counted as stopped', async () => {
    const client = new ChatClient(api.url)
    const running = await client.begin('mock-long, but I will stop you')
    await running.untilText()
    expect((await client.post(`/api/conversations/${running.conversationId}/stop`, {})).status).toBe(202)
    const answer = await running.end()
    expect(answer.metadata).toMatchObject({ outcome: 'stopped', error: null, usage: null, costUsd: null })
    expect(answer.text.length).toBeLessThan(20_000)
    expect(textOf(await client.lastMessage(answer.conversationId))).toBe(answer.text)
    await sink.waitFor(() => turns({ 'chat.outcome': 'stopped' }) === 1)
    const chat = (await trace(answer.metadata.traceId)).find((span) => span.name === 'chat mock-standard')
    expect(chat?.attributes['chat.incomplete.reason']).toBe(errorType.cancelled)
    expect(chat?.attributes).not.toHaveProperty(['error.type'])
    expect(chat?.status.code).toBe('UNSET')
    await sink.waitFor(() => upstream('but I will stop you')[0]?.state === 'aborted')
  })

  it("another visitor's stop does nothing", async () => {
    const client = new ChatClient(api.url)
    const running = await client.begin('mock-stall and a stranger')
    await running.untilText()
    const stranger = new ChatClient(api.url)
    await stranger.ask('Hello')
    expect((await stranger.post(`/api/conversations/${running.conversationId}/stop`, {})).status).toBe(202)
    expect((await running.end()).metadata.error?.type).toBe(errorType.idleTimeout)
  })

  it('a client that goes away, without grace, aborts the provider and leaves a disconnected answer with its text', async () => {
    const client = new ChatClient(api.url)
    const leave = new AbortController()
    const running = await client.begin('mock-long, I am about to leave', { signal: leave.signal })
    await running.untilText()
    leave.abort()
    await sink.waitFor(() => upstream('I am about to leave')[0]?.state === 'aborted')
    await sink.waitFor(
      async () => (await client.lastMessage(running.conversationId)).metadata?.outcome === 'disconnected',
    )
    expect(textOf(await client.lastMessage(running.conversationId))).toContain(running.text)
    await sink.waitFor(() => turns({ 'chat.outcome': 'disconnected' }) === 1)
  })

  it('no stream is left active', async () => {
    await sink.waitFor(() => sink.metric('chat.streams.active')[0]?.value === 0)
  })
})

describe('history', () => {
  it('the model gets the conversation so far, and a regenerated answer replaces the earlier one in it', async () => {
    const client = new ChatClient(api.url)
    const first = await client.ask('mock-echo: the first')
    const { conversationId } = first
    const second = await client.ask('mock-echo: the second', { conversationId })
    expect(
      upstream('the second')[0]
        ?.body?.messages.slice(1)
        .map(({ role }) => role),
    ).toEqual(['user', 'assistant', 'user'])

    const again = await client.ask('mock-echo: the second', {
      conversationId,
      questionId: second.questionId,
      trigger: 'regenerate-message',
    })
    expect(again.messageId).not.toBe(second.messageId)
    const { messages } = await client.conversation(conversationId)
    expect(messages.map(({ id }) => id)).toEqual([
      first.questionId,
      first.messageId,
      second.questionId,
      again.messageId,
    ])
    expect(upstream('the second')).toHaveLength(2)
    expect(upstream('the second')[1]?.body?.messages).toHaveLength(4)
  })

  it('text that PostgreSQL cannot hold loses the characters it cannot hold, not the message', async () => {
    const client = new ChatClient(api.url)
    const { conversationId } = await client.ask('mock-echo: a\0b \ud83d c')
    const { messages } = await client.conversation(conversationId)
    expect(textOf(messages[0] as never)).toBe('mock-echo: ab \ufffd c')
  })
})
