import { type ApiProcess, startApi } from '@repo/local-stack/api-process'
import { type MetricPoint, type Sink, type Span, startSink } from '@repo/viewer/sink'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { asOpenAi } from './as-openai.ts'
import { ChatClient } from './chat-client.ts'
import { type Script, startScriptedProvider } from './scripted-provider.ts'

const usage = {
  prompt_tokens: 30,
  completion_tokens: 7,
  prompt_tokens_details: { cached_tokens: 20, cache_write_tokens: 5 },
  completion_tokens_details: { reasoning_tokens: 3 },
}
const by = (model: string, chunk: object) => ({ choices: [], model, ...chunk })
const text = (content: string) => ({ delta: { content } })
const end = (finish_reason: string) => ({ delta: {}, finish_reason })
const whole = (model: string, finishReason = 'stop', tier = 'priority') => [
  by(model, { choices: [text('One,')] }),
  by(model, { choices: [text(' two.')] }),
  by(model, { choices: [end(finishReason)], service_tier: tier }),
  by(model, { usage, service_tier: tier }),
]
const refused = (status: number, message = 'No.') => [{ status, body: { error: { message, code: 'no' } } }]

const inferences = 'gen_ai.client.inference'
const counters = ['input', 'output', 'cache_read.input', 'cache_write.input', 'reasoning.output'].map(
  (kind) => `${inferences}.usage.${kind}_tokens`,
)
const histograms = ['duration', 'time_to_first_chunk', 'time_per_output_chunk'].map((name) => `${inferences}.${name}`)

/** One API of its own for a few turns, and what it sent. */
async function turns(
  script: Script,
  env: Record<string, string>,
  asking: (client: ChatClient) => Promise<unknown>,
): Promise<Sent> {
  const sink = await startSink()
  const provider = await startScriptedProvider(script)
  const named = env.PROVIDER === 'openai' ? asOpenAi(provider.url) : { OPENAI_BASE_URL: provider.url }
  const api: ApiProcess = await startApi({
    DATABASE_URL: inject('databaseUrl'),
    LLM_MODEL: 'asked',
    LLM_MAX_RETRIES: '0',
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    ...named,
    ...env,
  })
  await asking(new ChatClient(api.url))
  await api.stop()
  await provider.stop()
  return new Sent(sink)
}

class Sent {
  readonly sink: Sink
  constructor(sink: Sink) {
    this.sink = sink
  }

  spans(operation: string): Span[] {
    return this.sink.spans({ attributes: { 'gen_ai.operation.name': operation } })
  }

  /** The attributes of the one. */
  attributes(operation: string): Span['attributes'] {
    const [span, ...more] = this.spans(operation)
    expect(more).toEqual([])
    return span?.attributes ?? {}
  }

  /** Series that have counted something. */
  metric(name: string): MetricPoint[] {
    return this.sink.metric(name).filter(({ value, count }) => (value ?? count ?? 0) > 0)
  }
}

let sent: Sent
const turn = (script: Script, env: Record<string, string> = {}) =>
  turns(script, env, (client) => client.ask('Count.').catch(() => {}))
afterAll(() => sent?.sink.stop())

describe('a model that answers under another name, of OpenAI', () => {
  beforeAll(async () => {
    sent = await turn([whole('asked-2026-11-01')], { PROVIDER: 'openai' })
  })
  const labels = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'asked',
    'gen_ai.response.model': 'asked-2026-11-01',
    'openai.response.service_tier': 'priority',
  }

  it('is on its span, with what only OpenAI has', () => {
    expect(sent.attributes('chat')).toMatchObject({
      ...labels,
      'openai.api.type': 'chat_completions',
      'gen_ai.response.finish_reasons': ['stop'],
    })
    expect(sent.attributes('chat')).not.toHaveProperty(['error.type'])
  })

  it.each(histograms)('is on %s, and so is the tier', (name) => {
    expect(sent.metric(name).map(({ attributes }) => attributes)).toEqual([labels])
  })

  it.each(counters)('is on %s, with tier and modality', (name) => {
    expect(sent.metric(name).map(({ attributes }) => attributes)).toEqual([
      { ...labels, 'gen_ai.token.modality': 'text', 'gen_ai.prompt.version': expect.stringMatching(/^[0-9a-f]{8}$/) },
    ])
  })

  it('is on its cost, if it has one, and nowhere is the name that was asked for taken for it', () => {
    const names = sent.sink
      .metric()
      .flatMap(({ name, value, count, attributes }) =>
        /inference/.test(name) && (value || count) && 'gen_ai.response.model' in attributes
          ? [attributes['gen_ai.response.model']]
          : [],
      )
    expect(new Set(names)).toEqual(new Set(['asked-2026-11-01']))
  })

  it('is called by the agent: duration as its span, calls counted, its one model named', () => {
    const agent = { 'gen_ai.agent.name': 'assistant' }
    expect(sent.attributes('invoke_agent')).toMatchObject({
      ...agent,
      'gen_ai.request.model': 'asked',
      'chat.turn.model': 'asked',
    })
    const [duration] = sent.metric('gen_ai.invoke_agent.duration')
    expect(duration?.attributes).toEqual({ ...agent, 'gen_ai.request.model': 'asked' })
    expect((duration?.sum ?? 0) * 1000).toBeCloseTo(sent.spans('invoke_agent')[0]?.durationMs ?? -1, -1)
    const counts = ['inference_calls', 'tool_calls'].map((name) => sent.metric(`gen_ai.invoke_agent.${name}`)[0])
    expect(counts.map((point) => [point?.attributes, point?.count, point?.sum])).toEqual([
      [agent, 1, 1],
      [agent, 1, 0],
    ])
  })
})

describe('the same of another provider', () => {
  beforeAll(async () => {
    sent = await turn([whole('asked-2026-11-01')], { LLM_MODELS: 'asked,other' })
  })

  it('has no attribute of OpenAI', () => {
    const attributes = [...sent.spans('chat'), ...sent.sink.metric(), ...sent.sink.logs()].flatMap((one) =>
      Object.keys(one.attributes),
    )
    expect(sent.attributes('chat')).toMatchObject({ 'gen_ai.provider.name': 'custom' })
    expect(attributes.filter((key) => key.startsWith('openai.'))).toEqual([])
  })

  it('is called by an agent that has several models, and so names none as its own', () => {
    expect(sent.attributes('invoke_agent')).toMatchObject({ 'chat.turn.model': 'asked' })
    expect(sent.attributes('invoke_agent')).not.toHaveProperty(['gen_ai.request.model'])
    expect(sent.metric('gen_ai.invoke_agent.duration')[0]?.attributes).toEqual({ 'gen_ai.agent.name': 'assistant' })
  })
})

describe('a call that is refused', () => {
  beforeAll(async () => {
    sent = await turn([refused(403, 'This key may not.')])
  })

  it('failed with its status, and no model answered', () => {
    const [span] = sent.spans('chat')
    expect(span?.status.code).toBe('ERROR')
    expect(span?.attributes).toMatchObject({ 'error.type': '403', 'gen_ai.response.finish_reasons': ['error'] })
    expect(span?.attributes).not.toHaveProperty(['gen_ai.response.model'])
    const [duration] = sent.metric(`${inferences}.duration`)
    expect(duration?.attributes).toMatchObject({ 'error.type': '403', 'gen_ai.request.model': 'asked' })
    expect(duration?.attributes).not.toHaveProperty(['gen_ai.response.model'])
    expect(sent.attributes('invoke_agent')).toMatchObject({ 'error.type': '403', 'chat.outcome': 'failed' })
    expect(sent.metric('gen_ai.invoke_agent.duration')[0]?.attributes).toMatchObject({ 'error.type': '403' })
  })

  it('is no unmetered call: nothing was answered', () => {
    expect(sent.metric('chat.inference.unmetered')).toEqual([])
    for (const counter of counters) expect(sent.metric(counter), counter).toEqual([])
  })

  it('is an exception event, as a part of its span', () => {
    const [span] = sent.spans('chat')
    const events = sent.sink.logs({ eventName: 'gen_ai.client.operation.exception' })
    expect(events).toMatchObject([{ severity: 'WARN', spanId: span?.spanId }])
    expect(events[0]?.attributes).toEqual({
      'event.name': 'gen_ai.client.operation.exception',
      'exception.type': 'ProviderError',
      'exception.message': 'This key may not.',
    })
  })

  it('has no event with its details, unless it is asked for', () => {
    expect(sent.sink.logs({ eventName: 'gen_ai.client.inference.operation.details' })).toEqual([])
  })
})

describe('a call that ends before its end', () => {
  beforeAll(async () => {
    sent = await turn([[by('answering', { choices: [text('One,')] })]])
  })

  it('failed, and its model answered', () => {
    const ending = { 'error.type': 'no_finish_reason', 'gen_ai.response.model': 'answering' }
    expect(sent.attributes('chat')).toMatchObject({ ...ending, 'gen_ai.response.finish_reasons': ['error'] })
    expect(sent.metric(`${inferences}.duration`)[0]?.attributes).toMatchObject(ending)
    expect(sent.attributes('invoke_agent')).toMatchObject({
      'error.type': 'no_finish_reason',
      'chat.outcome': 'truncated',
    })
  })

  it('is an exception event, although nothing was thrown', () => {
    const [event] = sent.sink.logs({ eventName: 'gen_ai.client.operation.exception' })
    expect(event?.attributes['exception.type']).toBe('no_finish_reason')
  })

  it('is unmetered', () => expect(sent.metric('chat.inference.unmetered')).toMatchObject([{ value: 1 }]))
})

describe.each([
  ['length', 'length'],
  ['content_filter', 'content_filter'],
])('a call whose model ends it for %s', (finishReason, reason) => {
  beforeAll(async () => {
    sent = await turn([
      [
        ...whole('asked', finishReason).slice(0, 3),
        by('asked', { usage: { prompt_tokens: 30, completion_tokens: 4096 } }),
      ],
    ])
  })

  it('did not fail, and says why it is not whole', () => {
    for (const span of [...sent.spans('chat'), ...sent.spans('invoke_agent')]) {
      expect(span.status.code).toBe('UNSET')
      expect(span.attributes).toMatchObject({ 'chat.incomplete.reason': reason })
      expect(span.attributes).not.toHaveProperty(['error.type'])
    }
    expect(sent.attributes('chat')['gen_ai.response.finish_reasons']).toEqual([finishReason])
    const [duration] = sent.metric(`${inferences}.duration`)
    expect(duration?.attributes).toMatchObject({ 'chat.incomplete.reason': reason })
    expect(duration?.attributes).not.toHaveProperty(['error.type'])
    expect(sent.metric('gen_ai.invoke_agent.duration')[0]?.attributes).not.toHaveProperty(['error.type'])
    expect(sent.sink.logs({ eventName: 'gen_ai.client.operation.exception' })).toEqual([])
  })
})

describe('a call that the visitor stops', () => {
  beforeAll(async () => {
    sent = await turns([[by('asked', { choices: [text('And')] }), { hang: true }]], {}, async (client) => {
      const running = await client.begin('Go on.')
      await running.untilText()
      await client.post(`/api/conversations/${running.conversationId}/stop`, {})
      await running.end()
    })
  })

  it('did not fail: it is cancelled', () => {
    const [span] = sent.spans('chat')
    expect(span?.status.code).toBe('UNSET')
    expect(span?.attributes).toMatchObject({
      'chat.incomplete.reason': 'cancelled',
      'gen_ai.response.model': 'asked',
      'gen_ai.response.finish_reasons': ['error'],
    })
    expect(span?.attributes).not.toHaveProperty(['error.type'])
    expect(sent.attributes('invoke_agent')).toMatchObject({ 'chat.outcome': 'stopped' })
    expect(sent.attributes('invoke_agent')).not.toHaveProperty(['error.type'])
    expect(sent.metric(`${inferences}.duration`)[0]?.attributes).not.toHaveProperty(['error.type'])
    expect(sent.sink.logs({ eventName: 'gen_ai.client.operation.exception' })).toEqual([])
  })
})

describe('a call that another model takes over', () => {
  beforeAll(async () => {
    sent = await turn([refused(500), whole('spare-2')], { LLM_MODELS: 'asked,spare', LLM_FALLBACK_MODELS: 'spare' })
  })

  it('is two calls of the agent: one that failed, and the one that was answered', () => {
    const [first, second] = sent.spans('chat').map(({ attributes }) => attributes)
    expect(first).toMatchObject({ 'gen_ai.request.model': 'asked', 'error.type': '500' })
    expect(first).not.toHaveProperty(['gen_ai.response.model'])
    expect(second).toMatchObject({ 'gen_ai.request.model': 'spare', 'gen_ai.response.model': 'spare-2' })
    expect(second).not.toHaveProperty(['error.type'])
    expect(sent.metric('gen_ai.invoke_agent.inference_calls')).toMatchObject([{ count: 1, sum: 2 }])
    expect(sent.attributes('invoke_agent')).not.toHaveProperty(['error.type'])
  })

  it('counts tokens for the model that answered alone', () => {
    for (const counter of counters)
      expect(sent.metric(counter).map(({ attributes }) => attributes)).toMatchObject([
        { 'gen_ai.request.model': 'spare', 'gen_ai.response.model': 'spare-2' },
      ])
    expect(sent.metric('chat.inference.unmetered')).toEqual([])
  })
})

describe('tools', () => {
  const calls = (input: string) => [
    { delta: { tool_calls: [{ index: 0, id: 'call-1', function: { name: 'calculator', arguments: input } }] } },
    end('tool_calls'),
  ]
  beforeAll(async () => {
    sent = await turn([calls('{"expression":"1 + 1"}'), calls('nonsense'), whole('asked')])
  })
  const tool = { 'gen_ai.tool.name': 'calculator', 'gen_ai.tool.type': 'function', 'gen_ai.agent.name': 'assistant' }

  it('are measured with name, type and agent, and with an error only where they failed', () => {
    expect(sent.metric('gen_ai.execute_tool.duration').map(({ attributes }) => attributes)).toEqual([
      tool,
      { ...tool, 'error.type': 'invalid_input' },
    ])
    expect(sent.metric('gen_ai.invoke_agent.tool_calls')).toMatchObject([{ count: 1, sum: 2 }])
    expect(sent.metric('gen_ai.invoke_agent.inference_calls')).toMatchObject([{ count: 1, sum: 3 }])
  })

  it('that fail are exception events, without what they were given', () => {
    const events = sent.sink.logs({ eventName: 'gen_ai.execute_tool.exception' })
    expect(events.map(({ severity, attributes }) => ({ severity, attributes }))).toEqual([
      {
        severity: 'WARN',
        attributes: { 'event.name': 'gen_ai.execute_tool.exception', 'exception.type': 'ToolError' },
      },
    ])
    const failed = sent.spans('execute_tool').filter(({ status }) => status.code === 'ERROR')
    expect(failed.map(({ spanId }) => spanId)).toEqual(events.map(({ spanId }) => spanId))
  })
})
