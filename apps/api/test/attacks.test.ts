import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { type ApiProcess, startApi } from '@repo/local-stack/api-process'
import { ownDatabase } from '@repo/local-stack/own-database'
import { sendRaw, statusesOf } from '@repo/local-stack/raw-http'
import { startTestIssuer, type TestIssuer } from '@repo/local-stack/test-issuer'
import { type Mock, startMock } from '@repo/mock-llm/mock'
import { type Sink, startSink } from '@repo/viewer/sink'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { ChatClient } from './chat-client.ts'
import { LoginClient, PUBLIC_URL } from './login-client.ts'
import { type Operation, operationsOf } from './operations.ts'

const canary = {
  session: 'canarysession8201'.padEnd(40, 'xyz'),
  header: 'canaryheader8202',
  issuer: 'canaryclientsecret8203',
}

let mock: Mock
let sink: Sink
let issuer: TestIssuer
let api: ApiProcess
let port: number
let client: LoginClient
let operations: Operation[]
let password: string

// With login and administrators: every route that there is.
beforeAll(async () => {
  mock = await startMock({ pace: 0 })
  sink = await startSink()
  issuer = await startTestIssuer(PUBLIC_URL)
  const databaseUrl = await ownDatabase(inject('databaseUrl'))
  password = new URL(databaseUrl).password
  api = await startApi({
    DATABASE_URL: databaseUrl,
    OPENAI_BASE_URL: mock.url,
    OPENAI_CUSTOM_HEADERS: `x-gateway-key: ${canary.header}`,
    SESSION_SECRET: canary.session,
    RATE_LIMIT_PER_MINUTE: '100000',
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    LOG_LEVEL: 'trace',
    ...issuer.env,
    ADMIN_EMAILS: 'ada@example.com',
  })
  port = Number(new URL(api.url).port)
  client = new LoginClient(api.url)
  await client.logIn('ada')
  operations = await operationsOf(api.url)
})

afterAll(async () => {
  await api?.stop()
  await issuer?.stop()
  await mock?.stop()
  await sink?.stop()
})

const withIds = (path: string) => path.replaceAll(/\{\w+\}/g, () => randomUUID())
const question = (text: string) => ({
  id: randomUUID(),
  trigger: 'submit-message',
  message: { id: randomUUID(), role: 'user', parts: [{ type: 'text', text }] },
})

describe('a body', () => {
  const nested = (open: string, close: string, depth = 100_000) => open.repeat(depth) + close.repeat(depth)
  const json = 'application/json'
  const bodies: Record<string, { type?: string; body: string | Uint8Array; encoding?: string }> = {
    'of 2 MiB': { type: json, body: `{"a":"${'x'.repeat(2 ** 21)}"}` },
    'of arrays, 100,000 deep': { type: json, body: nested('[', ']') },
    'of objects, 100,000 deep': { type: json, body: nested('{"a":', '}').replace('}', '1}') },
    'that is cut off': { type: json, body: '{"id": "' },
    'that is no JSON': { type: json, body: '<xml/>' },
    'that is empty': { type: json, body: '' },
    'that is null': { type: json, body: 'null' },
    'that is a list': { type: json, body: '[]' },
    'of bytes that are no UTF-8': { type: json, body: Buffer.from([0x7b, 0xff, 0xfe, 0x7d]) },
    'with another charset': { type: `${json}; charset=utf-7`, body: '+AHs-' },
    'with a huge number': { type: json, body: '{"parentId": 1e999999}' },
    'with NUL in a name': { type: json, body: '{"\\u0000": "\\u0000"}' },
    'with half a character': { type: json, body: '{"title": "\\ud800", "comment": "\\udfff"}' },
    'with __proto__': { type: json, body: '{"__proto__": {"polluted": true}, "title": "x", "rating": "up"}' },
    'with constructor.prototype': {
      type: json,
      body: '{"constructor": {"prototype": {"polluted": true}}, "title": "x", "rating": "up"}',
    },
    'of text': { type: 'text/plain', body: '{"title": "x"}' },
    'of a form': { type: 'application/x-www-form-urlencoded', body: 'title=x&__proto__[polluted]=1' },
    'of several parts': { type: 'multipart/form-data; boundary=x', body: '--x\r\n\r\n--x--' },
    'of XML': { type: 'application/xml', body: '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>' },
    'without a type': { body: Buffer.from('{}') },
    'with a malformed type': { type: 'application/json/x; ;', body: '{}' },
    'that is compressed': { type: json, body: gzipSync('{"title": "x"}'), encoding: 'gzip' },
    'that decompresses to 100 MB': { type: json, body: gzipSync(Buffer.alloc(1e8)), encoding: 'gzip' },
  }

  it.each(Object.entries(bodies))(
    '%s is refused by every route, in words, as the document says',
    async (_, { type, body, encoding }) => {
      const taking = operations.filter(({ types }) => types.length > 0)
      expect(taking.length).toBeGreaterThan(4)
      for (const { path, method, statuses } of taking) {
        const headers = { ...(type && { 'content-type': type }), ...(encoding && { 'content-encoding': encoding }) }
        const begin = performance.now()
        const response = await client.fetch(withIds(path), { method, headers, body: body })
        const what = `${method} ${path}: ${response.status}`
        expect(response.status, what).toBeGreaterThanOrEqual(400)
        expect(response.status, what).toBeLessThan(500)
        expect(statuses, what).toContain(String(response.status))
        expect(response.headers.get('content-type'), what).toMatch(/^application\/problem\+json/)
        expect(((await response.json()) as { detail: string }).detail.length, what).toBeGreaterThan(10)
        expect(performance.now() - begin, what).toBeLessThan(2000)
      }
    },
  )

  it('that routes without one get is not read, whatever it is', async () => {
    for (const { path, method } of operations.filter(({ types, method }) => types.length === 0 && method !== 'GET')) {
      if (path === '/api/logout' || path === '/api/personal-data') continue // they would end this test's session
      const headers = { 'content-type': 'application/json' }
      const response = await client.fetch(withIds(path), { method, headers, body: '{"__proto__": {"polluted": true}}' })
      await response.body?.cancel()
      expect(response.status, `${method} ${path}`).toBeLessThan(500)
    }
  })

  it('changes no prototype: neither do a query, a cookie, nor what a tool is called with', async () => {
    await client.fetch('/api/conversations?__proto__[polluted]=1&constructor.prototype.polluted=1&__proto__=x')
    await fetch(`${api.url}/api/account`, { headers: { cookie: '__proto__=x; constructor=y; visitor=__proto__' } })
    // Whatever had a prototype changed would answer with it from now on.
    const health = await (await client.fetch('/health')).text()
    expect(health).toBe('{"status":"ok"}')
    const { metadata } = await client.ask('What is 17% of 2,340?')
    expect(JSON.stringify(metadata)).not.toContain('polluted')
  })
})

it.each([
  ['NUL', 'K%00%C2%92'],
  ['bytes that are no UTF-8', '%FF%C3%28'],
  ['quotes and wildcards', "'%22%25_%5C;--"],
  ['8,000 characters', 'x'.repeat(8000)],
])('a query with %s in anything is answered as the document says', async (_, text) => {
  const asking = operations.filter(({ queries }) => queries.length > 0)
  expect(asking.length).toBeGreaterThan(3)
  for (const { path, method, queries, statuses } of asking)
    for (const name of queries) {
      const response = await client.fetch(`${withIds(path)}?${name}=${text}`, { method, redirect: 'manual' })
      await response.body?.cancel()
      expect(response.status, `${method} ${path} ${name}`).toBeLessThan(500)
      expect(statuses, `${method} ${path} ${name}`).toContain(String(response.status))
    }
})

describe('a path', () => {
  const id = randomUUID()
  it.each([
    '/api/..%2fdocs',
    '/api/%2e%2e/openapi.json',
    '/api/..;/openapi.json',
    '/api//conversations',
    '//api/models',
    '/api/conversations/%00',
    `/api/conversations/${id}%00`,
    `/api/conversations/${id}%2f..%2f..%2fmodels`,
    '/api/conversations/%c0%ae%c0%ae',
    '/api/conversations/%',
    '/api/conversations/%zz',
    '/api/\\..\\models',
    '/API/MODELS',
    '/docs/static/..%2f..%2f..%2fpackage.json',
    '/docs/static/%2e%2e/%2e%2e/package.json',
    '/docs/static/....//....//package.json',
  ])('%s leads nowhere', async (path) => {
    const cookie = [...client.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const request = `GET ${path} HTTP/1.1\r\nhost: x\r\ncookie: ${cookie}\r\nconnection: close\r\n\r\n`
    const { text } = await sendRaw(port, request, { quietMs: 2000 })
    const [status = 0] = statusesOf(text)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
    expect(text).not.toMatch(/"openapi"|"dependencies"|mock-standard/)
  })

  it('that is absolute, or names another host, is this API’s all the same', async () => {
    for (const target of [
      'http://evil.example/health',
      'http://169.254.169.254/health',
      'https://127.0.0.1:1/health',
    ]) {
      const { text } = await sendRaw(port, `GET ${target} HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n`)
      expect([200, 400, 404]).toContain(statusesOf(text)[0])
      expect(text).not.toContain('evil.example')
    }
    const { text } = await sendRaw(port, 'CONNECT evil.example:443 HTTP/1.1\r\nhost: evil.example:443\r\n\r\n')
    expect(text).not.toMatch(/^HTTP\/1\.1 2/)
  })
})

describe('two requests in one', () => {
  const smuggled = 'GET /smuggled HTTP/1.1\r\nhost: x\r\n\r\n'
  const post = (headers: string) =>
    `POST /api/logout HTTP/1.1\r\nhost: x\r\nsec-fetch-site: cross-site\r\n${headers}\r\n`
  const size = (text: string) => text.length.toString(16)
  it.each([
    ['length and chunks (CL.TE)', `${post('content-length: 6\r\ntransfer-encoding: chunked\r\n')}0\r\n\r\n${smuggled}`],
    [
      'chunks and length (TE.CL)',
      `${post('transfer-encoding: chunked\r\ncontent-length: 4\r\n')}${size(smuggled)}\r\n${smuggled}\r\n0\r\n\r\n`,
    ],
    ['two lengths', post(`content-length: 0\r\ncontent-length: ${smuggled.length}\r\n`) + smuggled],
    ['lengths in a list', post(`content-length: 0, ${smuggled.length}\r\n`) + smuggled],
    ['a negative length', post('content-length: -1\r\n') + smuggled],
    ['a length with a plus', post('content-length: +0\r\n') + smuggled],
    ['an unknown coding', post('transfer-encoding: xchunked\r\n') + smuggled],
    ['chunks that are not the last coding', `${post('transfer-encoding: chunked, identity\r\n')}0\r\n\r\n${smuggled}`],
    ['a blank before the colon', `${post('transfer-encoding : chunked\r\n')}0\r\n\r\n${smuggled}`],
    ['a folded header', `${post('x-a: b\r\n transfer-encoding: chunked\r\n')}0\r\n\r\n${smuggled}`],
    ['lines that end with LF alone', `POST /api/logout HTTP/1.1\nhost: x\n\n${smuggled}`],
    ['a chunk with a wrong size', `${post('transfer-encoding: chunked\r\n')}1\r\n${smuggled}\r\n0\r\n\r\n`],
    ['an extension of a chunk with a line break', `${post('transfer-encoding: chunked\r\n')}0;\n\r\n${smuggled}`],
    ['NUL in a header', post('x-a: b\0c\r\ncontent-length: 0\r\n') + smuggled],
  ])('by %s: the connection ends, and the second is never read', async (_, bytes) => {
    const { text, ended } = await sendRaw(port, bytes, { quietMs: 1000 })
    expect(text).not.toContain('/smuggled')
    expect(ended).toBe(true)
    expect(statusesOf(text).length).toBeLessThanOrEqual(1)
  })

  it('a path of 5,000 characters is looked for in vain; headers beyond 16 KiB are refused', async () => {
    expect((await client.fetch(`/api/conversations/${'x'.repeat(5000)}`)).status).toBe(414)
    const { text } = await sendRaw(port, `GET /health HTTP/1.1\r\nhost: x\r\nx-a: ${'b'.repeat(20_000)}\r\n\r\n`)
    expect(statusesOf(text)).toEqual([431])
  })
})

it('what a request says of where it comes from changes nothing: not who asks, not the rate, not where one is sent', async () => {
  const forwarded = {
    'x-forwarded-for': '10.0.0.1',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
    'x-real-ip': '10.0.0.1',
    'x-original-url': '/api/admin',
    'x-rewrite-url': '/api/admin',
    'x-http-method-override': 'DELETE',
    forwarded: 'for=10.0.0.1;host=evil.example',
  }
  const login = await fetch(`${api.url}/api/login`, { headers: forwarded, redirect: 'manual' })
  expect(login.headers.get('location')).not.toContain('evil')
  expect(decodeURIComponent(login.headers.get('location') ?? '')).toContain(`${PUBLIC_URL}/api/login/callback`)
  const models = await client.fetch('/api/models', { headers: forwarded })
  expect(await models.text()).toContain('mock-standard')
})

describe('a log', () => {
  it('has one line for what happened, whatever is written into a request', async () => {
    const forged = '{"level":30,"msg":"forged"}'
    const before = api.output().length
    for (const path of [
      `/api/nothing%0a${encodeURIComponent(forged)}`,
      `/api/nothing%0d%0a%1b[2J${encodeURIComponent(forged)}`,
      `/api/nothing\x85${encodeURIComponent(forged)}`,
    ])
      await sendRaw(port, `GET ${path} HTTP/1.1\r\nhost: x\r\nuser-agent: \x1b]0;x\x07\r\nconnection: close\r\n\r\n`)
    await client.post('/api/chat', question(`mock-echo \n${forged}\u001b[2J`))
    await client.ask(`mock-500 \n${forged}`)
    await expect.poll(() => api.output().slice(before)).toContain('"mock-standard"')
    const lines = api.output().slice(before).trim().split('\n')
    for (const line of lines) {
      expect(JSON.parse(line), line).not.toMatchObject({ msg: 'forged' })
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      expect(line).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f]/)
    }
  })
})

describe('the API asks nobody but whom it was told of', () => {
  it('whatever people and models write into a text, an id, a title, a comment or a picture’s address', async () => {
    const met: string[] = []
    const trap = createServer((request, response) => {
      met.push(`${request.method} ${request.url}`)
      response.end('{}')
    }).listen(0, '127.0.0.1')
    await once(trap, 'listening')
    const bait = `http://127.0.0.1:${(trap.address() as AddressInfo).port}/bait`
    const { conversationId, messageId } = await client.ask(`mock-echo ![a](${bait}) <img src="${bait}"> ${bait}`)
    const json = { 'content-type': 'application/json' }
    const send = (method: string, path: string, body: object) =>
      client.fetch(path, {
        method,
        headers: { ...json, origin: PUBLIC_URL, referer: bait },
        body: JSON.stringify(body),
      })
    await send('PATCH', `/api/conversations/${conversationId}`, { title: bait, model: bait })
    await send('PATCH', `/api/conversations/${conversationId}`, { title: bait })
    await send('PUT', `/api/messages/${messageId}/feedback`, { rating: 'up', comment: bait })
    for (const url of [bait, `/api/attachments/../../../bait`, `${bait}#/api/attachments/${randomUUID()}`]) {
      const file = { type: 'file', mediaType: 'image/png', url }
      const asked = question('Look')
      const message = { ...asked.message, parts: [file, ...asked.message.parts] }
      expect((await send('POST', '/api/chat', { ...asked, message })).status, url).toBeGreaterThanOrEqual(400)
    }
    await client.fetch(`/api/login?to=${encodeURIComponent(bait)}`)
    await client.fetch(`/api/login/callback?state=x&code=y&iss=${encodeURIComponent(bait)}`)
    await client.fetch(`/api/conversations/${conversationId}/export?format=markdown`)
    trap.closeAllConnections()
    trap.close()
    expect(met).toEqual([])
  })
})

describe('a server that was configured, and is not to be trusted,', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'attacks-'))
  const met: string[] = []
  let redirected = 0
  let own: ApiProcess
  const servers: Server[] = []
  const listen = async (answer: RequestListener) => {
    const server = createServer(answer).listen(0, '127.0.0.1')
    servers.push(server)
    await once(server, 'listening')
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  beforeAll(async () => {
    const elsewhere = await listen((request, response) => {
      met.push(`${request.method} ${request.url}`)
      response.end('{}')
    })
    const model = await listen(async (request, response) => {
      let body = ''
      for await (const piece of request) body += piece
      const [, status] = /redirect (\d+)/.exec(body) ?? []
      if (status) return response.writeHead(Number(status), { location: `${elsewhere}/latest/meta-data` }).end()
      // Of one line, without end, and small on its way.
      response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' })
      response.end(gzipSync(`data: {"choices":[{"delta":{"content":"${'x'.repeat(2 ** 27)}`))
    })
    const tools = await listen((_request, response) => {
      redirected++
      response.writeHead(307, { location: `${elsewhere}/latest/meta-data` }).end()
    })
    const file = path.join(folder, 'mcp.json')
    writeFileSync(file, JSON.stringify({ mcpServers: { tricky: { url: `${tools}/mcp` } } }))
    own = await startApi({
      DATABASE_URL: await ownDatabase(inject('databaseUrl')),
      OPENAI_BASE_URL: `${model}/v1`,
      OPENAI_API_KEY: 'sk-x',
      LLM_MODEL: 'x',
      LLM_MAX_RETRIES: '0',
      MCP_SERVERS_FILE: file,
    })
  })
  afterAll(async () => {
    await own?.stop()
    for (const server of servers) {
      server.closeAllConnections()
      server.close()
    }
    rmSync(folder, { recursive: true })
  })

  it('as a model’s, does not send the API elsewhere with the key and the question', async () => {
    for (const status of [301, 302, 303, 307, 308])
      expect((await new ChatClient(own.url).ask(`redirect ${status}`)).metadata.outcome).toBe('failed')
    expect(met).toEqual([])
  })

  it('as a tool’s, does neither, and the chat does without it', async () => {
    await expect.poll(() => redirected).toBeGreaterThan(0)
    expect((await fetch(`${own.url}/ready`)).status).toBe(200)
    expect(met).toEqual([])
  })

  it.skipIf(process.platform !== 'linux')(
    'as a model’s, fills no memory with what decompresses to 128 MiB',
    async () => {
      const { outcome } = (await new ChatClient(own.url).ask('Hello')).metadata
      expect(['failed', 'truncated']).toContain(outcome)
      const highest = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${own.process.pid}/status`, 'utf8'))?.[1]
      expect(Number(highest) / 1024).toBeLessThan(500)
    },
  )
})

// The last one: it ends the process.
it('no secret of the process is in an answer, a log line, an error or telemetry', async () => {
  const answers: string[] = []
  for (const { path, method } of operations)
    if (!/^\/api\/(log(in|out)|personal-data)/.test(path))
      answers.push(await (await client.fetch(withIds(path), { method })).text())
  await client.ask('mock-500 x')
  await api.stop()
  const told = { answers: answers.join('\n'), log: api.output(), telemetry: sink.rawBodies().join('\n') }
  expect(told.log).toContain('turn failed')
  expect(told.telemetry).toContain('invoke_agent')
  expect(password.length).toBeGreaterThan(20)
  const secrets = [...Object.values(canary), issuer.env.OIDC_CLIENT_SECRET ?? '', password]
  for (const [place, text] of Object.entries(told))
    for (const secret of secrets) expect(text.includes(secret), `${secret.slice(0, 14)} in ${place}`).toBe(false)
  const broken = await startApi({
    DATABASE_URL: `postgresql://chat:canarypassword8204@127.0.0.1:1/chat`,
    SESSION_SECRET: canary.session,
    OPENAI_API_KEY: 'sk-canarykey8205',
  }).catch((error: Error) => error.message)
  expect(broken).toContain('DATABASE_URL does not answer')
  expect(broken).not.toMatch(/canary/)
})
