import { startApi } from '@repo/local-stack/api-process'
import { type Sink, type Span, startSink } from '@repo/viewer/sink'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { z } from 'zod'
import { ChatClient } from './chat-client.ts'
import { startScriptedProvider } from './scripted-provider.ts'

/**
 * The JSON schemas of the conventions for what content capture records, v0.1.0: gen-ai-input-messages,
 * -output-messages, -system-instructions and -tool-definitions. A part of a known type has to be one of that type.
 */
const part = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('text'), content: z.string() }),
  z.looseObject({ type: z.literal('reasoning'), content: z.string() }),
  z.looseObject({
    ...{ type: z.literal('tool_call'), name: z.string() },
    ...{ id: z.string().nullish(), arguments: z.unknown() },
  }),
  z.looseObject({ type: z.literal('tool_call_response'), id: z.string().nullish(), response: z.unknown() }),
])
const messages = z.array(z.looseObject({ role: z.enum(['system', 'user', 'assistant', 'tool']), parts: z.array(part) }))
const schemas = {
  'gen_ai.input.messages': messages,
  'gen_ai.output.messages': messages,
  'gen_ai.system_instructions': z.array(z.looseObject({ type: z.literal('text'), content: z.string() })),
  'gen_ai.tool.definitions': z.array(
    z.looseObject({
      ...{ type: z.literal('function'), name: z.string() },
      ...{ description: z.string().nullish(), parameters: z.looseObject({}).nullish() },
    }),
  ),
}

const long = 'x'.repeat(3000)
const script = [
  [
    { delta: { reasoning_content: 'I should ' } },
    { delta: { reasoning_content: `calculate for jane@example.com.` } },
    { delta: { content: 'One moment.' } },
    {
      delta: {
        tool_calls: [
          { index: 0, id: 'call-1', function: { name: 'calculator', arguments: '{"expression":' } },
          { index: 1, id: 'call-2', function: { name: 'calculator', arguments: '' } },
        ],
      },
    },
    { delta: { tool_calls: [{ index: 0, function: { arguments: '"1 + 1"}' } }] } },
    { delta: {}, finish_reason: 'tool_calls' },
  ],
  [{ delta: { content: `Two. ${long}` } }, { delta: {}, finish_reason: 'stop' }],
]
let sink: Sink
let spans: Span[]
const details = () => sink.logs({ eventName: 'gen_ai.client.inference.operation.details' })

beforeAll(async () => {
  sink = await startSink()
  const provider = await startScriptedProvider(script)
  const api = await startApi({
    DATABASE_URL: inject('databaseUrl'),
    OPENAI_BASE_URL: provider.url,
    LLM_MODEL: 'scripted',
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true',
  })
  await new ChatClient(api.url).ask('What is 1 + 1? My key is sk-abcdefghijklmnop1234.')
  await api.stop()
  await provider.stop()
  spans = sink.spans({ attributes: { 'gen_ai.operation.name': 'chat' } })
})
afterAll(() => sink?.stop())

const ofSpan = (span: Span | undefined, key: string) => JSON.parse(String(span?.attributes[key]))

it.each(Object.entries(schemas))('%s is valid, on the span as JSON and in the event as it is', (key, schema) => {
  expect(spans).toHaveLength(2)
  for (const span of spans) {
    const own = ofSpan(span, key)
    expect(schema.safeParse(own).error).toBeUndefined()
    const [event, ...more] = details().filter(({ spanId }) => spanId === span.spanId)
    expect(more).toEqual([])
    expect(event?.attributes[key]).toEqual(own)
  }
})

it('the event has all that the span has', () => {
  for (const span of spans) {
    const event = details().find(({ spanId }) => spanId === span.spanId)
    expect(event?.severity).toBe('DEBUG')
    const { 'event.name': _, ...attributes } = event?.attributes ?? {}
    const asJson = Object.entries(attributes).map(([key, value]) => [
      key,
      key in schemas ? JSON.stringify(value) : value,
    ])
    expect(Object.fromEntries(asJson)).toEqual(span.attributes)
  }
})

it('instructions and tools stand apart from the messages', () => {
  const [first] = spans
  expect(ofSpan(first, 'gen_ai.system_instructions')).toMatchObject([
    { type: 'text', content: expect.stringContaining('helpful assistant') },
  ])
  expect(ofSpan(first, 'gen_ai.tool.definitions')).toContainEqual(
    expect.objectContaining({
      type: 'function',
      name: 'calculator',
      parameters: expect.objectContaining({ type: 'object' }),
    }),
  )
  expect(ofSpan(first, 'gen_ai.input.messages')).toEqual([
    { role: 'user', parts: [{ type: 'text', content: 'What is 1 + 1? My key is [redacted].' }] },
  ])
})

it('what the model thought, said and called is in its output, and comes back as input with the results', () => {
  const [first, second] = spans
  const [answer] = ofSpan(first, 'gen_ai.output.messages')
  expect(answer).toEqual({
    role: 'assistant',
    parts: [
      { type: 'reasoning', content: 'I should calculate for [redacted].' },
      { type: 'text', content: 'One moment.' },
      { type: 'tool_call', id: 'call-1', name: 'calculator', arguments: { expression: '1 + 1' } },
      { type: 'tool_call', id: 'call-2', name: 'calculator', arguments: '' },
    ],
  })
  const input = ofSpan(second, 'gen_ai.input.messages')
  expect(input.map(({ role }: { role: string }) => role)).toEqual(['user', 'assistant', 'tool', 'tool'])
  const called = (call: { type: string }) => call.type === 'tool_call'
  expect(input[1].parts.filter(called).map(({ id }: { id: string }) => id)).toEqual(['call-1', 'call-2'])
  expect(input[2].parts).toEqual([{ type: 'tool_call_response', id: 'call-1', response: expect.anything() }])
})

it('each text is cut to 2,000 characters', () => {
  const [answer] = ofSpan(spans[1], 'gen_ai.output.messages')
  expect(answer.parts[0].content).toMatch(/^Two\. x{1995} \[1005 more characters\]$/)
})
