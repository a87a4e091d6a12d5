import OpenAI, { APIError, NotFoundError, RateLimitError } from 'openai'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { answers, fallback } from './answers.ts'
import { type Mock, startMock } from './mock.ts'
import { costUsd, mockModels, normalModels, type Usage } from './models.ts'
import { charsPerToken } from './usage.ts'

type PricedUsage = Usage & { total_tokens: number; cost?: number }
type Message = OpenAI.ChatCompletionMessageParam

let mock: Mock
let client: OpenAI
beforeAll(async () => {
  mock = await startMock({ pace: 0 })
  client = new OpenAI({ baseURL: mock.url, apiKey: 'none', maxRetries: 0 })
})
afterAll(() => mock.stop())

interface Streamed {
  text: string
  reasoning: string
  finish: string | null
  usage: PricedUsage | null
  error: unknown
}

async function stream(model: string, prompt: string | Message[], signal?: AbortSignal): Promise<Streamed> {
  const messages: Message[] = typeof prompt === 'string' ? [{ role: 'user', content: prompt }] : prompt
  const seen: Streamed = { text: '', reasoning: '', finish: null, usage: null, error: null }
  try {
    const chunks = await client.chat.completions.create(
      { model, messages, stream: true, stream_options: { include_usage: true } },
      { ...(signal ? { signal } : {}) },
    )
    for await (const chunk of chunks) {
      const choice = chunk.choices[0]
      const delta = choice?.delta as { content?: string; reasoning_content?: string } | undefined
      seen.text += delta?.content ?? ''
      seen.reasoning += delta?.reasoning_content ?? ''
      seen.finish = choice?.finish_reason ?? seen.finish
      if (chunk.usage) seen.usage = chunk.usage as unknown as PricedUsage
    }
  } catch (error) {
    seen.error = error
  }
  return seen
}

/** The state of the latest request once it is no longer open. */
const ended = () => vi.waitUntil(() => mock.requests().at(-1)?.state !== 'open' && mock.requests().at(-1)?.state)

describe('a normal answer', () => {
  test.each(answers.map((answer) => [answer.prompts[0] as string, answer] as const))('%s', async (prompt, answer) => {
    const seen = await stream('mock-standard', `  ${prompt.toUpperCase()}`)
    expect(seen).toMatchObject({ text: answer.content, reasoning: answer.reasoning, finish: 'stop', error: null })
    expect(await ended()).toBe('finished')
  })

  test('what was asked before it without an answer is not asked again', async () => {
    const [answer] = answers
    const seen = await stream('mock-standard', `What does mock-500 look like?\n\n${answer?.prompts[0]}`)
    expect(seen).toMatchObject({ text: answer?.content, error: null })
  })

  test('anything else is answered by the mock saying what it is', async () => {
    const seen = await stream('mock-standard', 'Where is my umbrella?')
    expect(seen.text).toBe(fallback.content)
    expect(seen.text).toContain('OPENAI_API_KEY')
    expect(seen.text).not.toContain('umbrella')
  })

  test.each(Object.keys(normalModels))('%s charges what its list price says', async (model) => {
    const { usage, text, reasoning } = await stream(model, 'What is OTLP?')
    if (!usage) throw new Error('no usage')
    expect(usage.completion_tokens).toBe(
      Math.ceil(text.length / charsPerToken) + Math.ceil(reasoning.length / charsPerToken),
    )
    expect(usage.total_tokens).toBe(usage.prompt_tokens + usage.completion_tokens)
    expect(usage.cost ?? null).toBe(costUsd(model, usage))
    expect(usage.cost === undefined).toBe(model === 'mock-unpriced')
  })

  test('prices separate cached from fresh input, per million tokens', () => {
    const usage: Usage = {
      prompt_tokens: 3_000_000,
      completion_tokens: 1_000_000,
      prompt_tokens_details: { cached_tokens: 2_000_000 },
      completion_tokens_details: { reasoning_tokens: 0 },
    }
    expect(costUsd('mock-standard', usage)).toBeCloseTo(0.25 + 2 * 0.025 + 2)
    expect(costUsd('mock-large', usage)).toBeCloseTo(1.25 + 2 * 0.125 + 10)
    expect(costUsd('mock-unpriced', usage)).toBeNull()
  })

  test('mock-reasoning thinks first and counts the thinking', async () => {
    const { reasoning, usage } = await stream('mock-reasoning', 'Hello')
    expect(reasoning.length).toBeGreaterThan(40)
    expect(usage?.completion_tokens_details.reasoning_tokens).toBe(Math.ceil(reasoning.length / charsPerToken))
  })

  test('the prompt grows with the conversation, and what was sent before becomes cached', async () => {
    const first = await stream('mock-standard', 'Hello')
    const history: Message[] = [
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'word '.repeat(2000) },
      { role: 'user', content: 'Hello' },
    ]
    const second = await stream('mock-standard', history)
    expect(first.usage?.prompt_tokens_details.cached_tokens).toBe(0)
    expect(second.usage?.prompt_tokens).toBeGreaterThan(2500)
    expect(second.usage?.prompt_tokens_details.cached_tokens).toBe(Math.floor(2510 / 128) * 128)
  })

  test('the handbook brings a large cached prompt', async () => {
    const { usage } = await stream('mock-standard', 'Summarise the on-call handbook.')
    expect(usage?.prompt_tokens_details.cached_tokens).toBe(6400)
    expect(usage?.prompt_tokens).toBeGreaterThan(6400)
  })
})

describe('every fault, by model and by prompt', () => {
  const both = (id: string) => [
    [id, 'Does it work?'],
    ['mock-standard', `Please do ${id.toUpperCase()}, thanks.`],
  ]
  const each = (...ids: string[]) => test.each(ids.flatMap(both))

  each('mock-slow')('%s: %s', async (model, prompt) => {
    expect(await stream(model, prompt)).toMatchObject({ finish: 'stop', error: null, usage: expect.anything() })
  })

  each('mock-cut')('%s: %s: text, then a broken connection', async (model, prompt) => {
    const seen = await stream(model, prompt)
    expect(seen.text.length).toBeGreaterThan(40)
    expect(seen).toMatchObject({ finish: null, usage: null, error: expect.any(Error) })
    expect(await ended()).toBe('cut')
  })

  each('mock-stall')('%s: %s: text, then an open connection until the client leaves', async (model, prompt) => {
    const leave = new AbortController()
    const streaming = stream(model, prompt, leave.signal)
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(mock.requests().at(-1)?.state).toBe('open')
    leave.abort()
    const seen = await streaming
    expect(seen.text.length).toBeGreaterThan(40)
    expect(seen.finish).toBeNull()
    expect(await ended()).toBe('aborted')
  })

  each('mock-429')('%s: %s: refused every time', async (model, prompt) => {
    for (const _attempt of [1, 2]) {
      const { error } = await stream(model, prompt)
      expect(error).toBeInstanceOf(RateLimitError)
      expect((error as RateLimitError).headers?.get('retry-after')).toBe('1')
    }
  })

  each('mock-429-once')('%s: %s: each turn is refused once', async (model, prompt) => {
    for (const turn of ['one', 'two']) {
      const first = await stream(model, `${prompt} ${turn}`)
      expect(first.error).toBeInstanceOf(RateLimitError)
      expect((first.error as RateLimitError).headers?.get('retry-after')).toBe('1')
      expect(await stream(model, `${prompt} ${turn}`)).toMatchObject({ finish: 'stop', error: null })
    }
  })

  each('mock-500')('%s: %s', async (model, prompt) => {
    const { error } = await stream(model, prompt)
    expect((error as APIError).status).toBe(500)
  })

  each('mock-error')('%s: %s: text, then an error inside the stream', async (model, prompt) => {
    const seen = await stream(model, prompt)
    expect(seen.text.length).toBeGreaterThan(40)
    expect(seen.error).toBeInstanceOf(APIError)
    expect((seen.error as APIError).error).toMatchObject({ code: 'server_error' })
    expect(seen.usage).toBeNull()
  })

  each('mock-empty')('%s: %s: stop without a word', async (model, prompt) => {
    expect(await stream(model, prompt)).toMatchObject({ text: '', finish: 'stop', error: null })
  })

  each('mock-no-usage')('%s: %s', async (model, prompt) => {
    const seen = await stream(model, prompt)
    expect(seen.text.length).toBeGreaterThan(40)
    expect(seen).toMatchObject({ finish: 'stop', usage: null, error: null })
  })

  each('mock-length')('%s: %s', async (model, prompt) => {
    const seen = await stream(model, prompt)
    expect(seen.text.length).toBeGreaterThan(40)
    expect(seen).toMatchObject({ finish: 'length', error: null, usage: expect.anything() })
  })

  each('mock-filter')('%s: %s', async (model, prompt) => {
    const seen = await stream(model, prompt)
    expect(seen.text.length).toBeGreaterThan(40)
    expect(seen).toMatchObject({ finish: 'content_filter', error: null, usage: expect.anything() })
  })

  each('mock-early-close')('%s: %s: a clean end without finish reason, usage or [DONE]', async (model, prompt) => {
    const seen = await stream(model, prompt)
    expect(seen.text.length).toBeGreaterThan(40)
    expect(seen).toMatchObject({ finish: null, usage: null, error: null })
    const response = await fetch(`${mock.url}/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: prompt }] }),
    })
    expect(await response.text()).not.toContain('[DONE]')
  })

  each('mock-long')('%s: %s: exactly 5,000 tokens', async (model, prompt) => {
    const { text, usage } = await stream(model, prompt)
    expect(text.length).toBe(5000 * charsPerToken)
    expect(usage?.completion_tokens).toBe(5000)
  })
})

describe('tools', () => {
  const tools: OpenAI.ChatCompletionTool[] = ['calculator', 'current_time'].map((name) => ({
    type: 'function',
    function: { name, parameters: {} },
  }))
  async function call(model: string, messages: Message[], choice: 'auto' | 'none' = 'auto') {
    const chunks = await client.chat.completions.create({
      model,
      messages,
      tools,
      tool_choice: choice,
      stream: true,
      stream_options: { include_usage: true },
    })
    const seen = { text: '', id: '', name: '', input: '', finish: '', usage: null as PricedUsage | null }
    for await (const { choices, usage } of chunks) {
      const delta = choices[0]?.delta
      seen.text += delta?.content ?? ''
      seen.id += delta?.tool_calls?.[0]?.id ?? ''
      seen.name += delta?.tool_calls?.[0]?.function?.name ?? ''
      seen.input += delta?.tool_calls?.[0]?.function?.arguments ?? ''
      seen.finish = choices[0]?.finish_reason ?? seen.finish
      if (usage) seen.usage = usage as unknown as PricedUsage
    }
    return seen
  }
  const after = (prompt: string, { id, name, input }: Awaited<ReturnType<typeof call>>, output: string): Message[] => [
    { role: 'user', content: prompt },
    { role: 'assistant', tool_calls: [{ id, type: 'function', function: { name, arguments: input } }] },
    { role: 'tool', tool_call_id: id, content: output },
  ]

  test.each([
    ['What is 17% of 2,340?', 'calculator', '397.8', '17% of 2,340 is **397.8**.'],
    [
      'What time is it in Tokyo?',
      'current_time',
      '{"dateTime":"2026-11-21T20:04:02+09:00"}',
      'In Tokyo it is **20:04** on 2026-11-21.',
    ],
  ])('%s calls %s and answers with its output, both calls charged', async (prompt, name, output, answer) => {
    const first = await call('mock-standard', [{ role: 'user', content: prompt }])
    expect(first).toMatchObject({ name, text: '', finish: 'tool_calls' })
    expect(JSON.parse(first.input)).toBeTypeOf('object')
    expect(first.usage?.cost).toBe(costUsd('mock-standard', first.usage as Usage))
    const second = await call('mock-standard', after(prompt, first, output))
    expect(second).toMatchObject({ name: '', text: answer, finish: 'stop' })
    expect(second.usage?.cost).toBe(costUsd('mock-standard', second.usage as Usage))
  })

  test('a question about MCP calls whichever tool of a server is offered, and says so if there is none', async () => {
    const prompt = 'Use a tool of an MCP server.'
    expect((await call('mock-standard', [{ role: 'user', content: prompt }])).text).toContain(
      'No MCP server is connected',
    )
    tools.push({ type: 'function', function: { name: 'files__list', parameters: {} } })
    const first = await call('mock-standard', [{ role: 'user', content: prompt }])
    tools.pop()
    expect(first).toMatchObject({ name: 'files__list', input: '{}' })
  })

  test.each([
    ['What failed in the last hour?', 'find_traces', { traces: [] }, 'No turn failed in the last hour.'],
    [
      'What failed in the last hour?',
      'find_traces',
      { traces: [{ url: 'http://x/1', model: 'm', seconds: 2, error: '500' }] },
      'These turns failed in the last hour, the newest first:\n\n- [m, 2 s](http://x/1): `500`',
    ],
    [
      'Which alerts are firing?',
      'list_alerts',
      { alerts: [{ state: 'inactive' }] },
      'No alert is firing; there are 1.',
    ],
    ['Which alerts are firing?', 'list_alerts', 'no answer', 'no answer'],
  ])('%s asks the telemetry, if it can, and answers from what it says', async (prompt, name, output, answer) => {
    expect((await call('mock-standard', [{ role: 'user', content: prompt }])).text).toContain('MCP_SERVERS_FILE')
    tools.push({ type: 'function', function: { name: `telemetry__${name}`, parameters: {} } })
    const first = await call('mock-standard', [{ role: 'user', content: prompt }])
    const said = typeof output === 'string' ? output : JSON.stringify(output)
    const second = await call('mock-standard', after(prompt, first, said))
    tools.pop()
    expect([first.name, second.text]).toEqual([`telemetry__${name}`, answer])
  })

  test('mock-tool-error sends what is no JSON, and goes on from the error', async () => {
    const prompt = 'Divide 12.'
    const first = await call('mock-tool-error', [{ role: 'user', content: prompt }])
    expect(() => JSON.parse(first.input)).toThrow()
    const second = await call('mock-tool-error', after(prompt, first, 'no JSON'))
    expect(second).toMatchObject({ text: expect.stringContaining('"no JSON"'), finish: 'stop' })
  })

  test('mock-tools-loop never stops calling, not even when it may not', async () => {
    const prompt = 'Count.'
    const first = await call('mock-tools-loop', [{ role: 'user', content: prompt }])
    expect(first.finish).toBe('tool_calls')
    expect((await call('mock-tools-loop', after(prompt, first, '2'), 'none')).finish).toBe('tool_calls')
  })
})

test('mock-echo sends the prompt back', async () => {
  expect((await stream('mock-standard', 'mock-echo: **canary**')).text).toBe('**canary**')
  expect((await stream('mock-echo', 'canary')).text).toBe('canary')
})

test('a fault ends with the turn that named it', async () => {
  const seen = await stream('mock-standard', [
    { role: 'user', content: 'mock-500' },
    { role: 'assistant', content: 'It failed.' },
    { role: 'user', content: 'Hello' },
  ])
  expect(seen).toMatchObject({ finish: 'stop', error: null })
})

test('a fault leaves a known prompt its own answer', async () => {
  expect((await stream('mock-no-usage', 'What is OTLP?')).text).toBe(
    answers.find((a) => a.prompts[0] === 'What is OTLP?')?.content,
  )
})

test('a client that leaves in the middle of an answer is seen', async () => {
  const paced = await startMock({ pace: 0.5 })
  try {
    const own = new OpenAI({ baseURL: paced.url, apiKey: 'none', maxRetries: 0 })
    const chunks = await own.chat.completions.create({
      model: 'mock-long',
      messages: [{ role: 'user', content: 'Go.' }],
      stream: true,
    })
    for await (const chunk of chunks) if (chunk.choices[0]?.delta.content) break
    await vi.waitUntil(() => paced.requests()[0]?.state === 'aborted')
    expect(paced.requests()).toMatchObject([{ status: 200, body: { model: 'mock-long' } }])
  } finally {
    await paced.stop()
  }
})

test('pace scales the delays', async () => {
  const paced = await startMock({ pace: 0.05 })
  try {
    const own = new OpenAI({ baseURL: paced.url, apiKey: 'none', maxRetries: 0 })
    const started = performance.now()
    const chunks = await own.chat.completions.create({
      model: 'mock-slow',
      messages: [{ role: 'user', content: 'Go.' }],
      stream: true,
    })
    for await (const _chunk of chunks) break
    // 6 s at 5 %, with 10 % of jitter either way.
    expect(performance.now() - started).toBeGreaterThan(260)
    expect(performance.now() - started).toBeLessThan(1500)
  } finally {
    await paced.stop()
  }
})

test('every model is listed, and another one is refused', async () => {
  const { data } = await client.models.list()
  expect(data.map((model) => model.id).sort()).toEqual([...mockModels].sort())
  expect((await stream('gpt-9', 'Hello')).error).toBeInstanceOf(NotFoundError)
})

test('stop cuts open answers and frees the port', async () => {
  const first = await startMock({ pace: 0 })
  const own = new OpenAI({ baseURL: first.url, apiKey: 'none', maxRetries: 0 })
  const chunks = await own.chat.completions.create({
    model: 'mock-stall',
    messages: [{ role: 'user', content: 'Go.' }],
    stream: true,
  })
  await first.stop()
  await expect(
    (async () => {
      for await (const _chunk of chunks);
    })(),
  ).rejects.toThrow()
  const again = await startMock({ pace: 0, port: Number(new URL(first.url).port) })
  await again.stop()
})
