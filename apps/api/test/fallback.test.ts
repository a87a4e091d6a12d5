import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type ApiProcess, startApi } from '@repo/local-stack/api-process'
import { ownDatabase } from '@repo/local-stack/own-database'
import { type Sink, startSink } from '@repo/viewer/sink'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { type Answered, ChatClient } from './chat-client.ts'
import { type Answer, type Asked, calculate, calls, refuses, says, startStrictProvider } from './strict-provider.ts'

type Provider = Awaited<ReturnType<typeof startStrictProvider>>
const usage = { usage: { prompt_tokens: 1000, completion_tokens: 100 } }
const fine = (text: string) => [...says(text), usage]

const folder = mkdtempSync(path.join(tmpdir(), 'chat-fallback-'))
let sink: Sink
beforeAll(async () => {
  sink = await startSink()
})
afterAll(async () => {
  await sink?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const start = (env: Record<string, string>) =>
  startApi({
    DATABASE_URL: inject('databaseUrl'),
    LLM_MAX_RETRIES: '0',
    RATE_LIMIT_PER_MINUTE: '1000',
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    ...env,
  })
async function chatSpans({ metadata }: Answered) {
  const traceId = metadata.traceId ?? ''
  await sink.waitFor(() => sink.spans({ traceId, name: 'POST /api/chat' })[0])
  return sink.spans({ traceId }).filter(({ name }) => name.startsWith('chat '))
}
const notices = ({ chunks }: Answered) => chunks.flatMap((chunk) => (chunk.type === 'data-notice' ? [chunk.data] : []))

describe('LLM_FALLBACK_MODELS', () => {
  let provider: Provider
  let api: ApiProcess
  let answer: (asked: Asked) => Answer | Promise<Answer>
  const failing = ({ model }: Asked): Answer => (model === 'first' ? refuses('Down.', {}, 500) : fine(`I am ${model}.`))
  beforeAll(async () => {
    provider = await startStrictProvider((asked) => answer(asked))
    api = await start({ OPENAI_BASE_URL: provider.url, LLM_MODEL: 'first', LLM_FALLBACK_MODELS: 'second,third' })
  })
  beforeEach(() => {
    answer = failing
    provider.requests.length = 0
    provider.aborted.length = 0
  })
  afterAll(async () => {
    await api?.stop()
    await provider?.stop()
  })
  const asked = () => provider.requests.map(({ model }) => model)

  it('a model that fails before its first chunk is stood in for by the next: one answer, which says whose it is', async () => {
    const labels = { 'gen_ai.request.model': 'first', 'error.type': '500' }
    const count = () => sink.metric('chat.inference.fallbacks', labels)[0]?.value
    await sink.waitFor(() => count() === 0) // it begins with an explicit 0
    const client = new ChatClient(api.url)
    const answered = await client.ask('Hello')
    expect(answered.text).toBe('I am second.')
    expect(asked()).toEqual(['first', 'second'])
    expect(answered.metadata).toMatchObject({ model: 'second', outcome: 'finished', error: null })
    expect(answered.chunks[0]).toMatchObject({ type: 'start', messageMetadata: { model: 'first' } })
    expect(notices(answered)).toEqual([{ server: 'first', message: expect.stringMatching(/problem.* second answers/) }])
    expect((await client.lastMessage(answered.conversationId)).metadata).toEqual(answered.metadata)

    const [first, second] = await chatSpans(answered)
    expect(first).toMatchObject({ name: 'chat first', status: { code: 'ERROR' } })
    expect(first?.attributes).toMatchObject({ 'error.type': '500', 'gen_ai.request.model': 'first' })
    expect(second).toMatchObject({ name: 'chat second', status: { code: 'UNSET' } })
    expect(second?.attributes['gen_ai.request.model']).toBe('second')
    await sink.waitFor(() => count() === 1)
    const usage = (await (await client.fetch('/api/usage')).json()) as { today: object[] }
    expect(usage.today).toMatchObject([{ model: 'second', turns: 1, inputTokens: 1000, unmetered: 0 }])
  })

  it('one after the other, and when all of them fail the answer does', async () => {
    answer = ({ model }) => (model === 'third' ? fine('Third.') : refuses('No.', {}, 503))
    expect((await new ChatClient(api.url).ask('Hello')).metadata.model).toBe('third')
    answer = ({ model }) => refuses('No.', {}, model === 'third' ? 418 : 503)
    const failed = await new ChatClient(api.url).ask('Hello')
    expect(failed.metadata).toMatchObject({ outcome: 'failed', error: { type: '418' } })
    expect(asked().slice(-3)).toEqual(['first', 'second', 'third'])
  })

  it.each<[string, Answer]>([
    [
      'whose rate comes back later',
      { status: 429, body: { error: { message: 'Slow down.' } }, headers: { 'retry-after': '10' } },
    ],
    ['that loads its model', refuses('Loading model', { type: 'unavailable_error' }, 503)],
  ])('nobody waits for a model %s', async (_, refusal) => {
    const patient = await start({
      OPENAI_BASE_URL: provider.url,
      LLM_MODEL: 'first',
      LLM_FALLBACK_MODELS: 'second',
      LLM_MAX_RETRIES: '2',
    })
    answer = ({ model }) => (model === 'first' ? refusal : fine('I am second.'))
    const { text, metadata } = await new ChatClient(patient.url).ask('Hello')
    await patient.stop()
    expect(text).toBe('I am second.')
    expect(asked()).toEqual(['first', 'second'])
    expect(metadata.durationMs).toBeLessThan(5000)
  })

  it('not after the first chunk: what has begun ends as it does', async () => {
    answer = () => [{ delta: { content: 'I beg' } }, { cut: true }]
    const { metadata, text } = await new ChatClient(api.url).ask('Hello')
    expect(text).toBe('I beg')
    expect(metadata).toMatchObject({ model: 'first', outcome: 'truncated' })
    expect(asked()).toEqual(['first'])
  })

  it('the model that answered goes on where it called a tool', async () => {
    answer = ({ model, messages }) => {
      if (model === 'first') return refuses('Down.', {}, 500)
      return messages.at(-1)?.role === 'user' ? calls(calculate('a')) : fine('Two.')
    }
    expect((await new ChatClient(api.url).ask('Calculate.')).text).toBe('Two.')
    expect(asked()).toEqual(['first', 'second', 'second'])
  })

  it('Stop ends the model that stands in', async () => {
    answer = ({ model }) => (model === 'first' ? refuses('Down.', {}, 500) : new Promise<Answer>(() => {}))
    const client = new ChatClient(api.url)
    const running = await client.begin('Hello')
    await expect.poll(asked).toEqual(['first', 'second'])
    await client.post(`/api/conversations/${running.conversationId}/stop`, {})
    expect((await running.end()).metadata).toMatchObject({ outcome: 'stopped', error: null })
    await expect.poll(() => provider.aborted).toEqual(['second'])
    expect(asked()).toEqual(['first', 'second'])
  })
})

describe('LLM_PROVIDERS_FILE', () => {
  let near: Provider
  let far: Provider
  let api: ApiProcess
  beforeEach(async () => {
    near = await startStrictProvider(() => fine('I am near.'))
    far = await startStrictProvider(() => fine('I am far.'))
    const file = path.join(folder, 'providers.json')
    const price = { input: 1, output: 2 }
    const providers = [
      { name: 'near', baseUrl: near.url, models: ['small', { id: 'both', price, contextWindow: 8192 }], tools: false },
      {
        name: 'far',
        baseUrl: far.url,
        apiKeyEnv: 'FAR_KEY',
        headers: { 'X-Team': `\${FAR_TEAM}` },
        models: [{ id: 'big', price: { input: 10, output: 20 } }, 'both'],
      },
    ]
    writeFileSync(file, JSON.stringify({ providers }))
    api = await start({
      DATABASE_URL: await ownDatabase(inject('databaseUrl')),
      LLM_PROVIDERS_FILE: file,
      LLM_FALLBACK_MODELS: 'big',
      DAILY_BUDGET_USD: '1',
      MAX_OUTPUT_TOKENS: '1000',
      FAR_KEY: 'sk-far',
      FAR_TEAM: 'team-a',
    })
  })
  afterEach(async () => {
    await api?.stop()
    await Promise.all([near?.stop(), far?.stop()])
  })

  it('models of all servers may be asked, each at its own with its own key, and are priced there', async () => {
    const client = new ChatClient(api.url)
    const models = await (await client.fetch('/api/models')).json()
    expect(models).toMatchObject([
      { id: 'small', provider: 'near', default: true, priced: false, price: null },
      { id: 'near/both', provider: 'near', priced: true, price: { input: 1, output: 2 }, contextWindow: 8192 },
      { id: 'big', provider: 'far', priced: true, price: { input: 10, output: 20 } },
      { id: 'far/both', provider: 'far', priced: false },
    ])
    const first = await client.ask('Hello', { model: 'near/both' })
    const second = await client.ask('Hello', { model: 'big' })
    await client.ask('Hello', { model: 'far/both' })
    expect([first, second].map(({ text }) => text)).toEqual(['I am near.', 'I am far.'])
    expect(near.requests.map(({ model }) => model)).toEqual(['both'])
    expect(far.requests.map(({ model }) => model)).toEqual(['big', 'both'])
    expect(near.requests[0], 'it is said to know no tools').not.toHaveProperty('tools')
    expect(far.requests[0]).toHaveProperty('tools')
    expect(far.headers[0]).toMatchObject({ authorization: 'Bearer sk-far', 'x-team': 'team-a' })
    expect(JSON.stringify(near.headers)).not.toMatch(/sk-far|team-a/)
    expect(first.metadata).toMatchObject({
      model: 'near/both',
      costUsd: expect.closeTo(0.0012, 9),
      price: { source: 'file' },
    })
    expect(second.metadata).toMatchObject({ model: 'big', costUsd: expect.closeTo(0.012, 9) })
    const [span] = await chatSpans(first)
    expect(span?.name).toBe('chat both')
    expect(span?.attributes).toMatchObject({
      'gen_ai.provider.name': 'near',
      'gen_ai.request.model': 'both',
      'server.address': '127.0.0.1',
      'server.port': Number(new URL(near.url).port),
    })
    expect(
      (
        await client.post('/api/chat', {
          id: crypto.randomUUID(),
          model: 'both',
          trigger: 'submit-message',
          message: { id: crypto.randomUUID(), role: 'user', parts: [{ type: 'text', text: 'x' }] },
        })
      ).status,
    ).toBe(422)
  })

  it('one server is killed: the next question is answered by the other, and the dead one is not asked for each', async () => {
    const client = new ChatClient(api.url)
    const { conversationId, text } = await client.ask('Hello')
    expect(text).toBe('I am near.')
    await near.stop()

    const answered = await client.ask('And now?', { conversationId })
    expect(answered.text).toBe('I am far.')
    expect(answered.metadata).toMatchObject({ model: 'big', outcome: 'finished', costUsd: expect.closeTo(0.012, 9) })
    const spans = await chatSpans(answered)
    expect(spans.map(({ attributes }) => [attributes['gen_ai.provider.name'], attributes['server.port']])).toEqual([
      ['near', Number(new URL(near.url).port)],
      ['far', Number(new URL(far.url).port)],
    ])
    expect(sink.spans({ traceId: answered.metadata.traceId ?? '', name: 'POST' }).length).toBe(2)

    const next = await client.ask('And now?', { conversationId })
    expect(next.text).toBe('I am far.')
    expect(notices(next)).toEqual([
      { server: 'small', message: expect.stringMatching(/did not answer lately.* big answers/) },
    ])
    expect((await chatSpans(next)).map(({ name }) => name)).toEqual(['chat big'])
    expect(far.requests.at(-1)?.messages.map(({ role }) => role)).toEqual([
      ...['system', 'user', 'assistant', 'user', 'assistant', 'user'],
    ])
  })

  it('a budget holds back what the dearest of the models may cost that could answer', async () => {
    const client = new ChatClient(api.url)
    const reserved = async () =>
      (
        (await (await client.fetch('/api/usage')).json()) as {
          limits: { budget: { reservedUsd: number; spentUsd: number } }
        }
      ).limits.budget
    let during = 0
    await near.stop()
    const port = Number(new URL(near.url).port)
    near = await startStrictProvider(async () => {
      during = (await reserved()).reservedUsd
      return fine('I am near.')
    }, port)
    await client.ask('Hello', { model: 'near/both' })
    expect(during).toBeGreaterThanOrEqual((1000 * 20) / 1e6)
    const after = await reserved()
    expect(after.reservedUsd).toBe(0)
    expect(after.spentUsd).toBeCloseTo(0.0012, 9)
  })
})
