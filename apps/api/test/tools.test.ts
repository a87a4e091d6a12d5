import { type ApiProcess, startApi } from '@repo/local-stack/api-process'
import { type Mock, startMock } from '@repo/mock-llm/mock'
import { costUsd } from '@repo/mock-llm/models'
import { errorType } from '@repo/telemetry/catalogue'
import { type Sink, startSink } from '@repo/viewer/sink'
import { type DynamicToolUIPart, readUIMessageStream, type UIMessage, type UIMessageChunk } from 'ai'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Answered, ChatClient } from './chat-client.ts'
import { startScriptedProvider } from './scripted-provider.ts'

let mock: Mock
let sink: Sink
let api: ApiProcess

beforeAll(async () => {
  mock = await startMock({ pace: 0.05 })
  sink = await startSink()
  api = await startApi({
    DATABASE_URL: inject('databaseUrl'),
    OPENAI_BASE_URL: mock.url,
    LLM_MODEL: 'mock-standard',
    LLM_MODELS: 'mock-standard,mock-tool-error,mock-tools-loop,mock-echo',
    MAX_TOOL_STEPS: '2',
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
  })
})

afterAll(async () => {
  await api?.stop()
  await mock?.stop()
  await sink?.stop()
})

const types = ({ chunks }: Answered) =>
  chunks.map(({ type }) => type).filter((type, i, all) => type !== all[i - 1] || !type.endsWith('-delta'))

async function spansOf({ metadata }: Answered) {
  const traceId = metadata.traceId ?? ''
  await sink.waitFor(() => sink.spans({ traceId, name: 'POST /api/chat' })[0])
  return sink.spans({ traceId })
}

async function toolParts(client: ChatClient, { conversationId }: Answered): Promise<DynamicToolUIPart[]> {
  return (await client.lastMessage(conversationId)).parts.filter((part) => part.type === 'dynamic-tool')
}

describe('a question that needs a tool', () => {
  it('is answered with it; stream, database, spans, metrics and cost agree', async () => {
    const client = new ChatClient(api.url)
    const answer = await client.ask('What is 17% of 2,340?')
    expect(answer.text).toBe('17% of 2,340 is **397.8**.')
    expect(types(answer)).toEqual([
      'start',
      'start-step',
      'tool-input-start',
      'tool-input-delta',
      'tool-input-available',
      'tool-output-available',
      'finish-step',
      'start-step',
      'text-start',
      'text-delta',
      'text-end',
      'finish-step',
      'message-metadata',
      'finish',
    ])

    const [part, ...more] = await toolParts(client, answer)
    expect(more).toEqual([])
    expect(part).toMatchObject({
      toolName: 'calculator',
      state: 'output-available',
      input: { expression: '17% * 2340' },
      output: '397.8',
      resultProviderMetadata: { chat: { durationMs: expect.any(Number) } },
    })
    const shown = answer.chunks.find((chunk) => chunk.type === 'tool-output-available')
    expect(shown).toMatchObject({
      output: '397.8',
      providerMetadata: part?.state === 'output-available' && part.resultProviderMetadata,
    })

    const requests = mock.requests().filter(({ body }) => JSON.stringify(body).includes('2,340'))
    expect(requests[1]?.body?.messages.slice(1)).toMatchObject([
      { role: 'user' },
      { role: 'assistant', tool_calls: [{ id: part?.toolCallId, function: { name: 'calculator' } }] },
      { role: 'tool', tool_call_id: part?.toolCallId, content: '397.8' },
    ])

    const spans = await spansOf(answer)
    const agent = spans.find(({ name }) => name === 'invoke_agent assistant')
    const [tool, ...otherTools] = spans.filter(({ name }) => name === 'execute_tool calculator')
    expect(otherTools).toEqual([])
    expect(tool).toMatchObject({ kind: 'INTERNAL', parentSpanId: agent?.spanId, status: { code: 'UNSET' } })
    expect(tool?.attributes).toEqual({
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'calculator',
      'gen_ai.tool.type': 'function',
      'gen_ai.tool.call.id': part?.toolCallId,
      'gen_ai.agent.name': 'assistant',
      'gen_ai.conversation.id': answer.conversationId,
    })
    const chats = spans.filter(({ name }) => name === 'chat mock-standard')
    expect(chats.map(({ attributes }) => attributes['gen_ai.response.finish_reasons'])).toEqual([
      ['tool_calls'],
      ['stop'],
    ])
    const sum = (key: string) => chats.reduce((total, { attributes }) => total + Number(attributes[key]), 0)
    expect(answer.metadata.usage).toMatchObject({
      inputTokens: sum('gen_ai.usage.input_tokens'),
      outputTokens: sum('gen_ai.usage.output_tokens'),
    })
    expect(answer.metadata.costUsd).toBeCloseTo(sum('chat.cost'), 12)
    for (const { attributes } of chats) {
      const usage = {
        prompt_tokens: attributes['gen_ai.usage.input_tokens'] as number,
        completion_tokens: attributes['gen_ai.usage.output_tokens'] as number,
        prompt_tokens_details: { cached_tokens: 0 },
        completion_tokens_details: { reasoning_tokens: 0 },
      }
      expect(attributes['chat.cost']).toBeCloseTo(costUsd('mock-standard', usage) ?? 0, 12)
    }

    const { timeline, durationMs } = answer.metadata
    expect(timeline.map(({ phase }) => phase)).toEqual([
      'preparing',
      'waiting',
      'answering',
      'tool',
      'waiting',
      'answering',
    ])
    expect(timeline.at(-1)?.endMs).toBe(durationMs)
    const time = (phase: string) => sink.metric('chat.turn.phase.time', { 'chat.phase': phase })[0]?.value ?? 0
    await sink.waitFor(() => time('tool') > 0)
    for (const { phase } of timeline) {
      const stretches = timeline.filter((one) => one.phase === phase)
      const seconds = stretches.reduce((total, { startMs, endMs }) => total + (endMs - startMs) / 1000, 0)
      expect(time(phase)).toBeCloseTo(seconds, 6)
    }
    const [duration] = await sink.waitFor(() =>
      sink.metric('gen_ai.execute_tool.duration', { 'gen_ai.tool.name': 'calculator' }),
    )
    expect(duration?.count).toBe(1)
    expect((await client.lastMessage(answer.conversationId)).metadata).toEqual(answer.metadata)
  })

  it('sends its calls back to the model with the next question', async () => {
    const client = new ChatClient(api.url)
    const { conversationId, text } = await client.ask('What time is it in Tokyo?')
    expect(text).toMatch(/^In Tokyo it is \*\*\d\d:\d\d\*\* on \d{4}-\d\d-\d\d\.$/)
    await client.ask('mock-echo: and after Tokyo', { conversationId })
    const last = mock.requests().findLast(({ body }) => JSON.stringify(body).includes('and after Tokyo'))
    expect(last?.body?.messages.map(({ role }) => role)).toEqual([
      'system',
      'user',
      'assistant',
      'tool',
      'assistant',
      'user',
    ])
  })

  it('a failing tool is an answer to the model, a failed span and a counted failure', async () => {
    const client = new ChatClient(api.url)
    const answer = await client.ask('Divide.', { model: 'mock-tool-error' })
    expect(answer.metadata).toMatchObject({ outcome: 'finished', error: null })
    expect(answer.text).toContain('The input is not a JSON object.')
    expect(await toolParts(client, answer)).toMatchObject([
      { state: 'output-error', errorText: 'The input is not a JSON object.', input: '{"expression": "12 divided by"' },
    ])
    const tool = (await spansOf(answer)).find(({ name }) => name === 'execute_tool calculator')
    expect(tool?.status.code).toBe('ERROR')
    expect(tool?.attributes['error.type']).toBe(errorType.toolInput)
    await sink.waitFor(
      () => sink.metric('gen_ai.execute_tool.duration', { 'error.type': errorType.toolInput })[0]?.count === 1,
    )
    await client.ask('mock-echo: again', { conversationId: answer.conversationId })
  })

  it('a model that goes on calling after the last step is cut off there, and the conversation goes on', async () => {
    const client = new ChatClient(api.url)
    const answer = await client.ask('Count.', { model: 'mock-tools-loop' })
    expect(answer.metadata).toMatchObject({
      outcome: 'truncated',
      finishReason: 'tool_calls',
      error: { type: errorType.stepLimit },
    })
    const parts = await toolParts(client, answer)
    expect(parts.map(({ state, errorText }) => errorText ?? state)).toEqual([
      'output-available',
      'output-available',
      'not run',
    ])
    expect(answer.chunks.filter(({ type }) => type === 'tool-output-error')).toHaveLength(1)
    const choices = mock.requests().flatMap(({ body }) => (body?.model === 'mock-tools-loop' ? [body.tool_choice] : []))
    expect(choices, 'the last call may not use tools').toEqual([undefined, undefined, 'none'])
    const next = await client.ask('mock-echo: go on', { conversationId: answer.conversationId })
    expect(next.metadata.outcome).toBe('finished')
  })
})

it('what useChat makes of the stream is what a reload shows', async () => {
  const client = new ChatClient(api.url)
  const answer = await client.ask('What is 17% of 2,340?')
  let live: UIMessage | undefined
  const stream = ReadableStream.from(answer.chunks) as ReadableStream<UIMessageChunk>
  for await (const message of readUIMessageStream({ stream })) live = message
  // The SDK adds that a text is done, and begins with a step; JSON drops what is undefined.
  const parts = JSON.parse(
    JSON.stringify(live?.parts.slice(1), (key, value) => (value === 'done' && key === 'state' ? undefined : value)),
  )
  expect((await client.lastMessage(answer.conversationId)).parts).toEqual(parts)
  expect(live?.metadata).toEqual(answer.metadata)
})

describe('providers that differ', () => {
  const script: object[][] = []
  let provider: Awaited<ReturnType<typeof startScriptedProvider>>
  let scripted: ApiProcess

  const start = (env: Record<string, string>) =>
    startApi({
      DATABASE_URL: inject('databaseUrl'),
      OPENAI_BASE_URL: provider.url,
      LLM_MODEL: 'scripted',
      OTEL_SDK_DISABLED: 'true',
      ...env,
    })
  beforeAll(async () => {
    provider = await startScriptedProvider(script)
    scripted = await start({ MAX_TOOL_STEPS: '2' })
  })
  afterAll(async () => {
    await scripted?.stop()
    await provider?.stop()
  })

  /** Asks; the model gives these answers, one after the other. */
  async function ask(answers: object[][], api = scripted) {
    const before = provider.requests.length
    script.splice(before, Number.POSITIVE_INFINITY, ...answers)
    const client = new ChatClient(api.url)
    const answer = await client.ask('Go.')
    return { answer, parts: await toolParts(client, answer), requests: provider.requests.slice(before) }
  }
  const calls = (...tool_calls: object[]) => [{ delta: { tool_calls } }, { delta: {}, finish_reason: 'stop' }]
  const says = (content: string) => [{ delta: { content } }, { delta: {}, finish_reason: 'stop' }]
  const calculate = (expression: string) => ({ function: { name: 'calculator', arguments: { expression } } })

  it('parallel calls without index and id, arguments in one piece, and the wrong finish reason', async () => {
    const { answer, parts, requests } = await ask([
      calls(calculate('1 + 1'), calculate('2 + 2')),
      says('Two and four.'),
    ])
    expect(answer.text).toBe('Two and four.')
    expect(parts.map(({ output }) => output)).toEqual(['2', '4'])
    expect(new Set(parts.map(({ toolCallId }) => toolCallId)).size).toBe(2)
    const [, asked, first, second] = requests[1]?.messages.slice(1) ?? []
    expect([first, second].map((message) => message?.tool_call_id)).toEqual(asked?.tool_calls?.map(({ id }) => id))
  })

  it('a tool that does not exist, and text before and after: one answer, each step at its place', async () => {
    const first = [
      { delta: { content: 'Let me see. ' } },
      ...calls({ index: 0, id: 'x', function: { name: 'no such', arguments: '{}' } }),
    ]
    const { answer, parts } = await ask([first, says('Never mind.')])
    expect(answer.text).toBe('Let me see. Never mind.')
    expect(parts).toMatchObject([{ toolName: 'no_such', errorText: 'There is no tool "no_such".' }])
  })

  it('more calls at once than anybody needs are not run, and the answer goes on', async () => {
    const many = Array.from({ length: 20 }, (_, i) => ({ index: i, id: `id-${i}`, ...calculate(`${i}`) }))
    const { answer, parts } = await ask([calls(...many), says('Enough.')])
    expect(answer.metadata.outcome).toBe('finished')
    expect(parts.map(({ errorText }) => errorText)).toEqual([...Array(16), ...Array(4).fill('too many calls at once')])
  })

  it('a model that answers when it may no longer call does so with all results', async () => {
    const one = calls({ index: 0, id: 'same', ...calculate('1 + 1') })
    const { answer, requests } = await ask([one, one, says('Done.')])
    expect(answer.metadata.outcome).toBe('finished')
    expect(requests.map(({ tool_choice }) => tool_choice)).toEqual([undefined, undefined, 'none'])
    expect(new Set(requests[2]?.messages.flatMap(({ tool_call_id }) => tool_call_id ?? [])).size).toBe(2)
  })

  it('reasoning goes back with the calls that it led to, where the provider speaks of reasoning_content', async () => {
    const first = [{ delta: { reasoning_content: 'Hm.' } }, ...calls({ index: 0, id: 'a', ...calculate('1 + 1') })]
    const { requests } = await ask([first, says('Two.')])
    expect(requests[1]?.messages[2]).toMatchObject({ role: 'assistant', reasoning_content: 'Hm.' })
  })

  it('LLM_TOOLS=false offers none, for servers that refuse them', async () => {
    const without = await start({ LLM_TOOLS: 'false' })
    const { answer, requests } = await ask([says('Plain.')], without)
    await without.stop()
    expect(answer.text).toBe('Plain.')
    expect(requests[0]).not.toHaveProperty('tools')
  })
})
