import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { sendRaw, statusesOf } from '@repo/local-stack/raw-http'
import { startTestIssuer, type TestIssuer } from '@repo/local-stack/test-issuer'
import { type Mock, startMock } from '@repo/mock-llm/mock'
import Fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refuseDefaults } from '../src/protection/defaults.ts'
import { limitSlowness } from '../src/protection/slowness.ts'
import { startHere } from './app-here.ts'
import { LoginClient, PUBLIC_URL } from './login-client.ts'
import { exampleOf, isReading, type Operation, operationsOf } from './operations.ts'

let mock: Mock
let issuer: TestIssuer
let here: Awaited<ReturnType<typeof startHere>>
let url: string
let client: LoginClient
let operations: Operation[]

// With login and administrators: every route that there is.
beforeAll(async () => {
  mock = await startMock({ pace: 0 })
  issuer = await startTestIssuer(PUBLIC_URL)
  const env = {
    OPENAI_BASE_URL: mock.url,
    SESSION_SECRET: 'whatever a request asks for, this holds',
    RATE_LIMIT_PER_MINUTE: '100000',
  }
  here = await startHere(env, { ...issuer.env, ADMIN_EMAILS: 'ada@example.com' })
  url = here.url
  client = new LoginClient(url)
  await client.logIn('ada')
  operations = await operationsOf(url)
})

afterAll(async () => {
  await here?.stop()
  await issuer?.stop()
  await mock?.stop()
})

const withIds = (path: string) => path.replaceAll(/\{\w+\}/g, () => randomUUID())
const bodyOf = ({ schema }: Operation): RequestInit =>
  schema
    ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(exampleOf(schema, () => randomUUID())) }
    : {}

describe('what may change something', () => {
  const elsewhere: Record<string, string>[] = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site', origin: 'http://other.localhost:3999' },
    { origin: 'https://evil.example' },
    { origin: 'http://chat.localhost:3999.evil.example' },
    { origin: 'http://127.0.0.1:1' },
    { origin: 'null' },
    { origin: 'https://evil.example', 'x-forwarded-host': 'chat.example' },
    { 'sec-fetch-site': 'cross-site', origin: PUBLIC_URL },
  ]

  it('is refused on every route where a page of another origin sends it, with a cookie that counts, too; the document says so', async () => {
    const changing = operations.filter((one) => !isReading(one))
    expect(changing.length).toBeGreaterThan(10)
    const asked = mock.requests().length
    for (const operation of changing)
      for (const headers of elsewhere) {
        const { method, path, statuses } = operation
        const { headers: own, ...body } = bodyOf(operation)
        const response = await client.fetch(withIds(path), { method, ...body, headers: { ...own, ...headers } })
        const what = `${method} ${path} ${JSON.stringify(headers)}`
        expect(response.status, what).toBe(403)
        expect(await response.json(), what).toMatchObject({ type: 'urn:lgtm-chat:problem:from-elsewhere' })
        expect(statuses, what).toContain('403')
      }
    expect(mock.requests()).toHaveLength(asked)
    expect((await client.fetch('/api/account')).status, 'nobody was logged out').toBe(200)
  })

  it('is done for this origin’s own pages, behind a proxy with another host, too, and for what is no browser', async () => {
    const { host } = new URL(url)
    for (const headers of [
      {},
      { 'sec-fetch-site': 'same-origin', origin: 'http://localhost:3000' },
      { 'sec-fetch-site': 'none' },
      { origin: `http://${host}` },
      { origin: PUBLIC_URL },
      { origin: 'https://chat.example', 'x-forwarded-host': 'chat.example' },
    ] as Record<string, string>[])
      expect((await client.fetch('/api/visitor', { method: 'POST', headers })).status, JSON.stringify(headers)).toBe(
        200,
      )
  })

  it('no page of another origin is told anything: no answer has a CORS header', async () => {
    for (const { method, path } of operations) {
      const asking = { origin: 'https://evil.example', 'access-control-request-method': method }
      for (const verb of ['OPTIONS', 'GET']) {
        const response = await client.fetch(withIds(path), { method: verb, headers: asking, redirect: 'manual' })
        await response.body?.cancel()
        const cors = [...response.headers.keys()].filter((name) => name.startsWith('access-control-'))
        expect(cors, `${verb} ${path}`).toEqual([])
      }
    }
  })
})

it('every answer has the usual headers, refusals and what is not there, too', async () => {
  for (const path of ['/api/models', '/api/nothing', '/health', '/openapi.json', '/api/conversations/x']) {
    const { headers } = await client.fetch(path)
    const told = Object.fromEntries(headers)
    expect(told, path).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'strict-transport-security': expect.stringContaining('max-age='),
      'content-security-policy': expect.stringContaining("default-src 'self'"),
    })
    expect(told, path).not.toHaveProperty('server')
    expect(told, path).not.toHaveProperty('x-powered-by')
  }
})

describe('a request that arrives too slowly', () => {
  it('is ended, in its headers and in its body; the others are answered meanwhile', async () => {
    const small = Fastify()
    small.post('/', async () => 'done')
    small.get('/', async () => 'quick')
    limitSlowness(small.server, { headersMs: 300, requestMs: 600, lookMs: 50 })
    await small.listen({ host: '127.0.0.1', port: 0 })
    const { port } = small.server.address() as AddressInfo
    const slow = { pauseMs: 50, quietMs: 5000 }
    const dripped = [...'GET / HTTP/1.1\r\nhost: x\r\n', ...'x-a: b\r\n'.repeat(100)]
    const head = 'POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n'
    const chunked = 'POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n'
    const [headers, body, chunks, nothing, quick] = await Promise.all([
      sendRaw(port, dripped, slow),
      sendRaw(port, [head, ...'"'.padEnd(200, 'a')], slow),
      sendRaw(port, [chunked, ...'1\r\na\r\n'.repeat(100)], slow),
      sendRaw(port, 'G', slow),
      fetch(`http://127.0.0.1:${port}/`),
    ])
    for (const one of [headers, body, chunks, nothing]) {
      expect(statusesOf(one.text)).toEqual([408])
      expect(one.ended).toBe(true)
      expect(one.ms).toBeLessThan(2500)
    }
    expect(quick.status).toBe(200)
    await small.close()
  })

  it('has 10 s for its headers and two minutes for all of it; an answer may take longer', () => {
    const { headersTimeout, requestTimeout } = here.app.server
    expect([headersTimeout, requestTimeout]).toEqual([10_000, 120_000])
    expect(here.app.server).toMatchObject({ connectionsCheckingInterval: 5000 })
  })
})

describe('production', () => {
  const secret = '3f8a1c9e'.repeat(8)
  const refused = (env: Record<string, string>) => {
    try {
      refuseDefaults({ NODE_ENV: 'production', SESSION_SECRET: secret, ...env })
      return ''
    } catch (error) {
      return `${(error as Error).constructor.name}: ${(error as Error).message}`
    }
  }
  const beyond = { PUBLIC_URL: 'https://chat.example.com' }

  it.each([
    [{ SESSION_SECRET: '' }, /SESSION_SECRET can be guessed/],
    [{ SESSION_SECRET: 'x'.repeat(40) }, /SESSION_SECRET can be guessed/],
    [{ SESSION_SECRET: '0123'.repeat(10) }, /SESSION_SECRET can be guessed/],
    [{ ...beyond, DATABASE_URL: 'postgresql://chat:chat@db/chat' }, /password is one that everybody knows/],
    [{ ...beyond, DATABASE_URL: 'postgresql://chat@db/chat', PGPASSWORD: 'chat' }, /everybody knows/],
    [{ ...beyond, DATABASE_URL: 'postgresql://chat:Postgres@db/chat' }, /everybody knows/],
  ])('does not start with %j', (env, sentence) => {
    expect(refused(env)).toMatch(/^ConfigError: /)
    expect(refused(env)).toMatch(sentence)
  })

  it.each([
    {},
    { ...beyond, DATABASE_URL: 'postgresql://chat:k3%2FmT9@db/chat' },
    { PUBLIC_URL: 'http://localhost:3000', DATABASE_URL: 'postgresql://chat:chat@db/chat' },
    { NODE_ENV: 'development', SESSION_SECRET: '' },
  ])('starts with %j', (env) => expect(refused(env)).toBe(''))
})
