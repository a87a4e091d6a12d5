import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ApiProcess, startApi } from '@repo/local-stack/api-process'
import { type Sink, startSink } from '@repo/viewer/sink'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { ChatClient } from './chat-client.ts'
import {
  type Answer,
  type Asked,
  calculate,
  calls,
  environmentBefore,
  refuses,
  says,
  startStrictProvider,
} from './strict-provider.ts'

/** What the provider does with what it is asked; a test sets it. */
let answer: (asked: Asked, count: number) => Answer = () => says('Fine.')
let provider: Awaited<ReturnType<typeof startStrictProvider>>
let sink: Sink
let api: ApiProcess
const folder = mkdtempSync(path.join(tmpdir(), 'chat-out-'))

const models = Array.from({ length: 50 }, (_, i) => `m${i}`)
let next = 0
let model = ''

const start = (env: Record<string, string> = {}) =>
  startApi({
    DATABASE_URL: inject('databaseUrl'),
    ...environmentBefore(provider, models),
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    ...env,
  })

beforeAll(async () => {
  sink = await startSink()
  provider = await startStrictProvider((asked, count) => answer(asked, count))
  api = await start()
})
afterEach(() => {
  answer = () => says('Fine.')
})
afterAll(async () => {
  await api?.stop()
  await provider?.stop()
  await sink?.stop()
  rmSync(folder, { recursive: true, force: true })
})

function newClient() {
  model = models[next++] as string
  provider.requests.length = 0
  return new ChatClient(api.url)
}
const roles = (asked = provider.requests.at(-1)) => asked?.messages.map(({ role }) => role).join(' ')

describe('history', () => {
  /** As the templates of Gemma and Mistral, and as Perplexity. */
  const alternating = ({ messages }: Asked): Answer => {
    const said = messages.filter(({ role }) => role !== 'system')
    const right = said.every(({ role }, i) => role === (i % 2 ? 'assistant' : 'user'))
    const alternate = 'After the optional system message, conversation roles must alternate user/assistant/user/...'
    return right ? says('Fine.') : refuses(alternate)
  }

  it('a question that nobody answered does not break the conversation', async () => {
    const client = newClient()
    answer = () => refuses('Down.', {}, 500)
    const { conversationId, metadata } = await client.ask('First?', { model })
    expect(metadata.outcome).toBe('failed')
    answer = alternating
    expect((await client.ask('Second?', { model, conversationId })).text).toBe('Fine.')
    expect(provider.requests.at(-1)?.messages.slice(1)).toEqual([{ role: 'user', content: 'First?\n\nSecond?' }])
    expect((await client.ask('Third?', { model, conversationId })).text).toBe('Fine.')
    expect(roles()).toBe('system user assistant user')
  })

  it('a long conversation begins with a question however it is cut, and goes on for ever', async () => {
    const short = await start({ MAX_CONTEXT_MESSAGES: '4' })
    newClient()
    const client = new ChatClient(short.url)
    answer = alternating
    const { conversationId } = await client.ask('1?', { model })
    for (const text of ['2?', '3?', '4?']) {
      expect((await client.ask(text, { model, conversationId })).text).toBe('Fine.')
    }
    expect(roles()).toBe('system user assistant user')
    await short.stop()
  })

  it('calls and their results are cut off together', async () => {
    const short = await start({ MAX_CONTEXT_MESSAGES: '3' })
    newClient()
    const client = new ChatClient(short.url)
    answer = ({ messages }) => (messages.at(-1)?.content === 'Calculate.' ? calls(calculate('a')) : says('Two.'))
    const { conversationId } = await client.ask('Calculate.', { model })
    await client.ask('Again?', { model, conversationId })
    expect(roles()).toBe('system user assistant tool assistant user')
    await client.ask('And again?', { model, conversationId })
    expect(roles()).toBe('system user assistant user')
    await short.stop()
  })
})

describe('calls in the history', () => {
  it('have ids of their own, however the server names them, and in a form that every server takes', async () => {
    const client = newClient()
    const id = `functions.calculator:0-${'x'.repeat(60)}`
    answer = ({ messages }) =>
      messages.at(-1)?.role === 'user' ? calls(calculate(id), calculate('same')) : says('Two.')
    const { conversationId } = await client.ask('One?', { model })
    await client.ask('Two?', { model, conversationId })
    const messages = provider.requests.at(-1)?.messages ?? []
    const ids = messages.flatMap(({ tool_calls }) => tool_calls?.map((call) => call.id) ?? [])
    expect(ids).toHaveLength(4)
    expect(new Set(ids).size).toBe(4)
    for (const one of ids) expect(one).toMatch(/^[\w.:-]{1,40}$/)
    expect(messages.flatMap(({ tool_call_id }) => tool_call_id ?? [])).toEqual(ids)
  })

  it('get ids of nine letters and digits where a model wants those, as Mistral does', async () => {
    const client = newClient()
    answer = ({ messages }) =>
      messages.at(-1)?.role === 'user' ? calls(calculate('call_from_elsewhere')) : says('Two.')
    const { conversationId } = await client.ask('One?', { model })
    model = models[next++] as string
    answer = ({ messages }) => {
      const ids = messages.flatMap(({ tool_calls, tool_call_id }) => [
        tool_call_id ?? [],
        tool_calls?.map(({ id }) => id) ?? [],
      ])
      const bad = ids.flat(2).find((id) => !/^[a-zA-Z0-9]{9}$/.test(id))
      const must = 'must be a-z, A-Z, 0-9, with a length of 9.'
      return bad ? refuses(`Tool call id was ${bad} but ${must}`, { code: 3280 }) : says('Fine.')
    }
    expect((await client.ask('Two?', { model, conversationId })).text).toBe('Fine.')
    const asked = provider.requests.length
    expect((await client.ask('Three?', { model, conversationId })).text).toBe('Fine.')
    expect(provider.requests.length, 'it is remembered').toBe(asked + 1)
  })
})

describe('what a model wants back', () => {
  const twice = async (first: Answer, second: (asked: Asked) => Answer) => {
    const client = newClient()
    answer = ({ messages }) => (messages.at(-1)?.role === 'user' ? first : says('Two.'))
    const { conversationId, ...answered } = await client.ask('Calculate.', { model })
    expect(answered.text).toBe('Two.')
    const step = provider.requests[1]?.messages ?? []
    answer = second
    // Another process, which has learned nothing.
    const other = await start()
    const later = new ChatClient(other.url)
    later.cookie = client.cookie
    const next = await later.ask('And then?', { model, conversationId })
    await other.stop()
    return { client, conversationId, step, next, messages: provider.requests.at(-1)?.messages ?? [] }
  }

  it('thoughts go back with the calls that they led to, in later turns and from another process (DeepSeek)', async () => {
    const thinking = [
      { delta: { reasoning_content: 'H' } },
      { delta: { reasoning_content: 'm.' } },
      ...calls(calculate('a')),
    ]
    const { step, next, messages, client, conversationId } = await twice(thinking, ({ messages }) => {
      const at = messages.findIndex((one) => one.tool_calls && !one.reasoning_content)
      const missing = `thinking is enabled but reasoning_content is missing in assistant tool call message at index ${at}`
      return at < 0 ? says('Fine.') : refuses(missing)
    })
    expect(next.text).toBe('Fine.')
    for (const sent of [step, messages]) {
      expect(sent.find(({ tool_calls }) => tool_calls)).toMatchObject({ reasoning_content: 'Hm.' })
    }
    expect(JSON.stringify(await client.conversation(conversationId))).not.toContain('data-kept')

    model = models[next_()] as string
    await client.ask('And you?', { model, conversationId })
    expect(JSON.stringify(provider.requests.at(-1)?.messages), 'to no other model').not.toContain('Hm.')
  })

  it('where there were no thoughts and the model insists, a word stands in (Kimi)', async () => {
    const insists = ({ messages }: Asked): Answer =>
      messages.some((one) => one.tool_calls && !one.reasoning_content)
        ? refuses('thinking is enabled but reasoning_content is missing in assistant tool call message at index 2')
        : says('Fine.')
    const { next, messages } = await twice(calls(calculate('a')), insists)
    expect(next.text).toBe('Fine.')
    expect(messages.find(({ tool_calls }) => tool_calls)?.reasoning_content).toMatch(/\S/)
  })

  it('and so with every message where it insists on that, too', async () => {
    const insists = ({ messages }: Asked): Answer => {
      const at = messages.findIndex((one) => one.role === 'assistant' && !one.reasoning_content)
      return at < 0 ? says('Fine.') : refuses(`reasoning_content must be passed back in messages[${at}]`)
    }
    const { next, messages } = await twice(calls(calculate('a')), insists)
    expect(next.text).toBe('Fine.')
    expect(messages.filter(({ role }) => role === 'assistant')).toHaveLength(2)
  })

  it('nowhere, where the model does not take them back (Groq)', async () => {
    const unsupported = `'messages.2' : for 'role:assistant' the following must be satisfied[('messages.2' : property 'reasoning_content' is unsupported)]`
    const { next, messages } = await twice(
      [{ delta: { reasoning_content: 'Hm.' } }, ...calls(calculate('a'))],
      ({ messages }) => (messages.some((one) => 'reasoning_content' in one) ? refuses(unsupported) : says('Fine.')),
    )
    expect(next.text).toBe('Fine.')
    expect(JSON.stringify(messages)).not.toContain('reasoning_content')
  })

  it('an empty text stands beside calls, where the model insists on one (LM Studio)', async () => {
    const noNull = "Invalid 'content': 'content' field must be a string or an array of objects."
    const { next, messages } = await twice(calls(calculate('a')), ({ messages }) =>
      messages.some(({ content }) => typeof content !== 'string') ? refuses(noNull) : says('Fine.'),
    )
    expect(next.text).toBe('Fine.')
    expect(messages.find(({ tool_calls }) => tool_calls)?.content).toBe('')
  })

  it('a signature goes back with its call, unchanged (Gemini)', async () => {
    const extra_content = { google: { thought_signature: 'c2ln' } }
    const needs = ({ messages }: Asked): Answer =>
      messages.some((one) => one.tool_calls?.some((call) => !call.extra_content))
        ? refuses('Function call is missing a thought_signature in functionCall parts.')
        : says('Fine.')
    const { step, next, messages, client, conversationId } = await twice(
      calls(calculate('a', '1 + 1', { extra_content })),
      needs,
    )
    expect(next.text).toBe('Fine.')
    for (const sent of [step, messages]) {
      expect(sent.find(({ tool_calls }) => tool_calls)?.tool_calls?.[0]?.extra_content).toEqual(extra_content)
    }
    model = models[next_()] as string
    answer = needs
    expect((await client.ask('And you?', { model, conversationId })).text).toBe('Fine.')
    expect(JSON.stringify(provider.requests.at(-1)), 'to no other model').not.toContain('c2ln')
  })

  it('details of thoughts go back as they were, put together from their pieces (OpenRouter)', async () => {
    const piece = (more: object) => ({
      delta: { reasoning: 'x', reasoning_details: [{ type: 'reasoning.text', index: 0, ...more }] },
    })
    const { step, messages } = await twice(
      [
        piece({ text: 'H', format: 'f' }),
        piece({ text: 'm.' }),
        piece({ text: '', signature: 's1g' }),
        ...calls(calculate('a')),
      ],
      () => says('Fine.'),
    )
    const whole = [{ type: 'reasoning.text', index: 0, text: 'Hm.', format: 'f', signature: 's1g' }]
    for (const sent of [step, messages]) {
      expect(sent.find(({ tool_calls }) => tool_calls)?.reasoning_details).toEqual(whole)
    }
  })

  it('what the server does not take back stays away', async () => {
    const strict = ({ messages }: Asked): Answer =>
      messages.some((one) => 'own_field' in one)
        ? {
            status: 422,
            body: {
              detail: [
                {
                  type: 'extra_forbidden',
                  loc: ['body', 'messages', 2, 'own_field'],
                  msg: 'Extra inputs are not permitted',
                },
              ],
            },
          }
        : says('Fine.')
    const { next } = await twice(
      [{ delta: { content: 'Two.', own_field: [1] } }, { delta: {}, finish_reason: 'stop' }],
      strict,
    )
    expect(next.text).toBe('Fine.')
  })

  const next_ = () => next++
})

describe('what a model does not take is learned from its refusal, once, and remembered', () => {
  const openai = (name: string, other: string) =>
    `Unsupported parameter: '${name}' is not supported with this model. Use '${other}' instead.`
  const has =
    (field: string, message: string, more: object = {}) =>
    (asked: Asked) =>
      field in asked ? refuses(message, more) : says('Fine.')

  it.each<[string, (asked: Asked) => Answer, (asked: Asked | undefined) => void]>([
    [
      'max_tokens (OpenAI, whatever stands before it)',
      has('max_tokens', openai('max_tokens', 'max_completion_tokens'), {
        code: 'unsupported_parameter',
        param: 'max_tokens',
      }),
      (asked) => expect(asked).toMatchObject({ max_completion_tokens: 4096 }),
    ],
    [
      'both names of the limit',
      (asked) =>
        'max_tokens' in asked
          ? refuses('Unknown name "max_tokens": Cannot find field.')
          : 'max_completion_tokens' in asked
            ? refuses('max_completion_tokens: Extra inputs are not permitted')
            : says('Fine.'),
      (asked) => expect(Object.keys(asked ?? {})).not.toContain('max_completion_tokens'),
    ],
    [
      'stream_options (Mistral)',
      (asked) =>
        'stream_options' in asked
          ? {
              status: 422,
              body: {
                detail: [
                  {
                    type: 'extra_forbidden',
                    loc: ['body', 'stream_options'],
                    msg: 'Extra inputs are not permitted',
                    input: {},
                  },
                ],
              },
            }
          : says('Fine.'),
      (asked) => expect(asked).toHaveProperty('max_tokens'),
    ],
    [
      'stream_options (Databricks, as text)',
      has('stream_options', 'json: unknown field "stream_options"'),
      (asked) => expect(asked).toHaveProperty('tools'),
    ],
    [
      'tools (Ollama)',
      has('tools', 'registry.ollama.ai/library/gemma3:270m does not support tools'),
      (asked) => expect(asked).toHaveProperty('stream_options'),
    ],
    [
      'tools (vLLM)',
      has('tools', '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'),
      (asked) => expect(asked).toHaveProperty('max_tokens'),
    ],
    [
      'tools (llama.cpp, which calls it an error of its own)',
      (asked) =>
        'tools' in asked
          ? {
              status: 500,
              body: { error: { code: 500, message: 'tools param requires --jinja flag', type: 'server_error' } },
            }
          : says('Fine.'),
      (asked) => expect(asked).toHaveProperty('max_tokens'),
    ],
    [
      'tools (OpenRouter, which calls it not found)',
      (asked) =>
        'tools' in asked ? refuses('No endpoints found that support tool use.', { code: 404 }, 404) : says('Fine.'),
      (asked) => expect(asked).toHaveProperty('max_tokens'),
    ],
    [
      'the role "system" (o1-mini)',
      ({ messages }) =>
        messages[0]?.role === 'system'
          ? refuses("Unsupported value: 'messages[0].role' does not support 'system' with this model.", {
              param: 'messages[0].role',
            })
          : says('Fine.'),
      (asked) =>
        expect(asked?.messages).toEqual([
          { role: 'user', content: expect.stringMatching(/^You are a helpful .*\n\nGo\.$/s) },
        ]),
    ],
    [
      'the role "system" (Gemma)',
      ({ messages }) =>
        messages[0]?.role === 'system'
          ? refuses('Developer instruction is not enabled for models/gemma-3-27b-it')
          : says('Fine.'),
      (asked) => expect(roles(asked)).toBe('user'),
    ],
    [
      'the role "system" (a template)',
      ({ messages }) =>
        messages[0]?.role === 'system' ? refuses('System role not supported', {}, 500) : says('Fine.'),
      (asked) => expect(roles(asked)).toBe('user'),
    ],
    [
      'several of them, one after the other',
      (asked) => {
        for (const field of ['max_tokens', 'stream_options', 'tools']) {
          if (field in asked) return refuses(`Unrecognized request argument supplied: ${field}`)
        }
        return asked.messages[0]?.role === 'system' ? refuses('system role is not supported') : says('Fine.')
      },
      (asked) => expect(Object.keys(asked ?? {})).toEqual(['model', 'messages', 'max_completion_tokens', 'stream']),
    ],
  ])('%s', async (_, refusing, check) => {
    const client = newClient()
    answer = refusing
    const { text, conversationId, metadata } = await client.ask('Go.', { model })
    expect(text).toBe('Fine.')
    expect(metadata.outcome).toBe('finished')
    check(provider.requests.at(-1))
    const learning = provider.requests.length
    expect(learning).toBeGreaterThan(1)
    expect(learning).toBeLessThan(6)
    expect((await client.ask('Once more.', { model, conversationId })).text).toBe('Fine.')
    expect(provider.requests.length - learning, 'remembered').toBe(1)

    const traceId = metadata.traceId ?? ''
    await sink.waitFor(() => sink.spans({ traceId, name: 'POST /api/chat' })[0])
    const [span] = sink.spans({ traceId, name: `chat ${model}` })
    expect(span?.status.code).toBe('UNSET')
    expect(span?.attributes['chat.adaptation.count']).toBe(learning - 1)
    expect(span?.attributes).not.toHaveProperty('chat.retry.count')
    expect(
      sink.spans({ traceId, name: 'POST' }).filter(({ parentSpanId }) => parentSpanId === span?.spanId),
    ).toHaveLength(learning)
    const labels = { 'gen_ai.request.model': model }
    await sink.waitFor(() =>
      sink.metric('chat.inference.adaptations', labels).some(({ value }) => value === learning - 1),
    )
    expect(sink.metric('chat.inference.retries', labels).every(({ value }) => value === 0)).toBe(true)
  })

  it('tool_choice, in the last step', async () => {
    newClient()
    const few = await start({ MAX_TOOL_STEPS: '1' })
    answer = (asked) => {
      if ('tool_choice' in asked) return refuses('tool_choice is not supported by this model')
      return asked.messages.at(-1)?.role === 'user' ? calls(calculate('a')) : says('Two.')
    }
    const { text } = await new ChatClient(few.url).ask('Go.', { model })
    await few.stop()
    expect(text).toBe('Two.')
    expect(provider.requests.at(-1)).toHaveProperty('tools')
  })

  it('a model of which it is known that it takes no max_tokens is asked well at once', async () => {
    const gpt = await start({ LLM_MODELS: 'openai/gpt-5-mini,gpt-oss-20b' })
    newClient()
    const client = new ChatClient(gpt.url)
    await client.ask('Go.', { model: 'openai/gpt-5-mini' })
    await client.ask('Go.', { model: 'gpt-oss-20b' })
    await gpt.stop()
    expect(provider.requests[0]).toHaveProperty('max_completion_tokens')
    expect(provider.requests[1]).toHaveProperty('max_tokens')
  })

  it('a refusal that says nothing of that is the end: it is asked once', async () => {
    const client = newClient()
    answer = () => refuses('Bad request.')
    expect((await client.ask('Go.', { model })).metadata).toMatchObject({ outcome: 'failed', error: { type: '400' } })
    expect(provider.requests).toHaveLength(1)
  })

  it('an answer that may be as long as the whole context does not refuse every question (vLLM)', async () => {
    const client = newClient()
    answer = (asked) =>
      'max_tokens' in asked
        ? refuses(
            "This model's maximum context length is 4096 tokens. However, you requested 4210 tokens (114 in the messages, 4096 in the completion). Please reduce the length of the messages or completion.",
            { code: 'context_length_exceeded', param: 'messages' },
          )
        : says('Fine.')
    expect((await client.ask('Go.', { model })).text).toBe('Fine.')
    expect((await client.ask('Go.', { model })).text).toBe('Fine.')
    expect(provider.requests, 'the window is remembered').toHaveLength(3)
  })

  it('a limit above what the model can say is left out, and stays so (Groq)', async () => {
    const client = newClient()
    answer = (asked) =>
      'max_tokens' in asked
        ? refuses(
            '`max_tokens` must be less than or equal to `2048`, the maximum value for `max_tokens` is less than the `context_window` for this model',
          )
        : says('Fine.')
    for (const text of ['Go.', 'Again.']) expect((await client.ask(text, { model })).text).toBe('Fine.')
    expect(provider.requests).toHaveLength(3)
  })

  it.each<[string, number, string, string]>([
    [
      'an empty account',
      402,
      'This request requires more credits, or fewer max_tokens. You requested up to 4096 tokens, but can only afford 20.',
      'insufficient_quota',
    ],
    ['a refused key', 401, 'Invalid API key: tools are not supported for it', '401'],
    [
      'a filter',
      400,
      "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your messages.",
      'content_filter',
    ],
  ])('%s teaches nothing', async (_, status, message, type) => {
    const client = newClient()
    answer = () => refuses(message, {}, status)
    expect((await client.ask('Go.', { model })).metadata.error?.type).toBe(type)
    expect(provider.requests).toHaveLength(1)
  })
})

it('a conversation that has grown too long goes on without its oldest part, and says so', async () => {
  const client = newClient()
  const { conversationId } = await client.ask('1?', { model })
  for (const text of ['2?', '3?', '4?']) await client.ask(text, { model, conversationId })
  answer = ({ messages }) =>
    messages.length > 5
      ? refuses('the request exceeds the available context size', { type: 'exceed_context_size_error' })
      : says('Fine.')
  const { text, chunks } = await client.ask('5?', { model, conversationId })
  expect(text).toBe('Fine.')
  expect(roles()).toBe('system user assistant user')
  expect(provider.requests.at(-1)?.messages.at(-1)?.content).toBe('5?')
  expect(JSON.stringify(chunks.find(({ type }) => type === 'data-notice'))).toContain('oldest')
})

describe('tools that a model refuses', () => {
  let tools: ApiProcess
  beforeAll(async () => {
    const file = path.join(folder, 'mcp.json')
    const program = fileURLToPath(new URL('mcp-server.ts', import.meta.url))
    writeFileSync(file, JSON.stringify({ mcpServers: { local: { command: process.execPath, args: [program] } } }))
    tools = await start({ MCP_SERVERS_FILE: file })
    await sink.waitFor(() => sink.metric('chat.mcp.server.up', { 'chat.mcp.server': 'local' })[0]?.value === 1, {
      timeoutMs: 20_000,
    })
  })
  afterAll(() => tools?.stop())

  const names = (asked = provider.requests.at(-1)) => asked?.tools?.map(({ function: { name } }) => name) ?? []
  const ask = async (refusing: (asked: Asked) => Answer) => {
    newClient()
    answer = refusing
    const client = new ChatClient(tools.url)
    const first = await client.ask('Go.', { model })
    const asked = provider.requests.length
    const second = await client.ask('Again.', { model, conversationId: first.conversationId })
    expect(provider.requests.length - asked, 'remembered').toBe(1)
    const notices = [first, second].map(({ chunks }) =>
      chunks.flatMap((chunk) => (chunk.type === 'data-notice' ? [(chunk.data as { message: string }).message] : [])),
    )
    return { first, notices }
  }

  it('every schema has what providers insist on', async () => {
    const { first, notices } = await ask(({ tools: offered = [] }) => {
      const bad = offered.find(({ function: { parameters } }) => !parameters.properties || '$schema' in parameters)
      const name = bad?.function.name
      return bad
        ? refuses(`Invalid schema for function '${name}': In context=(), object schema missing properties.`)
        : says('Fine.')
    })
    expect(first.text).toBe('Fine.')
    expect(notices).toEqual([[], []])
    expect(names()).toContain('local__meta')
  })

  it.each<[string, (offered: readonly string[]) => string]>([
    ['named', () => "Invalid schema for function 'local__fail': bad."],
    [
      'by its place',
      (offered) => `tools.${offered.indexOf('local__fail')}.custom.input_schema: JSON schema is invalid.`,
    ],
    [
      'by its place in Gemini',
      (offered) =>
        `* GenerateContentRequest.tools[0].function_declarations[${offered.indexOf('local__fail')}].parameters: bad`,
    ],
  ])('one that is told %s is left out with a notice, and the conversation goes on', async (_, message) => {
    const { first, notices } = await ask((asked) =>
      names(asked).includes('local__fail') ? refuses(message(names(asked))) : says('Fine.'),
    )
    expect(first.text).toBe('Fine.')
    expect(notices[0]).toEqual([expect.stringMatching(/"local__fail"\. It is left out/)])
    expect(notices[1]).toEqual(notices[0])
    expect(names()).toEqual(expect.arrayContaining(['calculator', 'local__meta']))
  })

  it('where it is not told which, those of servers are left out', async () => {
    const { first } = await ask((asked) =>
      names(asked).some((name) => name.includes('__')) ? refuses('Invalid JSON schema.') : says('Fine.'),
    )
    expect(first.text).toBe('Fine.')
    expect(names()).toContain('calculator')
    expect(names().filter((name) => name.includes('__'))).toEqual([])
  })

  it('where every tool of a server is refused, few are tried', async () => {
    const { first } = await ask((asked) => {
      const bad = names(asked).find((name) => name.startsWith('local__'))
      return bad ? refuses(`Invalid schema for function '${bad}'`) : says('Fine.')
    })
    expect(first.text).toBe('Fine.')
    expect(names()).toContain('calculator')
    expect(names().filter((name) => name.includes('__'))).toEqual([])
  })
})

describe('what a model does not take is learned once', () => {
  it.each<[string, (asked: Asked) => boolean, object, string]>([
    [
      'its range of lengths',
      ({ max_tokens: limit }) => Number(limit) > 2048,
      refuses('Range of max_tokens should be [1, 2048]'),
      '',
    ],
    [
      'instructions, told by their place',
      ({ messages }) => messages[0]?.role === 'system',
      {
        status: 422,
        body: { detail: [{ loc: ['body', 'messages', 0, 'role'], msg: "Input should be 'user' or 'assistant'" }] },
      },
      '',
    ],
    [
      'streams',
      ({ stream }) => stream === true,
      refuses('Your organization must be verified to stream this model.'),
      'whole',
    ],
  ])('%s', async (_, refused, refusal, form) => {
    const whole = { choices: [{ index: 0, message: { role: 'assistant', content: 'Fine.' }, finish_reason: 'stop' }] }
    answer = (asked) => (refused(asked) ? (refusal as Answer) : form ? { status: 200, body: whole } : says('Fine.'))
    const client = newClient()
    expect((await client.ask('Hello', { model })).text).toBe('Fine.')
    const asked = provider.requests.length
    expect((await client.ask('Again', { model })).text).toBe('Fine.')
    expect(provider.requests).toHaveLength(asked + 1)
  })
})
