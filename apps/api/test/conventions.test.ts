import { type ApiProcess, startApi } from '@repo/local-stack/api-process'
import { schemaUrl } from '@repo/telemetry/catalogue'
import {
  type AttributeConvention,
  attributeConventions,
  deviations,
  eventConventions,
  spanConventions,
  wanted,
} from '@repo/telemetry/document/conventions'
import { type Sink, type Span, startSink } from '@repo/viewer/sink'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { asOpenAi } from './as-openai.ts'
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
/** Whatever can be on a span is on one: tools that work and fail, all kinds of tokens, a call cut and one refused. */
const script = [
  calls('{"expression":"1 + 1"}'),
  calls('nonsense'),
  [
    { delta: { content: 'Tw' } },
    { delta: { content: 'o.' } },
    { delta: {}, finish_reason: 'stop' },
    { model: 'scripted-1', service_tier: 'default', usage },
  ],
  [{ delta: { content: 'I will be' } }],
  [{ status: 400, body: { error: { message: 'No.', code: 'no' } } }],
]
const events = Object.values(eventConventions)
let sink: Sink
let provider: Awaited<ReturnType<typeof startScriptedProvider>>
let api: ApiProcess

beforeAll(async () => {
  sink = await startSink()
  provider = await startScriptedProvider(script)
  api = await startApi({
    DATABASE_URL: inject('databaseUrl'),
    ...asOpenAi(provider.url),
    LOG_LEVEL: 'debug',
    LLM_MODEL: 'scripted',
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
  })
  const client = new ChatClient(api.url)
  const { messageId } = await client.ask('Count.')
  const feedback = { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{"rating":"up"}' }
  await client.fetch(`/api/messages/${messageId}/feedback`, feedback)
  await client.ask('Go on.')
  await client.ask('And on.')
  await sink.waitFor(() => sink.spans({ name: 'POST /api/chat' }).length === 3)
  await sink.waitFor(() => sink.metric('gen_ai.client.inference.time_per_output_chunk')[0])
  await sink.waitFor(() => events.every(({ name }) => sink.logs({ eventName: name })[0]))
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
    group: Parameters<typeof wanted>[0],
  ) => {
    const keys = keysOf(items)
    return [
      ...wanted(group).flatMap((key) => (keys.includes(key) ? [] : [`${signal}: no ${key}`])),
      ...keys.flatMap((key) => ([...wanted(group), ...group.optIn].includes(key) ? [] : [`${signal}: also ${key}`])),
    ]
  }
  const all = [
    ...Object.values(spanConventions).flatMap((span) =>
      differences(`${span.operation} span`, spansOf(span.operation), span),
    ),
    ...events.flatMap((one) => differences(one.name, sink.logs({ eventName: one.name }), one)),
  ]
  const listed = deviations
    .flatMap(({ on, differences }) => (on === 'spans' ? differences : []))
    .filter((one) => !one.startsWith('MCP request'))
  expect(all.sort()).toEqual([...listed].sort())
})

it('an evaluation belongs to the span that it judges', () => {
  const [result] = sink.logs({ eventName: eventConventions.evaluation.name })
  expect(spansOf('invoke_agent').map(({ spanId }) => spanId)).toContain(result?.spanId)
})

const typeOf = (value: unknown) => {
  if (Array.isArray(value)) return value.every((one) => typeof one === 'string') ? 'string[]' : 'array'
  return typeof value === 'number' ? (Number.isInteger(value) ? 'int' : 'double') : typeof value
}
const isOf = ({ type }: AttributeConvention, value: unknown) =>
  type === 'any' || typeOf(value) === type || (type === 'double' && typeOf(value) === 'int')

it('every value has the type of its attribute, and is one of those that there are', () => {
  const wrong = [
    ...Object.values(spanConventions).flatMap(({ operation }) => spansOf(operation)),
    ...events.flatMap(({ name }) => sink.logs({ eventName: name })),
    ...sink.metric().filter(({ name }) => /^(gen_ai|mcp)\./.test(name)),
  ].flatMap(({ attributes }) =>
    Object.entries(attributes).filter(([key, value]) => {
      const convention = attributeConventions.get(key)
      if (!convention) return !key.startsWith('chat.')
      const { values, open } = convention
      return !isOf(convention, value) || (values && !open && !values.includes(String(value)))
    }),
  )
  expect(wrong).toEqual([])
})

it('events have the severity that the conventions give them, and belong to the span of what they are about', () => {
  for (const event of events) {
    const records = sink.logs({ eventName: event.name })
    expect(records.length, event.name).toBeGreaterThan(0)
    const spans = new Set(sink.spans().map(({ spanId }) => spanId))
    for (const { severity, spanId } of records) {
      if ('severity' in event) expect(severity, event.name).toBe(event.severity)
      expect(spans, event.name).toContain(spanId)
    }
  }
})

it('every scope with names of these conventions says which conventions it follows', () => {
  const scopes = sink.rawBodies().flatMap((body) => {
    const groups = Object.values(JSON.parse(body) as Record<string, Record<string, unknown>[]>).flat()
    return groups.flatMap((group) =>
      Object.entries(group).flatMap(([key, one]) => (key.startsWith('scope') ? one : [])),
    )
  }) as { scope?: { name?: string }; schemaUrl?: string }[]
  const ours = scopes.filter(({ scope: { name = '' } = {} }) => /^@repo\/telemetry(?!\/(pool|http-server))/.test(name))
  expect(new Set(ours.map(({ scope }) => scope?.name))).toEqual(
    new Set(['@repo/telemetry', '@repo/telemetry/chunk-times']),
  )
  expect(new Set(ours.map((one) => one.schemaUrl))).toEqual(new Set([schemaUrl]))
})
