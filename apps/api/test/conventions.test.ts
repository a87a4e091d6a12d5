import { type ApiProcess, startApi } from '@repo/local-stack/api-process'
import { deviations, evaluationConvention, spanConventions } from '@repo/telemetry/document/conventions'
import { type Sink, type Span, startSink } from '@repo/viewer/sink'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { ChatClient } from './chat-client.ts'
import { startScriptedProvider } from './scripted-provider.ts'

const usage = {
  prompt_tokens: 3000,
  completion_tokens: 20,
  prompt_tokens_details: { cached_tokens: 2000, cache_write_tokens: 500 },
  completion_tokens_details: { reasoning_tokens: 5 },
}
const calls = (input: string) => [
  { delta: { tool_calls: [{ index: 0, id: 'call-1', function: { name: 'calculator', arguments: input } }] } },
  { delta: {}, finish_reason: 'tool_calls' },
]
/** Whatever can be on a span is on one: a tool that works and one that fails, all kinds of tokens, and an answer cut. */
const script = [
  calls('{"expression":"1 + 1"}'),
  calls('nonsense'),
  [
    { delta: { content: 'Two.' } },
    { delta: {}, finish_reason: 'stop' },
    { model: 'scripted-1', service_tier: 'default', usage },
  ],
  [{ delta: { content: 'I will be' } }],
]
let sink: Sink
let provider: Awaited<ReturnType<typeof startScriptedProvider>>
let api: ApiProcess

beforeAll(async () => {
  sink = await startSink()
  provider = await startScriptedProvider(script)
  api = await startApi({
    DATABASE_URL: inject('databaseUrl'),
    OPENAI_BASE_URL: provider.url,
    LLM_MODEL: 'scripted',
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
  })
  const client = new ChatClient(api.url)
  const { messageId } = await client.ask('Count.')
  const feedback = { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{"rating":"up"}' }
  await client.fetch(`/api/messages/${messageId}/feedback`, feedback)
  await client.ask('Go on.')
  await sink.waitFor(() => sink.spans({ name: 'POST /api/chat' }).length === 2)
  await sink.waitFor(() => sink.logs({ eventName: evaluationConvention.name })[0])
})

afterAll(async () => {
  await api?.stop()
  await provider?.stop()
  await sink?.stop()
})

const spansOf = (operation: string) => sink.spans({ attributes: { 'gen_ai.operation.name': operation } })
const keysOf = (items: readonly { attributes: object }[]) =>
  [...new Set(items.flatMap(({ attributes }) => Object.keys(attributes)))].filter((key) => !key.startsWith('chat.'))

describe.each(Object.entries(spanConventions))('a span of the conventions: %s', (_, convention) => {
  it('has its name, its kind and what is required', () => {
    const spans = spansOf(convention.operation)
    expect(spans.length).toBeGreaterThan(1)
    for (const { name, kind, attributes } of spans) {
      expect(name).toBe(convention.name.replace(/\{(.+?)\}/g, (_, key: string) => String(attributes[key])))
      expect(kind).toBe(convention.kind)
      expect(Object.keys(attributes)).toEqual(expect.arrayContaining([...convention.required]))
    }
  })
})

it('what spans and events lack or have beside the conventions is listed with its reason, and nothing else is', () => {
  const differences = (
    signal: string,
    items: readonly Pick<Span, 'attributes'>[],
    expected: string[],
    more: string[],
  ) => {
    const keys = keysOf(items)
    return [
      ...expected.flatMap((key) => (keys.includes(key) ? [] : [`${signal}: no ${key}`])),
      ...keys.flatMap((key) => ([...expected, ...more].includes(key) ? [] : [`${signal}: also ${key}`])),
    ]
  }
  const all = [
    ...Object.values(spanConventions).flatMap(({ operation, required, expected, optIn }) =>
      differences(`${operation} span`, spansOf(operation), [...required, ...expected], [...optIn]),
    ),
    ...differences(
      evaluationConvention.name,
      sink.logs({ eventName: evaluationConvention.name }),
      [...evaluationConvention.required, ...evaluationConvention.expected],
      [],
    ),
  ]
  const listed = deviations.flatMap(({ on, differences }) => (on === 'spans' ? differences : []))
  expect(all.sort()).toEqual([...listed].sort())
})

it('an evaluation belongs to the span that it judges', () => {
  const [result] = sink.logs({ eventName: evaluationConvention.name })
  expect(spansOf('invoke_agent').map(({ spanId }) => spanId)).toContain(result?.spanId)
})
