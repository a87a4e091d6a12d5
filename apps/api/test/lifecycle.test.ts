import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startApi } from '@repo/local-stack/api-process'
import { ownDatabase } from '@repo/local-stack/own-database'
import { startPostgres } from '@repo/local-stack/postgres'
import { type Mock, startMock } from '@repo/mock-llm/mock'
import { type Sink, startSink } from '@repo/viewer/sink'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { ChatClient, textOf } from './chat-client.ts'

let mock: Mock
let sink: Sink
const environment = () => ({
  DATABASE_URL: inject('databaseUrl'),
  OPENAI_BASE_URL: mock.url,
  LLM_MODEL: 'mock-standard',
  SESSION_SECRET: 's'.repeat(32),
  OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
})

beforeAll(async () => {
  mock = await startMock({ pace: 0.05 })
  sink = await startSink()
})

afterAll(async () => {
  await mock?.stop()
  await sink?.stop()
})

describe('a process that ends', () => {
  it('by SIGTERM lets a running answer finish and delivers its telemetry', async () => {
    // Intervals of a minute: what arrives was flushed at the end.
    const api = await startApi({
      ...environment(),
      OTEL_BSP_SCHEDULE_DELAY: '60000',
      OTEL_METRIC_EXPORT_INTERVAL: '60000',
    })
    const running = await new ChatClient(api.url).begin('Compare Loki, Tempo and Mimir in a table.')
    await running.untilText()
    const exited = api.stop('SIGTERM')
    const { metadata } = await running.end()
    expect(metadata.outcome).toBe('finished')
    expect(await exited).toBe(0)
    const traceId = metadata.traceId as string
    expect(sink.spans({ traceId, name: 'chat mock-standard' })).toHaveLength(1)
    expect(sink.spans({ traceId, name: 'POST /api/chat' })).toHaveLength(1)
    expect(
      sink.metric('chat.turns', { 'chat.outcome': 'finished', 'gen_ai.request.model': 'mock-standard' })[0]?.value,
    ).toBe(1)
    expect(sink.logs({ traceId, attributes: { 'event.name': 'chat.turn' } })).toHaveLength(1)
  })

  it('by SIGTERM ends an answer that takes too long as disconnected', async () => {
    const api = await startApi(environment())
    const client = new ChatClient(api.url)
    const running = await client.begin('mock-stall until the end')
    await running.untilText()
    const exited = api.stop('SIGTERM')
    expect((await running.end()).metadata.outcome).toBe('disconnected')
    expect(await exited).toBe(0)
  })

  it('by SIGTERM does not wait for connections that have not asked anything', async () => {
    const api = await startApi(environment())
    const silent = connect(Number(new URL(api.url).port), '127.0.0.1')
    await once(silent, 'connect')
    const begin = performance.now()
    expect(await api.stop('SIGTERM')).toBe(0)
    expect(performance.now() - begin).toBeLessThan(5000)
  })
})

describe('without a collector', () => {
  it('the chat works, and the log says once that telemetry is not delivered, and once that it is again', async () => {
    const gone = await startSink()
    const port = Number(new URL(gone.url).port)
    await gone.stop()
    const api = await startApi({
      ...environment(),
      OTEL_EXPORTER_OTLP_ENDPOINT: gone.url,
      OTEL_EXPORTER_OTLP_TIMEOUT: '500',
    })
    const client = new ChatClient(api.url)
    for (let i = 0; i < 3; i++) expect((await client.ask('Hello')).metadata.outcome).toBe('finished')
    const said = (text: RegExp) => api.logLines().filter(({ msg }) => text.test(String(msg))).length
    await expect.poll(() => said(/Telemetry is not delivered/), { timeout: 10_000 }).toBe(1)
    for (let i = 0; i < 3; i++) expect((await client.ask('Hello')).metadata.outcome).toBe('finished')
    expect(said(/Telemetry is not delivered/)).toBe(1)

    const back = await startSink({ port })
    await expect.poll(() => said(/Telemetry is delivered .* again/), { timeout: 10_000 }).toBe(1)
    await api.stop()
    await back.stop()
  })

  it('the process still ends in a few seconds', async () => {
    const api = await startApi({ ...environment(), OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' })
    await new ChatClient(api.url).ask('Hello')
    const start = Date.now()
    expect(await api.stop()).toBe(0)
    expect(Date.now() - start).toBeLessThan(8000)
  })

  it('telemetry can be switched off altogether', async () => {
    const api = await startApi({ ...environment(), OTEL_SDK_DISABLED: 'true' })
    const { metadata } = await new ChatClient(api.url).ask('Hello')
    expect(metadata).toMatchObject({ outcome: 'finished', traceId: null })
    await api.stop()
  })
})

describe('without a database', () => {
  it('a question is refused with a sentence, a running answer goes on, and everything works again afterwards', async () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'chat-api-outage-'))
    let postgres = await startPostgres({ dataDir, durable: false })
    const api = await startApi({ ...environment(), DATABASE_URL: postgres.url })
    const client = new ChatClient(api.url)
    await client.ask('Hello')
    const running = await client.begin('mock-long across an outage')
    await running.untilText()
    const port = Number(new URL(postgres.url).port)
    await postgres.stop()

    const asked = mock.requests().length
    await expect(client.ask('Are you there?')).rejects.toThrow(/503: The database does not answer/)
    expect(mock.requests()).toHaveLength(asked)
    const ready = await fetch(`${api.url}/ready`)
    expect([ready.status, await ready.json()]).toEqual([503, { status: 'not ready', checks: { database: 'failed' } }])
    expect((await fetch(`${api.url}/health`)).status).toBe(200)
    const answer = await running.end()
    expect(answer.metadata.outcome).toBe('finished')
    expect(answer.text).toHaveLength(20_000)

    postgres = await startPostgres({ dataDir, port, durable: false })
    expect((await client.ask('And now?')).metadata.outcome).toBe('finished')
    // What was streamed in between is stored after all.
    const stored = async () => {
      const { messages } = await client.conversation(running.conversationId)
      return messages.map((message) => [message.metadata?.outcome, textOf(message).length])
    }
    await expect.poll(stored, { timeout: 20_000 }).toContainEqual(['finished', 20_000])
    // The connection that listens for Stop is back too.
    const stopped = await client.begin('mock-stall after the outage')
    await stopped.untilText()
    await expect.poll(() => api.output(), { timeout: 10_000 }).toContain('listening for stop requests again')
    await client.post(`/api/conversations/${stopped.conversationId}/stop`, {})
    expect((await stopped.end()).metadata.outcome).toBe('stopped')
    await api.stop()
    await postgres.stop()
    rmSync(dataDir, { recursive: true, force: true })
  })

  it('the start fails with a sentence', async () => {
    await expect(startApi({ ...environment(), DATABASE_URL: 'postgresql://nobody@127.0.0.1:9/chat' })).rejects.toThrow(
      /The database at DATABASE_URL does not answer/,
    )
  })

  it('processes that start together bring the schema up to date once', async () => {
    const DATABASE_URL = await ownDatabase(inject('databaseUrl'))
    const apis = await Promise.all([1, 2, 3].map(() => startApi({ ...environment(), DATABASE_URL })))
    expect((await new ChatClient(apis[2]?.url as string).ask('Hello')).metadata.outcome).toBe('finished')
    await Promise.all(apis.map((api) => api.stop()))
  })
})

describe('what people type', () => {
  it('is in no telemetry and in no log line, whatever happens to the turn', async () => {
    const own = await startSink()
    const api = await startApi({
      ...environment(),
      OTEL_EXPORTER_OTLP_ENDPOINT: own.url,
      LLM_MAX_RETRIES: '1',
      LLM_IDLE_TIMEOUT_MS: '300',
    })
    const client = new ChatClient(api.url)
    const canary = `canary${randomUUID().replaceAll('-', '')}`
    const echoed = await client.ask(`mock-echo: ${canary}`)
    expect(echoed.text).toContain(canary)
    for (const fault of ['mock-500', 'mock-cut', 'mock-stall', 'mock-error', 'mock-length'])
      await client.ask(`${fault} ${canary}`)
    await client.post('/api/chat', { id: canary, message: canary })
    await client.fetch(`/api/conversations?cursor=${canary}`)
    await client.ask(canary.repeat(1000)).catch(() => {})
    await api.stop()

    const sent = own.rawBodies().join('\n')
    expect(sent, 'the telemetry did arrive').toContain('chat.turn')
    const leaks = (text: string) => [...text.matchAll(new RegExp(`.{0,200}${canary}`, 'g'))].map(([leak]) => leak)
    expect(leaks(sent)).toEqual([])
    expect(leaks(api.output())).toEqual([])
    await own.stop()
  })

  it('is in the spans of model calls and tools, without secrets, if that is asked for', async () => {
    const api = await startApi({ ...environment(), OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true' })
    const client = new ChatClient(api.url)
    const { metadata } = await client.ask('mock-echo: hello from jane@example.com')
    const { metadata: calculated } = await client.ask('What is 17% of 2,340?')
    await api.stop()
    const [tool] = sink.spans({ traceId: calculated.traceId as string, name: 'execute_tool calculator' })
    expect(tool?.attributes['gen_ai.tool.call.arguments']).toBe('{"expression":"17% * 2340"}')
    expect(tool?.attributes['gen_ai.tool.call.result']).toBe('"397.8"')
    const [chat] = sink.spans({ traceId: metadata.traceId as string, name: 'chat mock-standard' })
    expect(chat?.attributes['gen_ai.input.messages']).toContain('mock-echo: hello from [redacted]')
    expect(chat?.attributes['gen_ai.output.messages']).toContain('hello from [redacted]')
  })

  it('is never sent on as baggage', async () => {
    const api = await startApi(environment())
    const before = mock.requests().length
    await fetch(`${api.url}/api/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', baggage: 'user=somebody' },
      body: JSON.stringify({
        id: randomUUID(),
        trigger: 'submit-message',
        message: { id: randomUUID(), role: 'user', parts: [{ type: 'text', text: 'Hello' }] },
      }),
    }).then((response) => response.text())
    const headers = mock.requests().slice(before)[0]?.headers
    expect(headers).toHaveProperty('traceparent')
    expect(headers).not.toHaveProperty('baggage')
    await api.stop()
  })
})

describe('log lines', () => {
  it('written inside a request all carry its trace, on stdout and over OTLP', async () => {
    const api = await startApi(environment())
    const client = new ChatClient(api.url)
    const { metadata, conversationId } = await client.ask('Hello')
    await client.ask('mock-500 with an error', { conversationId })
    await client.post('/api/chat', {})
    await client.conversation(conversationId)
    await api.stop()
    const inRequests = api.logLines().filter((line) => 'reqId' in line)
    expect(inRequests.length).toBeGreaterThanOrEqual(6)
    for (const line of inRequests)
      expect(line).toMatchObject({ trace_id: expect.stringMatching(/^[0-9a-f]{32}$/), span_id: expect.any(String) })
    const records = sink.logs({ traceId: metadata.traceId as string, service: 'chat-api' })
    expect(records.map(({ body }) => body)).toEqual([expect.stringMatching(/^turn finished/), 'POST /api/chat 200'])
    for (const record of records) expect(record.attributes['gen_ai.conversation.id']).toBe(conversationId)
  })
})
