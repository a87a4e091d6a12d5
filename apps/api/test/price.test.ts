import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type ApiProcess, startApi } from '@repo/local-stack/api-process'
import { attribute } from '@repo/telemetry/catalogue'
import { type Sink, startSink } from '@repo/viewer/sink'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { ChatClient } from './chat-client.ts'
import { startScriptedProvider } from './scripted-provider.ts'

const usage = { prompt_tokens: 1000, completion_tokens: 100, prompt_tokens_details: { cached_tokens: 400 } }
const answer = (end: object) => [{ delta: { content: 'Fine.' } }, { delta: {}, finish_reason: 'stop' }, end]
const script = [
  answer({ usage, service_tier: 'default' }),
  answer({ usage, service_tier: 'flex' }),
  answer({ usage: { ...usage, cost: 0.25 } }),
]
const folder = mkdtempSync(path.join(tmpdir(), 'chat-price-'))
let sink: Sink
let provider: Awaited<ReturnType<typeof startScriptedProvider>>
let api: ApiProcess

beforeAll(async () => {
  const file = path.join(folder, 'prices.json')
  const scripted = { input: 2, cachedInput: 0.5, output: 8, since: '2026-10-01', contextWindow: 8192 }
  writeFileSync(file, JSON.stringify({ scripted }))
  sink = await startSink()
  provider = await startScriptedProvider(script)
  api = await startApi({
    DATABASE_URL: inject('databaseUrl'),
    OPENAI_BASE_URL: provider.url,
    LLM_MODEL: 'scripted',
    LLM_PRICES_FILE: file,
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
  })
})

afterAll(async () => {
  await api?.stop()
  await provider?.stop()
  await sink?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const inTurn = (600 * 2 + 400 * 0.5 + 100 * 8) / 1e6
it.each([
  ['by the file, with its date', inTurn, { source: 'file', date: '2026-10-01' }],
  ['unknown at a service tier that nothing knows', null, null],
  ['by the provider, where it says so itself', 0.25, { source: 'provider', date: null }],
] as const)('an answer is priced %s: on the message, in the history and on the span', async (_, usd, price) => {
  const client = new ChatClient(api.url)
  const { metadata, conversationId } = await client.ask('How much?')
  const about = usd === null ? null : expect.closeTo(usd, 12)
  expect(metadata).toMatchObject({ costUsd: about, price })
  expect((await client.lastMessage(conversationId)).metadata).toMatchObject({ costUsd: about, price })
  const [span] = await sink.waitFor(() => {
    const spans = sink.spans({ traceId: metadata.traceId ?? '', name: 'chat scripted' })
    return spans.length === 1 && spans
  })
  expect(span?.attributes[attribute.cost] ?? null).toEqual(about)
  expect(span?.attributes[attribute.costSource]).toBe(price?.source)
  expect(span?.attributes[attribute.priceDate]).toBe(price?.date ?? undefined)
})

it('models are offered with their price and context window', async () => {
  const [model] = (await (await new ChatClient(api.url).fetch('/api/models')).json()) as object[]
  expect(model).toMatchObject({
    id: 'scripted',
    priced: true,
    price: { input: 2, cachedInput: 0.5, output: 8 },
    contextWindow: 8192,
  })
})
