import { randomUUID } from 'node:crypto'
import { type Mock, startMock } from '@repo/mock-llm/mock'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { buildApp } from '../src/app.ts'
import { parseConfig } from '../src/config.ts'

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

  it('an unknown path names what there is', async () => {
    const response = await app.inject({ url: '/api/nothing?secret=1' })
    expect(response.json()).toMatchObject({ status: 404, detail: expect.stringContaining('/docs') })
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
    expect((await app.inject({ url: '/api/conversations', headers: { cookie: forged } })).json().items).toEqual([])
  })
})

describe('conversations', () => {
  it('are listed newest first, page by page, without gaps or repeats', async () => {
    const { cookie, id } = await visit()
    const ids = [id]
    for (let i = 0; i < 4; i++) {
      const body = valid()
      ids.unshift(body.id)
      await ask(body, cookie)
    }
    const listed: string[] = []
    let cursor: string | null = null
    do {
      const url: string = `/api/conversations?limit=2${cursor ? `&cursor=${cursor}` : ''}`
      const page = (await app.inject({ url, headers: { cookie } })).json()
      listed.push(...page.items.map((item: { id: string }) => item.id))
      cursor = page.nextCursor
    } while (cursor)
    expect(listed).toEqual(ids)
  })

  it('refuse a cursor that is not theirs', async () => {
    const { cookie } = await visit()
    const statusOf = async (cursor: string) =>
      (await app.inject({ url: `/api/conversations?cursor=${cursor}`, headers: { cookie } })).statusCode
    for (const cursor of ['', 'abc', `1_${'-'.repeat(36)}`, `99999999999999_${randomUUID()}`])
      expect(await statusOf(cursor), cursor).toBe(400)
    expect(await statusOf(`9999999999999_${randomUUID()}`)).toBe(200)
  })
})

it('one answer more than may run at the same time is refused at once, and may be asked for again', async () => {
  const small = await buildApp(
    parseConfig({
      DATABASE_URL: inject('databaseUrl'),
      OPENAI_BASE_URL: mock.url,
      LLM_MODEL: 'mock-standard',
      MAX_RUNNING_TURNS: '1',
      LOG_LEVEL: 'silent',
    }),
  )
  const post = () => small.inject({ method: 'POST', url: '/api/chat', payload: valid() })
  const [answered, refused] = await Promise.all([post(), post()])
  expect(answered.statusCode).toBe(200)
  expect(refused.statusCode).toBe(503)
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
  expect(refused.json()).toMatchObject({ type: 'urn:lgtm-chat:problem:api-busy', status: 503 })
  expect((await post()).statusCode).toBe(200)
  await small.close()
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

  it('OpenAPI describes the routes', async () => {
    const { paths } = (await app.inject('/openapi.json')).json()
    // Those of features come and go with them.
    for (const path of [
      '/api/chat',
      '/api/chat/{id}/stream',
      '/api/conversations',
      '/api/conversations/{id}',
      '/api/conversations/{id}/stop',
      '/api/models',
      '/health',
      '/ready',
    ])
      expect(paths).toHaveProperty([path])
    expect((await app.inject('/docs/')).statusCode).toBe(200)
  })

  it('OpenAPI says how requests are refused, as problems', async () => {
    const { paths } = (await app.inject('/openapi.json')).json()
    const problems = Object.entries(paths['/api/chat'].post.responses as Record<string, { content: object }>)
      .filter(([status]) => status >= '4')
      .map(([status, { content }]) => [status, ...Object.keys(content)].join(' '))
    expect(problems).toEqual(
      [400, 404, 413, 415, 422, 429, 500, 503].map((status) => `${status} application/problem+json`),
    )
    expect(Object.keys(paths['/api/conversations'].get.responses)).toEqual(['200', '400', '500', '503'])
    expect(Object.keys(paths['/ready'].get.responses['503'].content)).toEqual(['application/json'])
  })

  it('a path that is asked with another method says which there are', async () => {
    const id = randomUUID()
    for (const [method, url, allow] of [
      ['PUT', '/api/chat', 'POST'],
      ['TRACE', '/api/models', 'GET, HEAD'],
      ['QUERY', `/api/conversations/${id}?at=${id}`, 'GET, HEAD, PATCH, DELETE'],
    ] as const) {
      const response = await app.inject({ method: method as 'GET', url })
      expect([response.statusCode, response.headers.allow], url).toEqual([405, allow])
      expect(response.json()).toMatchObject({ type: 'urn:lgtm-chat:problem:method-not-allowed', status: 405 })
    }
    expect((await app.inject({ method: 'PUT', url: '/api/chats' })).statusCode).toBe(404)
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
