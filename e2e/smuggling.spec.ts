import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { endWithUs } from '@repo/local-stack/end-with-us'
import { freePort } from '@repo/local-stack/ports'
import { sendRaw, statusesOf } from '@repo/local-stack/raw-http'
import { expect, test } from './fixtures.ts'

interface Met {
  readonly line: string
  readonly headers: Record<string, unknown>
}

/** The production web server, before something that writes down what it is asked in the place of the API. */
async function startWeb(env: Record<string, string> = {}) {
  const met: Met[] = []
  const api = createServer((request, response) => {
    met.push({ line: `${request.method} ${request.url}`, headers: request.headers })
    request.resume()
    const said = request.url === '/api/models' ? [] : { items: [], nextCursor: null }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(said))
  }).listen(0, '127.0.0.1')
  await once(api, 'listening')
  const port = await freePort()
  const web = spawn(
    process.execPath,
    ['node_modules/next/dist/bin/next', 'start', '-H', '127.0.0.1', '-p', String(port)],
    {
      cwd: path.join(import.meta.dirname, '../apps/web'),
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'production',
        NEXT_TELEMETRY_DISABLED: '1',
        OTEL_SDK_DISABLED: 'true',
        API_URL: `http://127.0.0.1:${(api.address() as AddressInfo).port}`,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const removeGuard = endWithUs(web)
  let log = ''
  web.stdout.setEncoding('utf8').on('data', (text) => (log += text))
  await expect
    .poll(
      () =>
        sendRaw(port, 'GET /icon.svg HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n').then(
          ({ text }) => statusesOf(text)[0],
        ),
      { timeout: 30_000 },
    )
    .toBe(200)
  return {
    port,
    met,
    log: () => log,
    async stop() {
      const closed = once(web, 'exit')
      web.kill()
      await closed
      removeGuard()
      api.closeAllConnections()
      api.close()
    },
  }
}

let web: Awaited<ReturnType<typeof startWeb>>
test.beforeAll(async () => {
  web = await startWeb()
})
test.afterAll(() => web?.stop())

const send = (bytes: string, quietMs = 15_000) => sendRaw(web.port, bytes, { quietMs })

test('no path leads beyond /api of the API, however it is written', async () => {
  const met = web.met.length
  for (const target of [
    '/api/../docs',
    '/api/%2e%2e/openapi.json',
    '/api/..%2fopenapi.json',
    '/api/%2e%2e%2fopenapi.json',
    '/api/x/..%2f..%2fopenapi.json',
    '/api/..;/openapi.json',
    '/api/..\\openapi.json',
    '/api/%5c..%5copenapi.json',
    '/api/%252e%252e/openapi.json',
    '/api/.%00./openapi.json',
    '/api/%00/../../openapi.json',
    '//evil.example/api/models',
    '/api//evil.example/',
    '/api/@evil.example/',
    '/api/http://evil.example/',
    'http://evil.example/api/models',
    'http://127.0.0.1:1/api/models',
    '/_next/image?url=http%3A%2F%2F127.0.0.1%3A1%2Fx&w=640&q=75',
    '/_next/image?url=%2F%2Fevil.example%2Fx&w=640&q=75',
    '/_next/..%2f..%2f..%2f..%2fpackage.json',
    '/_next/static/..%2f..%2f..%2fpackage.json',
    '/..%2f..%2fpackage.json',
  ]) {
    const { text } = await send(`GET ${target} HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n`)
    expect(text, target).not.toMatch(/"dependencies"|"openapi":/)
    expect(statusesOf(text)[0], `${target}\n${text.slice(0, 300)}`).not.toBe(500)
  }
  for (const { line, headers } of web.met.slice(met)) {
    const { pathname } = new URL(line.split(' ')[1] ?? '', 'http://api')
    expect(decodeURIComponent(pathname).split(/[/\\]/), line).not.toContain('..')
    expect(pathname, line).toMatch(/^\/api\//)
    expect(String(headers.host), line).toMatch(/^127\.0\.0\.1:/)
  }
})

test('two requests in one are not two for the API', async () => {
  const smuggled = 'GET /api/smuggled HTTP/1.1\r\nhost: x\r\n\r\n'
  const post = (headers: string) => `POST /api/x HTTP/1.1\r\nhost: x\r\n${headers}\r\n`
  const size = smuggled.length.toString(16)
  for (const bytes of [
    `${post('content-length: 6\r\ntransfer-encoding: chunked\r\n')}0\r\n\r\n${smuggled}`,
    `${post('transfer-encoding: chunked\r\ncontent-length: 4\r\n')}${size}\r\n${smuggled}\r\n0\r\n\r\n`,
    post(`content-length: 0\r\ncontent-length: ${smuggled.length}\r\n`) + smuggled,
    post(`content-length: 0, ${smuggled.length}\r\n`) + smuggled,
    post('content-length: +0\r\n') + smuggled,
    post('transfer-encoding: xchunked\r\n') + smuggled,
    `${post('transfer-encoding: chunked, identity\r\n')}0\r\n\r\n${smuggled}`,
    `${post('transfer-encoding : chunked\r\n')}0\r\n\r\n${smuggled}`,
    `${post('x-a: b\r\n transfer-encoding: chunked\r\n')}0\r\n\r\n${smuggled}`,
    `POST /api/x HTTP/1.1\nhost: x\n\n${smuggled}`,
    `${post('transfer-encoding: chunked\r\n')}0;\n\r\n${smuggled}`,
  ]) {
    const { text } = await send(bytes, 3000)
    expect(statusesOf(text).length, bytes).toBeLessThanOrEqual(1)
  }
  // A whole body is passed on whole: what looks like a request in it is none.
  await send(
    `${post(`content-length: ${smuggled.length}\r\ncontent-type: application/json\r\nconnection: close\r\n`)}${smuggled}`,
  )
  await send(
    `GET /api/x%0d%0aHost:%20evil%0d%0a%0d%0aGET%20/api/smuggled HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`,
  )
  const lines = web.met.map(({ line }) => line)
  expect(lines).toContain('POST /api/x')
  expect(lines.filter((line) => /^GET \/api\/smuggled/.test(line))).toEqual([])
})

test('the API is told nothing that a request says of itself but what it asks', async () => {
  const spoofed = [
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-real-ip',
    'forwarded',
    'x-forwarded-email',
  ]
  const more = ['authorization', 'x-http-method-override', 'x-middleware-subrequest', 'x-original-url', 'baggage', 'te']
  const headers = [...spoofed, ...more].map((name) => `${name}: evil8501\r\n`).join('')
  const met = web.met.length
  await send(`GET /api/spoofed HTTP/1.1\r\nhost: evil8501\r\nconnection: close, x-api-key\r\n${headers}\r\n`)
  expect(web.met).toHaveLength(met + 1)
  const { headers: told } = web.met[met] as Met
  expect(JSON.stringify(told)).not.toContain('evil8501')
})

test('a page of another origin changes nothing through it; pages have the usual headers', async () => {
  const met = web.met.length
  const ask = (headers: string) =>
    send(`POST /api/x HTTP/1.1\r\nhost: chat.example\r\ncontent-length: 0\r\nconnection: close\r\n${headers}\r\n`)
  for (const headers of [
    'sec-fetch-site: cross-site\r\n',
    'sec-fetch-site: same-site\r\norigin: http://other.chat.example\r\n',
    'origin: https://evil.example\r\n',
    'origin: null\r\n',
  ]) {
    const { text } = await ask(headers)
    expect(statusesOf(text), headers).toEqual([403])
    expect(text).toContain('urn:lgtm-chat:problem:from-elsewhere')
  }
  expect(web.met).toHaveLength(met)
  for (const headers of ['', 'sec-fetch-site: same-origin\r\n', 'origin: http://chat.example\r\n'])
    expect(statusesOf((await ask(headers)).text), headers).toEqual([200])

  const { text } = await send('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
  for (const header of [
    'x-content-type-options: nosniff',
    'x-frame-options: DENY',
    'referrer-policy: strict-origin-when-cross-origin',
    'cross-origin-opener-policy: same-origin',
    'cross-origin-resource-policy: same-origin',
    'x-dns-prefetch-control: off',
  ])
    expect(text.toLowerCase()).toContain(header.toLowerCase())
  const [, policy = ''] = /^content-security-policy: (.*)$/im.exec(text) ?? []
  expect(policy).toMatch(/script-src 'self' 'nonce-[\w+/]{22}=='(;|$)/)
  expect(policy).toMatch(/object-src 'none'.*base-uri 'none'.*form-action 'self'.*frame-ancestors 'none'/)
  expect(text).not.toMatch(/^x-powered-by:/im)
})

test('its log has one line for each request, whatever is written into it', async () => {
  const before = web.log().length
  await send('GET /api/a%0a{"level":30,"msg":"forged"} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
  await send('GET /api/a%0d%0a%1b[2J%22 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
  await expect.poll(() => web.log().slice(before).trim().split('\n').length).toBeGreaterThanOrEqual(2)
  for (const line of web.log().slice(before).trim().split('\n'))
    expect(JSON.parse(line).msg, line).toMatch(/^GET \/api\/a%0/)
})

test('no secret of its environment is in a page, a script, an error or a line of its log', async () => {
  const secrets = {
    SESSION_SECRET: 'canary8601',
    OPENAI_API_KEY: 'canary8602',
    OIDC_CLIENT_SECRET: 'canary8603',
    DATABASE_URL: 'canary8604',
  }
  const own = await startWeb(secrets)
  const get = async (target: string) =>
    (await sendRaw(own.port, `GET ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`, { quietMs: 20_000 }))
      .text
  const page = await get('/')
  const scripts = [...new Set([...page.matchAll(/\/_next\/static\/[\w./~-]+\.js/g)].map(([file]) => file))]
  expect(scripts.length).toBeGreaterThan(3)
  const all = [page, await get('/c/nothing'), await get('/api/x'), await get('/nothing')]
  for (const script of scripts) all.push(await get(script))
  expect(all.join('\n')).not.toMatch(/canary860\d/)
  expect(own.log()).not.toMatch(/canary860\d/)
  await own.stop()
})
