import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { MOST_IMAGES } from '@repo/contract/image/cleaned-image'
import type { Problem } from '@repo/contract/problem'
import { type Mock, startMock } from '@repo/mock-llm/mock'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { buildApp } from '../src/app.ts'
import { parseConfig } from '../src/config.ts'
import { ChatClient } from './chat-client.ts'
import { PLACE, pictures, pngOf, withPlace } from './pictures.ts'

const MAX_BYTES = 64 * 1024
let mock: Mock
let app: Awaited<ReturnType<typeof buildApp>>
let url: string
let database: pg.Client

const start = async (more: Record<string, string> = {}) =>
  buildApp(
    parseConfig({
      DATABASE_URL: inject('databaseUrl'),
      OPENAI_BASE_URL: mock.url,
      LOG_LEVEL: 'silent',
      RATE_LIMIT_PER_MINUTE: '1000',
      ATTACHMENT_MAX_BYTES: String(MAX_BYTES),
      ...more,
    }),
  )

beforeAll(async () => {
  mock = await startMock({ pace: 0 })
  app = await start()
  url = await app.listen({ host: '127.0.0.1', port: 0 })
  database = new pg.Client({ connectionString: inject('databaseUrl') })
  await database.connect()
})

afterAll(async () => {
  await database?.end()
  await app?.close()
  await mock?.stop()
})

interface Uploaded {
  id: string
  mediaType: string
  width: number
  height: number
  bytes: number
}
const send = (client: ChatClient, body: Buffer<ArrayBuffer> | string, type = 'image/png') =>
  client.fetch('/api/attachments', { method: 'POST', headers: { 'content-type': type }, body })
async function upload(client: ChatClient, body: Buffer = pictures.png, type?: string): Promise<Uploaded> {
  const response = await send(client, body as Buffer<ArrayBuffer>, type)
  expect(response.status).toBe(201)
  return response.json() as Promise<Uploaded>
}
const pathOf = ({ id }: Pick<Uploaded, 'id'>) => `/api/attachments/${id}`
const partOf = (one: Pick<Uploaded, 'id'>, alt?: string) => ({
  ...{ type: 'file', mediaType: 'image/png', url: pathOf(one), filename: 'plan.png' },
  ...(alt && { providerMetadata: { chat: { alt } } }),
})
const count = async (where: string, ...values: unknown[]) =>
  Number((await database.query(`select count(*) from attachment where ${where}`, values)).rows[0].count)

describe('a picture that is sent before its question', () => {
  it.each(['png', 'jpeg', 'webp', 'gif'] as const)(
    '%s is what its bytes say, whatever it is called, and tells no place',
    async (kind) => {
      const client = new ChatClient(url)
      const sent = withPlace()[kind]
      const { id, ...facts } = await upload(client, sent, kind === 'png' ? 'application/octet-stream' : 'image/x-lie')
      expect(facts).toEqual({ mediaType: `image/${kind}`, width: 8, height: 6, bytes: pictures[kind].length })
      const got = await client.fetch(pathOf({ id }))
      const data = Buffer.from(await got.arrayBuffer())
      expect(data).toEqual(pictures[kind])
      expect(data.includes(PLACE)).toBe(false)
      const { rows } = await database.query('select data from attachment where id = $1', [id])
      expect(rows[0].data).toEqual(pictures[kind])
    },
  )

  it('is served to its visitor alone, as nothing but a picture, and once', async () => {
    const client = new ChatClient(url)
    const { id } = await upload(client)
    const got = await client.fetch(pathOf({ id }))
    expect(got.status).toBe(200)
    expect(Object.fromEntries(got.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': String(pictures.png.length),
      'cache-control': 'private, max-age=31536000, immutable',
      'content-disposition': `inline; filename="picture-${id.slice(0, 8)}.png"`,
      'content-security-policy': "default-src 'none'; sandbox",
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      etag: `"${id}"`,
    })
    const again = await client.fetch(pathOf({ id }), { headers: { 'if-none-match': `"${id}"` } })
    expect([again.status, await again.text()]).toEqual([304, ''])
    const other = new ChatClient(url)
    await upload(other)
    for (const stranger of [other, new ChatClient(url)]) {
      const refused = await stranger.fetch(pathOf({ id }), { headers: { 'if-none-match': `"${id}"` } })
      expect(refused.status).toBe(404)
      expect(refused.headers.get('content-type')).toContain('application/problem+json')
    }
    expect((await client.fetch(pathOf({ id: randomUUID() }))).status).toBe(404)
    expect((await client.fetch('/api/attachments/no-id')).status).toBe(400)
  })

  it('can be taken back by its visitor alone', async () => {
    const client = new ChatClient(url)
    const one = await upload(client)
    expect((await new ChatClient(url).fetch(pathOf(one), { method: 'DELETE' })).status).toBe(204)
    expect((await client.fetch(pathOf(one))).status).toBe(200)
    expect((await client.fetch(pathOf(one), { method: 'DELETE' })).status).toBe(204)
    expect((await client.fetch(pathOf(one))).status).toBe(404)
  })

  const refusals: [what: string, body: Buffer | string, type: string, status: number, detail: RegExp][] = [
    ['a page that says it is a picture', '<html><script>alert(1)</script>', 'image/png', 422, /PNG, JPEG, WebP or GIF/],
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'image/svg+xml', 422, /SVG is not taken/],
    ['a photo in HEIC', Buffer.from('\0\0\0\x18ftypheic', 'latin1'), 'image/heic', 422, /HEIC/],
    ['one that is cut off', pictures.jpeg.subarray(0, 300), 'image/jpeg', 422, /damaged/],
    ['nothing', '', 'image/png', 422, /kind that models take/],
    ['too many bytes', Buffer.alloc(MAX_BYTES + 1), 'image/png', 413, /larger than 64 kB/],
    ['a bomb', pngOf(40_000, 40_000, 10), 'image/png', 422, /million pixels/],
    ['JSON', '{}', 'application/json', 415, /PNG, JPEG, WebP or GIF/],
    ['a form', 'a=b', 'application/x-www-form-urlencoded', 415, /PNG, JPEG, WebP or GIF/],
  ]
  it.each(refusals)('is refused in words where it is %s', async (_, body, type, status, detail) => {
    const response = await send(new ChatClient(url), body as string, type)
    const problem = (await response.json()) as Problem
    expect([response.status, problem.status, problem.detail]).toEqual([status, status, expect.stringMatching(detail)])
    expect(response.headers.get('content-type')).toContain('application/problem+json')
  })

  it('does not fill the house: a visitor has so many that were not sent', async () => {
    const client = new ChatClient(url)
    for (let i = 0; i < 32; i++) await upload(client)
    const response = await send(client, pictures.png as Buffer<ArrayBuffer>)
    expect(response.status).toBe(429)
    expect(((await response.json()) as Problem).detail).toContain('not sent')
  })

  it('that nobody sends is gone after a day', async () => {
    const client = new ChatClient(url)
    const [forgotten, fresh, sent] = [await upload(client), await upload(client), await upload(client)]
    await client.ask('Hello', { files: [partOf(sent)] })
    const aged = "update attachment set created_at = now() - interval '25 hours' where id = any($1)"
    await database.query(aged, [[forgotten.id, sent.id]])
    await (await start()).close() // as each start does, and each hour
    expect((await client.fetch(pathOf(forgotten))).status).toBe(404)
    for (const kept of [fresh, sent]) expect((await client.fetch(pathOf(kept))).status).toBe(200)
  })
})

describe('a question with pictures', () => {
  it('has them with its text, their words and their size, after a reload, too', async () => {
    const client = new ChatClient(url)
    const [one, two] = [await upload(client), await upload(client, pictures.gif)]
    const { conversationId, questionId } = await client.ask('Hello', { files: [partOf(one, 'A plan'), partOf(two)] })
    const { messages } = await client.conversation(conversationId)
    const tokens = expect.any(Number)
    expect(messages[0]).toEqual({
      ...{ id: questionId, role: 'user' },
      parts: [
        {
          ...{ type: 'file', mediaType: 'image/png', url: pathOf(one), filename: 'plan.png' },
          providerMetadata: { chat: { alt: 'A plan', width: 8, height: 6, tokens } },
        },
        {
          ...{ type: 'file', mediaType: 'image/gif', url: pathOf(two), filename: 'plan.png' },
          providerMetadata: { chat: { width: 8, height: 6, tokens } },
        },
        { type: 'text', text: 'Hello' },
      ],
    })
  })

  it('needs no text, and is called after them', async () => {
    const client = new ChatClient(url)
    const { conversationId } = await client.ask('', { files: [partOf(await upload(client))] })
    expect((await client.conversation(conversationId)).title).toBe('plan.png')
    await expect(client.ask('')).rejects.toThrow('422: The message is empty')
  })

  it('is refused in words where they are not there, foreign, of another conversation, or too many; nothing is stored', async () => {
    const client = new ChatClient(url)
    const elsewhere = await upload(client)
    await client.ask('Hello', { files: [partOf(elsewhere)] })
    const foreign = await upload(new ChatClient(url))
    const before = mock.requests().length
    for (const one of [foreign, elsewhere, { id: randomUUID() }]) {
      const conversationId = randomUUID()
      const asked = client.ask('Hello', { conversationId, files: [partOf(await upload(client)), partOf(one)] })
      await expect(asked).rejects.toThrow('404: A picture of the message is not there any more')
      expect((await client.fetch(`/api/conversations/${conversationId}`)).status).toBe(404)
    }
    for (const bad of ['https://example.com/x.png', 'data:image/png;base64,AA==', '/api/attachments/../models']) {
      const asked = client.ask('Hello', { files: [{ type: 'file', mediaType: 'image/png', url: bad }] })
      await expect(asked).rejects.toThrow('404: A picture of the message is not there any more')
    }
    const many = Array(9).fill(partOf(await upload(client)))
    await expect(client.ask('Hello', { files: many })).rejects.toThrow('422: The message has 9 pictures; at most 8')
    expect(mock.requests()).toHaveLength(before)
  })

  it('keeps them when it is edited, and when its answer is written anew', async () => {
    const client = new ChatClient(url)
    const files = [partOf(await upload(client))]
    const first = await client.ask('Hello', { files })
    const { conversationId, questionId } = first
    await client.ask('Hello', { conversationId, questionId, files, trigger: 'regenerate-message' })
    await client.ask('Hi', { conversationId, parentId: null, files })
    const { messages, versions } = await client.conversation(conversationId)
    expect(versions[messages[0]?.id ?? '']).toHaveLength(2)
    expect(messages[0]?.parts[0]).toMatchObject({ url: files[0]?.url })
  })

  it('is exported with it: a file holds its pictures itself', async () => {
    const client = new ChatClient(url)
    const { conversationId } = await client.ask('Hello', { files: [partOf(await upload(client), 'A [plan]')] })
    const dataUrl = `data:image/png;base64,${pictures.png.toString('base64')}`
    const exported = async (format: string) =>
      (await client.fetch(`/api/conversations/${conversationId}/export?format=${format}`)).text()
    expect(await exported('markdown')).toContain(`![A  plan ](${dataUrl})\n\nHello`)
    expect(JSON.parse(await exported('json')).messages[0].parts[0]).toMatchObject({ type: 'file', url: dataUrl })
  })

  it('is deleted with its conversation, hidden at once, gone after the hour, and back when that is taken back', async () => {
    const client = new ChatClient(url)
    const one = await upload(client)
    const { conversationId } = await client.ask('Hello', { files: [partOf(one)] })
    const remove = () => client.fetch(`/api/conversations/${conversationId}`, { method: 'DELETE' })
    await remove()
    expect((await client.fetch(pathOf(one))).status).toBe(404)
    expect(await count('id = $1', one.id)).toBe(1)
    await database.query('update conversation set deleted_at = null where id = $1', [conversationId])
    expect((await client.fetch(pathOf(one))).status).toBe(200)
    await remove()
    await database.query("update conversation set deleted_at = now() - interval '2 hours' where id = $1", [
      conversationId,
    ])
    const other = await client.ask('Hello')
    await client.fetch(`/api/conversations/${other.conversationId}`, { method: 'DELETE' })
    await sleep(100)
    expect(await count('id = $1', one.id)).toBe(0)
  })
})

it('tells which it takes', async () => {
  expect((await app.inject('/api/attachments')).json()).toMatchObject({ maxBytes: MAX_BYTES, maxImages: 8 })
})

it('ATTACHMENTS=false takes none', async () => {
  const without = await start({ ATTACHMENTS: 'false' })
  const response = await without.inject({ method: 'POST', url: '/api/attachments', payload: pictures.png })
  expect(response.statusCode).toBe(404)
  const message = {
    id: randomUUID(),
    role: 'user',
    parts: [partOf({ id: randomUUID() }), { type: 'text', text: 'Hi' }],
  }
  const payload = { id: randomUUID(), trigger: 'submit-message', message }
  expect((await without.inject({ method: 'POST', url: '/api/chat', payload })).statusCode).toBe(404)
  const models = (await without.inject('/api/models')).json() as { images: boolean }[]
  expect(models.some(({ images }) => images)).toBe(false)
  await without.close()
})

it('the OpenAPI document has the routes, their bodies and every answer', async () => {
  const { paths } = (await app.inject('/openapi.json')).json()
  const { post } = paths['/api/attachments']
  expect(Object.keys(post.requestBody.content)).toContain('image/webp')
  expect(Object.keys(post.responses)).toEqual(
    expect.arrayContaining(['201', '400', '413', '415', '422', '429', '500', '503']),
  )
  const { get } = paths['/api/attachments/{id}']
  expect(Object.keys(get.responses['200'].content)).toEqual(['image/png', 'image/jpeg', 'image/webp', 'image/gif'])
  expect(Object.keys(get.responses).sort()).toEqual(['200', '304', '400', '404', '500', '503'])
  const question = JSON.stringify(paths['/api/chat'].post.requestBody)
  expect(question).toContain('"file"')
  expect(question).toContain(`"maxContains":${MOST_IMAGES}`)
})
