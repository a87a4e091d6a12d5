import { type ApiProcess, startApi } from '@repo/local-stack/api-process'
import { type Mock, startMock } from '@repo/mock-llm/mock'
import { type Sink, startSink } from '@repo/viewer/sink'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Answered, ChatClient } from './chat-client.ts'
import { pictures, pngOf } from './pictures.ts'
import { type Answer, type Asked, environmentBefore, refuses, says, startStrictProvider } from './strict-provider.ts'

let answer: (asked: Asked) => Answer = () => says('Fine.')
let provider: Awaited<ReturnType<typeof startStrictProvider>>
let sink: Sink
let api: ApiProcess
const models = Array.from({ length: 60 }, (_, i) => `m${i}`)
let next = 0
let model = ''

const start = (env: Record<string, string> = {}) =>
  startApi({
    DATABASE_URL: inject('databaseUrl'),
    ...environmentBefore(provider, models),
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true',
    ...env,
  })

beforeAll(async () => {
  sink = await startSink()
  provider = await startStrictProvider((asked) => answer(asked))
  api = await start()
})
afterEach(() => {
  answer = () => says('Fine.')
})
afterAll(async () => {
  await api?.stop()
  await provider?.stop()
  await sink?.stop()
})

function newClient(url = api.url) {
  model = models[next++] as string
  provider.requests.length = 0
  return new ChatClient(url)
}
async function uploaded(client: ChatClient, body: Buffer = pictures.png, alt = 'A plan of the house') {
  const headers = { 'content-type': 'image/png' }
  const response = await client.fetch('/api/attachments', {
    method: 'POST',
    headers,
    body: body as Buffer<ArrayBuffer>,
  })
  const { id } = (await response.json()) as { id: string }
  const url = `/api/attachments/${id}`
  return { type: 'file', mediaType: 'image/png', url, filename: 'plan.png', providerMetadata: { chat: { alt } } }
}
type Content = { type: string; text?: string; image_url?: { url: string } }[]
const contentOf = (asked: Asked | undefined, at = -1) => asked?.messages.at(at)?.content as unknown as Content | string
const imagesIn = ({ messages }: Asked) =>
  messages.flatMap(({ content }) =>
    Array.isArray(content) ? (content as Content).filter(({ type }) => type === 'image_url') : [],
  )
const notices = ({ chunks }: Answered) =>
  chunks.flatMap((chunk) => (chunk.type === 'data-notice' ? [(chunk.data as { message: string }).message] : []))
const dataUrl = (data: Buffer, type = 'image/png') => `data:${type};base64,${data.toString('base64')}`
const NOTE = '[A picture that you cannot see: A plan of the house]'

describe('a model that takes pictures', () => {
  it('gets them before the text, in the form of the API, and again with the next question', async () => {
    const client = newClient()
    const files = [await uploaded(client), await uploaded(client, pictures.gif)]
    const { conversationId, text } = await client.ask('What is this?', { model, files })
    expect(text).toBe('Fine.')
    const content = [
      { type: 'image_url', image_url: { url: dataUrl(pictures.png) } },
      { type: 'image_url', image_url: { url: dataUrl(pictures.gif, 'image/gif') } },
      { type: 'text', text: 'What is this?' },
    ]
    expect(contentOf(provider.requests[0])).toEqual(content)
    await client.ask('And now?', { model, conversationId })
    expect(contentOf(provider.requests[1], -3)).toEqual(content)
    expect(contentOf(provider.requests[1])).toBe('And now?')
  })

  it('gets them with an edited question and a regenerated answer, too, and without a word where there is none', async () => {
    const client = newClient()
    const files = [await uploaded(client)]
    const { conversationId, questionId } = await client.ask('', { model, files })
    const image = { type: 'image_url', image_url: { url: dataUrl(pictures.png) } }
    expect(contentOf(provider.requests[0])).toEqual([image])
    await client.ask('', { model, conversationId, questionId, files, trigger: 'regenerate-message' })
    expect(contentOf(provider.requests[1])).toEqual([image])
    await client.ask('Edited', { model, conversationId, parentId: null, files })
    expect(contentOf(provider.requests[2])).toEqual([image, { type: 'text', text: 'Edited' }])
  })

  it('gets the newest where all would be too many bytes, and is told of the others', async () => {
    const client = newClient()
    const large = (i: number) => Buffer.concat([pngOf(8, 8).subarray(0, 33), noise(i), pngOf(8, 8).subarray(33)])
    const first = await client.ask('1', { model, files: [await uploaded(client, large(1))] })
    const { conversationId } = first
    await client.ask('2', { model, conversationId, files: [await uploaded(client, large(2))] })
    const third = await client.ask('3', { model, conversationId, files: [await uploaded(client, large(3))] })
    const asked = provider.requests[2] as Asked
    expect(imagesIn(asked)).toHaveLength(2)
    expect(contentOf(asked, 1)).toBe(`${NOTE}\n\n1`)
    expect([notices(first), notices(third)]).toEqual([[], [expect.stringContaining('pictures')]])
  })
})

/** A chunk of a picture, of five million bytes. */
function noise(seed: number): Buffer {
  const data = Buffer.alloc(5_000_000, seed)
  const head = Buffer.alloc(8)
  head.writeUInt32BE(data.length)
  head.write('IDAT', 4)
  return Buffer.concat([head, data, Buffer.alloc(4)])
}

/** As they were reported, from issues of the programs that met them. */
const blind: [server: string, status: number, body: unknown][] = [
  [
    'OpenAI, Azure',
    400,
    {
      error: {
        message: 'Invalid content type. image_url is only supported by certain models.',
        type: 'invalid_request_error',
        param: 'messages.[1].content.[0].type',
        code: null,
      },
    },
  ],
  ['OpenRouter', 404, { error: { message: 'No endpoints found that support image input', code: 404 } }],
  [
    'OpenRouter, of what stands behind it',
    400,
    {
      error: {
        code: 400,
        message: 'Provider returned error',
        metadata: {
          provider_name: 'OpenAI',
          raw: '{"error":{"message":"Invalid content type. image_url is only supported by certain models."}}',
        },
      },
    },
  ],
  [
    'Xiaomi',
    404,
    { error: { code: '404', message: 'No endpoints found that support image input', param: '', type: '' } },
  ],
  [
    'DeepSeek',
    400,
    {
      error: {
        message:
          'Failed to deserialize the JSON body into the target type: messages[1]: unknown variant `image_url`, expected `text` at line 1 column 690848',
        type: 'invalid_request_error',
      },
    },
  ],
  [
    'llama.cpp',
    500,
    {
      error: {
        code: 500,
        message: 'image input is not supported - hint: if this is unexpected, you may need to provide the mmproj',
        type: 'server_error',
      },
    },
  ],
  [
    'llama.cpp, newer',
    400,
    { error: { code: 400, message: 'image input is not supported by this model', type: 'invalid_request_error' } },
  ],
  [
    'Ollama',
    400,
    {
      error: {
        message: 'this model does not support image input (ref: b8bd630e-4a39-4b57-82af-9158ee9d5703)',
        type: 'invalid_request_error',
      },
    },
  ],
  [
    'Ollama, older',
    500,
    {
      error: {
        message: 'Failed to process inputs: this model is missing data required for image input',
        type: 'api_error',
      },
    },
  ],
  ['LM Studio', 400, { error: 'Model does not support images. Please use a model that does.' }],
  ['vLLM', 400, { object: 'error', message: 'm is not a multimodal model', type: 'BadRequestError', code: 400 }],
  [
    'vLLM, limited',
    400,
    { error: { message: 'At most 0 image(s) may be provided in one prompt.', type: 'BadRequestError', code: 400 } },
  ],
  [
    'Groq',
    400,
    {
      error: {
        message:
          "'messages.1' : for 'role:user' the following must be satisfied[('messages.1.content' : value must be a string)]",
        type: 'invalid_request_error',
      },
    },
  ],
  ['Groq, behind a tool', 400, { error: { message: 'messages[1].content must be a string' } }],
  [
    'a string alone, FastAPI',
    422,
    {
      detail: [{ type: 'string_type', loc: ['body', 'messages', 1, 'content'], msg: 'Input should be a valid string' }],
    },
  ],
  [
    'text parts alone, FastAPI',
    422,
    {
      detail: [
        { type: 'literal_error', loc: ['body', 'messages', 1, 'content', 0, 'type'], msg: "Input should be 'text'" },
      ],
    },
  ],
  ['mlx-lm', 404, { error: "Only 'text' content type is supported." }],
  ['DashScope', 400, { error: { message: 'unexpected item type in content.', type: 'invalid_request_error' } }],
  [
    'xAI',
    400,
    { code: 'Client specified an invalid argument', error: 'Image inputs are not supported by this model.' },
  ],
  [
    'Gemini',
    400,
    [
      {
        error: {
          code: 400,
          message: 'Image input modality is not enabled for models/gemma-3-1b-it',
          status: 'INVALID_ARGUMENT',
        },
      },
    ],
  ],
  [
    'Bedrock',
    400,
    { error: { message: "This model doesn't support the image field for user messages. Remove image and try again." } },
  ],
  [
    'Mistral',
    400,
    { object: 'error', message: 'Model m does not support vision', type: 'invalid_request_error', code: 3051 },
  ],
  ['Zhipu', 400, { error: { code: '1210', message: "messages.content.type 参数非法，取值范围 ['text']" } }],
  ['in Chinese', 400, { error: { message: '该模型不支持图片输入' } }],
  ['Copilot', 400, { error: { message: 'vision is not supported' } }],
]

describe('a model that takes none says so once', () => {
  it.each(blind)('%s', async (_, status, body) => {
    const client = newClient()
    answer = (asked) => (imagesIn(asked).length > 0 ? { status, body } : says('Fine.'))
    const files = [await uploaded(client)]
    const first = await client.ask('What is this?', { model, files })
    expect([first.text, first.metadata.outcome]).toEqual(['Fine.', 'finished'])
    expect(provider.requests.map((asked) => imagesIn(asked).length)).toEqual([1, 0])
    expect(contentOf(provider.requests[1])).toBe(`${NOTE}\n\nWhat is this?`)
    expect(notices(first)).toEqual([expect.stringContaining('pictures')])

    // Remembered: not sent again, said before, and another model still gets it.
    const { conversationId, questionId } = first
    const second = await client.ask('And now?', { model, conversationId })
    await client.ask('', { model, conversationId, questionId, files, trigger: 'regenerate-message' })
    expect(provider.requests.map((asked) => imagesIn(asked).length)).toEqual([1, 0, 0, 0])
    expect(notices(second)).toEqual([expect.stringContaining('pictures')])
    const refused = client.ask('Another', { model, conversationId, files })
    await expect(refused).rejects.toThrow(`422: The model ${model} takes no pictures. Choose another model`)
    const listed = (await (await client.fetch('/api/models')).json()) as { id: string; images: boolean }[]
    expect(listed.find(({ id }) => id === model)?.images).toBe(false)
    expect(listed.find(({ id }) => id === models.at(-1))?.images).toBe(true)
    expect(provider.requests).toHaveLength(4)
  })

  it('and it is still said after a reload', async () => {
    const client = newClient()
    answer = (asked) => (imagesIn(asked).length > 0 ? refuses('vision is not supported') : says('Fine.'))
    const { conversationId } = await client.ask('What is this?', { model, files: [await uploaded(client)] })
    const { parts } = await client.lastMessage(conversationId)
    expect(parts).toContainEqual({ type: 'data-notice', data: expect.objectContaining({ server: model }) })
  })
})

describe('what is no refusal of all pictures', () => {
  const faulty: [string, number, unknown][] = [
    [
      'OpenAI',
      400,
      {
        error: {
          message:
            "You uploaded an unsupported image. Please make sure your image has of one the following formats: ['png', 'jpeg', 'gif', 'webp'].",
          code: 'invalid_image_format',
        },
      },
    ],
    ['Anthropic', 400, { error: { type: 'invalid_request_error', message: 'Could not process image' } }],
    [
      'llama.cpp',
      400,
      { error: { code: 400, message: 'Failed to load image or audio file', type: 'invalid_request_error' } },
    ],
    ['a proxy', 413, '<html><head><title>413 Request Entity Too Large</title></head></html>'],
    ['Bedrock', 400, { error: { message: 'image exceeds 5 MB maximum: 6000000 bytes > 5242880 bytes' } }],
  ]
  it.each(faulty)(
    'that it cannot read these: asked without them, and another one is sent: %s',
    async (_, status, body) => {
      const client = newClient()
      answer = (asked) => (imagesIn(asked).length > 0 ? { status, body } : says('Fine.'))
      const first = await client.ask('What is this?', { model, files: [await uploaded(client)] })
      expect([first.text, notices(first).length]).toEqual(['Fine.', 1])
      answer = () => says('Fine.')
      await client.ask('And this?', { model, files: [await uploaded(client)] })
      expect(provider.requests.map((asked) => imagesIn(asked).length)).toEqual([1, 0, 1])
    },
  )

  it.each([
    ['vLLM', 'At most 2 image(s) may be provided in one request.'],
    ['Groq', 'Too many images provided. This model supports up to 2 images'],
    ['Gemini', 'Request contains 3 images, which exceeds the limit of 2'],
  ])('how many there may be: the newest are sent, from then on, too: %s', async (_, message) => {
    const client = newClient()
    answer = (asked) => (imagesIn(asked).length > 2 ? refuses(message) : says('Fine.'))
    const files = [await uploaded(client), await uploaded(client), await uploaded(client)]
    const { conversationId, text } = await client.ask('These?', { model, files })
    expect(text).toBe('Fine.')
    await client.ask('Again?', { model, conversationId })
    expect(provider.requests.map((asked) => imagesIn(asked).length)).toEqual([3, 2, 2])
  })

  it('nor is a refusal of something else', async () => {
    const client = newClient()
    let count = 0
    answer = () =>
      count++ === 0 ? refuses("Unsupported parameter: 'max_tokens' is not supported with this model.") : says('Fine.')
    await client.ask('What is this?', { model, files: [await uploaded(client)] })
    expect(provider.requests.map((asked) => imagesIn(asked).length)).toEqual([1, 1])
  })
})

it('where it is configured, no picture is tried', async () => {
  const { mkdtempSync, rmSync, writeFileSync } = await import('node:fs')
  const { tmpdir } = await import('node:os')
  const folder = mkdtempSync(`${tmpdir()}/chat-images-`)
  const file = `${folder}/providers.json`
  const server = { name: 'local', baseUrl: provider.url, models: [{ id: 'blind', images: false }, 'seeing'] }
  writeFileSync(file, JSON.stringify({ providers: [server] }))
  const own = await start({ LLM_PROVIDERS_FILE: file, OPENAI_BASE_URL: '', LLM_MODELS: '' })
  const client = newClient(own.url)
  const files = [await uploaded(client)]
  await expect(client.ask('What?', { model: 'blind', files })).rejects.toThrow('422: The model blind takes no pictures')
  expect(provider.requests).toHaveLength(0)
  const { conversationId } = await client.ask('What?', { model: 'seeing', files })
  const blindly = await client.ask('What?', { model: 'blind', conversationId })
  expect(provider.requests.map((asked) => imagesIn(asked).length)).toEqual([1, 0])
  expect(notices(blindly)).toHaveLength(1)
  await own.stop()
  rmSync(folder, { recursive: true })
})

describe('telemetry', () => {
  it('has the type and the size of a picture with captured content, and its bytes nowhere', async () => {
    const client = newClient()
    const canary = pngOf(40, 30)
    await client.ask('What is this?', { model, files: [await uploaded(client, canary)] })
    await expect.poll(() => sink.spans({ name: `chat ${model}` })).toHaveLength(1)
    const [span] = sink.spans({ name: `chat ${model}` })
    const input = JSON.parse(String(span?.attributes['gen_ai.input.messages']))
    expect(input.at(-1).parts[0]).toEqual({
      ...{ type: 'image', modality: 'image', mime_type: 'image/png' },
      ...{ bytes: canary.length, width: 40, height: 30 },
    })
    const all = JSON.stringify([sink.spans({}), sink.logs({})])
    expect(all).not.toContain(canary.toString('base64').slice(60, 100))
    expect(all).not.toContain('data:image')
  })
})

describe('with the mock', () => {
  let mock: Mock
  let own: ApiProcess
  let database: pg.Client
  beforeAll(async () => {
    mock = await startMock({ pace: 0 })
    database = new pg.Client({ connectionString: inject('databaseUrl') })
    await database.connect()
  })
  afterAll(async () => {
    await own?.stop()
    await mock?.stop()
    await database?.end()
  })

  it('a picture is answered, counted as tokens of its kind, and paid', async () => {
    own = await start({ OPENAI_BASE_URL: mock.url, LLM_MODELS: '' })
    const client = new ChatClient(own.url)
    const files = [await uploaded(client, pngOf(640, 480))]
    const { text, metadata } = await client.ask('What is this?', { files })
    expect(text).toContain('PNG, 640 × 480 pixels')
    // Two tiles of 512: 85 + 2 x 170.
    expect(metadata.usage?.inputTokens).toBeGreaterThan(425)
    expect(metadata.costUsd).toBeGreaterThan((425 * 0.25) / 1e6)
    const ofModel = { 'gen_ai.request.model': 'mock-standard' }
    const sum = (name: string, more = {}) =>
      sink.metric(name, { ...ofModel, ...more }).reduce((all, { value }) => all + Number(value ?? 0), 0)
    const tokens = (modality: string) =>
      sum('gen_ai.client.inference.usage.input_tokens', { 'gen_ai.token.modality': modality })
    await expect.poll(() => tokens('image')).toBe(425)
    expect(tokens('text')).toBe((metadata.usage?.inputTokens ?? 0) - 425)
    expect(sum('chat.inference.images')).toBe(1)
    expect(sum('chat.inference.image_calls.cost')).toBeCloseTo(metadata.costUsd ?? 0, 9)
    const [span] = sink.spans({ name: 'chat mock-standard' })
    expect(span?.attributes['gen_ai.usage.image.input_tokens']).toBe(425)
  })

  it('what a picture may cost is held before it is asked, of the question and of the history', async () => {
    const budgeted = await start({ OPENAI_BASE_URL: mock.url, LLM_MODELS: '', DAILY_BUDGET_USD_PER_VISITOR: '1' })
    const client = new ChatClient(budgeted.url)
    const held = async (text: string, options: object) => {
      const running = await client.begin(text, { model: 'mock-stall', ...options })
      await running.untilText()
      const { rows } = await database.query('select sum(usd)::float8 as usd from reservation')
      await client.fetch(`/api/conversations/${running.conversationId}/stop`, { method: 'POST' })
      await running.end()
      return { usd: rows[0].usd as number, conversationId: running.conversationId }
    }
    const plain = await held('What is this?', {})
    const one = await held('What is this?', { files: [await uploaded(client, pngOf(2000, 1500))] })
    const usd = (tokens: number) => (tokens * 0.25) / 1e6
    // 2000 x 1500: as patches of 28 it is 72 x 54.
    expect(one.usd - plain.usd).toBeGreaterThanOrEqual(usd(72 * 54))
    expect(one.usd - plain.usd).toBeLessThan(usd(72 * 54 + 1000))
    const later = await held('And?', { conversationId: one.conversationId })
    expect(later.usd - plain.usd).toBeGreaterThanOrEqual(usd(72 * 54))
    await budgeted.stop()
  })
})
