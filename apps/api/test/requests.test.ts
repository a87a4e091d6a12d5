import { randomUUID } from 'node:crypto'
import { type Mock, startMock } from '@repo/mock-llm/mock'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { buildApp } from '../src/app.ts'
import { parseConfig } from '../src/config.ts'
import { ChatClient } from './chat-client.ts'

let mock: Mock
let app: Awaited<ReturnType<typeof buildApp>>

beforeAll(async () => {
  mock = await startMock({ pace: 0 })
  app = await buildApp(
    parseConfig({
      DATABASE_URL: inject('databaseUrl'),
      OPENAI_BASE_URL: mock.url,
      LLM_MODEL: 'mock-standard',
      MAX_MESSAGE_CHARS: '1000',
      LOG_LEVEL: 'silent',
    }),
  )
})

afterAll(async () => {
  await app?.close()
  await mock?.stop()
})

const valid = () => ({
  id: randomUUID(),
  trigger: 'submit-message',
  message: { id: randomUUID(), role: 'user', parts: [{ type: 'text', text: 'Hello' }] },
})

async function ask(payload: object | string, cookie?: string) {
  const headers = { 'content-type': 'application/json', ...(cookie ? { cookie } : {}) }
  return app.inject({ method: 'POST', url: '/api/chat', headers, payload })
}

/** Asks once as a new visitor; returns its cookie and conversation. */
async function visit() {
  const body = valid()
  const response = await ask(body)
  expect(response.statusCode).toBe(200)
  return {
    cookie: String(response.headers['set-cookie']).split(';')[0] as string,
    id: body.id,
    messageId: body.message.id,
  }
}

describe('a refused request says what was wrong, stores nothing and asks nobody', () => {
  const text = (value: unknown) => ({
    ...valid(),
    message: { ...valid().message, parts: [{ type: 'text', text: value }] },
  })
  const refusals: Record<string, { body: object | string; status: number; detail: RegExp }> = {
    'malformed JSON': { body: '{"id": ', status: 400, detail: /JSON/ },
    'no body': { body: '', status: 400, detail: /body/i },
    'a wrong type': { body: text(42), status: 400, detail: /message\.parts\.0\.text: .*string/ },
    'a missing field': { body: { ...valid(), trigger: undefined }, status: 400, detail: /trigger/ },
    'an id that is no UUID': { body: { ...valid(), id: 'mine' }, status: 400, detail: /id: .*UUID/ },
    'an empty message': { body: text('  \n'), status: 422, detail: /empty/ },
    'a message that is too long': {
      body: text('x'.repeat(1001)),
      status: 422,
      detail: /1001 characters; at most 1000/,
    },
    'a body that is too large': { body: text('x'.repeat(1024 * 1024)), status: 413, detail: /large/ },
    'an unlisted model': { body: { ...valid(), model: 'gpt-99' }, status: 422, detail: /mock-standard/ },
  }
  for (const [name, { body, status, detail }] of Object.entries(refusals)) {
    it(name, async () => {
      const asked = mock.requests().length
      const response = await ask(body)
      expect(response.statusCode).toBe(status)
      expect(response.headers['content-type']).toMatch(/^application\/problem\+json/)
      expect(response.json()).toMatchObject({
        status,
        type: expect.stringMatching(/^urn:lgtm-chat:problem:/),
        title: expect.any(String),
      })
      expect(response.json().detail).toMatch(detail)
      expect(response.headers['set-cookie']).toBeUndefined()
      expect(mock.requests()).toHaveLength(asked)
    })
  }

  it('a wrong content type', async () => {
    const response = await app.inject({
      method: 'POST',
      url: '/api/chat',
      headers: { 'content-type': 'text/plain' },
      payload: 'hi',
    })
    expect(response.statusCode).toBe(415)
  })

  it('an unknown path', async () => {
    const response = await app.inject({ url: '/api/nothing?secret=1' })
    expect(response.json()).toMatchObject({
      status: 404,
      detail: expect.stringContaining('There is no GET /api/nothing.'),
    })
    expect(response.body).not.toContain('secret')
  })
})

describe("another visitor's conversation does not exist", () => {
  it('neither to read', async () => {
    const [mine, other] = [await visit(), await visit()]
    const read = (cookie?: string) =>
      app.inject({ url: `/api/conversations/${mine.id}`, ...(cookie ? { headers: { cookie } } : {}) })
    expect((await read(mine.cookie)).statusCode).toBe(200)
    expect((await read(other.cookie)).statusCode).toBe(404)
    expect((await read()).statusCode).toBe(404)
  })

  it('nor to write', async () => {
    const [mine, other] = [await visit(), await visit()]
    const asked = mock.requests().length
    expect((await ask({ ...valid(), id: mine.id }, other.cookie)).statusCode).toBe(404)
    expect(mock.requests()).toHaveLength(asked)
    const { messages } = (
      await app.inject({ url: `/api/conversations/${mine.id}`, headers: { cookie: mine.cookie } })
    ).json()
    expect(messages).toHaveLength(2)
  })

  it("nor to borrow a message's id from", async () => {
    const mine = await visit()
    const body = valid()
    expect((await ask({ ...body, message: { ...body.message, id: mine.messageId } })).statusCode).toBe(404)
  })

  it('a forged cookie is nobody', async () => {
    const mine = await visit()
    const forged = mine.cookie.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
    const headers = { cookie: forged }
    expect((await app.inject({ url: `/api/conversations/${mine.id}`, headers })).statusCode).toBe(404)
  })
})

it('a conversation belongs to a visitor, whom the API makes of whoever has no cookie, and knows again', async () => {
  const client = new ChatClient(await app.listen({ host: '127.0.0.1', port: 0 }))
  const introduce = async () => (await client.fetch('/api/visitor', { method: 'POST' })).json()
  expect(await introduce()).toEqual({ known: false })
  const { cookie } = client
  expect(cookie).toMatch(/^visitor=/)
  expect(await introduce()).toEqual({ known: true })
  await client.ask('Hello')
  expect(client.cookie).toBe(cookie)
  client.cookie = 'visitor=forged'
  expect(await introduce()).toEqual({ known: false })
})

describe('for people and machines', () => {
  it('the visitor cookie cannot be read by scripts', async () => {
    const response = await ask(valid())
    expect(response.headers['set-cookie']).toMatch(/^visitor=.+; Path=\/; HttpOnly; SameSite=Lax$/)
  })

  it('the stream is marked so that no proxy buffers it', async () => {
    const response = await ask(valid())
    expect(response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-vercel-ai-ui-message-stream': 'v1',
    })
    expect(response.body.trimEnd().endsWith('data: [DONE]')).toBe(true)
  })

  it('models tell which is the default and which have a price beforehand', async () => {
    expect((await app.inject('/api/models')).json()).toEqual([
      {
        id: 'mock-standard',
        provider: 'mock',
        priced: true,
        default: true,
        images: true,
        price: null, // the mock reports each call's cost by itself
        contextWindow: null,
      },
    ])
  })
})
