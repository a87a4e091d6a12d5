import path from 'node:path'
import { type ApiProcess, startApi } from '@repo/local-stack/api-process'
import { type Mock, startMock } from '@repo/mock-llm/mock'
import { attribute } from '@repo/telemetry/catalogue'
import { buildApp } from '@repo/viewer/app'
import type { Span } from '@repo/viewer/otlp'
import { TelemetryStore } from '@repo/viewer/telemetry-store'
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest'
import { ChatClient } from './chat-client.ts'

const CANARY = 'planted-4711'
const PATIENCE = { timeout: 20_000, interval: 250 }
const store = new TelemetryStore()
const viewer = buildApp(store, '127.0.0.1')
let mock: Mock
let api: ApiProcess

beforeAll(async () => {
  mock = await startMock({ pace: 0 })
  const url = await viewer.listen({ host: '127.0.0.1', port: 0 })
  api = await startApi({
    DATABASE_URL: inject('databaseUrl'),
    OPENAI_BASE_URL: mock.url,
    LLM_MODEL: 'mock-standard',
    OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true',
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    TRACE_URL_TEMPLATE: 'http://telemetry.example/traces/{traceId}',
    MCP_SERVERS_FILE: path.join(import.meta.dirname, '../../telemetry-mcp/servers.json'),
  })
})
afterAll(async () => {
  await api?.stop()
  await mock?.stop()
  await viewer.close()
})

it('asked why the last hour was slow, it asks its telemetry and answers with links, in a trace that has the queries', async () => {
  const client = new ChatClient(api.url)
  const before = await client.ask(`mock-echo ${CANARY}`)
  // The server is connected in the background, and the trace before arrives within a second.
  const { text, metadata } = await vi.waitFor(async () => {
    const answer = await new ChatClient(api.url).ask('Why was the last hour slow?')
    expect(answer.text).toContain('The slowest turns')
    return answer
  }, PATIENCE)
  expect(text).toContain(`http://telemetry.example/traces/${before.metadata.traceId}`)
  expect(text).toMatch(/\| mock-standard \| \d+ \| [\d.]+ s \|/)
  expect(text).toMatch(/most of the time is in `.+`/)

  const traceId = metadata.traceId ?? ''
  const spans = await vi.waitFor(() => {
    const found: Span[] = (store.traces.get(traceId) ?? []).toSorted((a, b) => a.startMs - b.startMs)
    expect(found.map(({ name }) => name)).toContain('tools/call read_trace')
    return found
  }, PATIENCE)
  expect(spans.map(({ attributes }) => String(attributes['db.query.text']))).toContainEqual(
    expect.stringContaining('GET /api/measured?name=gen_ai.client.inference.time_to_first_chunk'),
  )
  const served = spans.filter(({ service, kind }) => service === 'chat-ask' && kind === 'SERVER')
  expect(served.map(({ name }) => name)).toEqual([
    'tools/call query_metric',
    'tools/call find_traces',
    'tools/call read_trace',
  ])
  const told = mock.requests().flatMap(({ body }) => body?.messages.filter(({ role }) => role === 'tool') ?? [])
  expect(JSON.stringify(told)).toContain(before.metadata.traceId)
  expect(JSON.stringify(told)).not.toContain(CANARY)
  expect(JSON.stringify(store.traces.get(before.metadata.traceId ?? '')), 'it is there to be told').toContain(CANARY)
  const callers = spans.filter(({ attributes }) => attributes[attribute.operationName] === 'execute_tool')
  expect(served.map(({ parentSpanId }) => parentSpanId)).toEqual(callers.map(({ spanId }) => spanId))
})
