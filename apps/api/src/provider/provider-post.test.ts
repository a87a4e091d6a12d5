import { createServer, request as httpRequest, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, it, vi } from 'vitest'
import { ProviderError } from './provider-error.ts'
import { providerPost, type Timeouts } from './provider-post.ts'

const servers: Server[] = []
afterEach(() => {
  vi.unstubAllEnvs()
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

const post = (url: string, timeouts?: Timeouts) => providerPost(url, {}, timeouts)('{}')

async function listen(listener?: RequestListener): Promise<{ server: Server; url: string }> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

const slow: RequestListener = async (_, response) => {
  await sleep(2500)
  response.write('a')
  await sleep(2500)
  response.end('b')
}

// undici looks at its clocks once a second.
it('waits longer than the client would: for headers, and within a body', async () => {
  const { url } = await listen(slow)
  const [patient, ...impatient] = await Promise.allSettled([
    post(url).then(text),
    post(url, { headersTimeout: 500, bodyTimeout: 0 }),
    post(url, { headersTimeout: 0, bodyTimeout: 500 }).then(text),
  ])
  expect(patient).toEqual({ status: 'fulfilled', value: 'ab' })
  expect(
    impatient.map(({ status }) => status),
    'with limits it would not',
  ).toEqual(['rejected', 'rejected'])
}, 20_000)

it('a refusal is thrown with what it says, however long and broken its body is', async () => {
  const { url } = await listen((_, response) => {
    response.writeHead(429, { 'retry-after': '3', 'content-type': 'application/json' })
    response.write(`{"error":{"message":"Too many","code":"rate_limit_exceeded"},"more":"${'x'.repeat(200_000)}`)
  })
  const error = await post(url).catch((error: unknown) => error)
  expect(error).toBeInstanceOf(ProviderError)
  expect(error).toMatchObject({ type: '429', retryable: true, retryAfterMs: 3000 })
})

it('goes through the proxy that NODE_USE_ENV_PROXY allows', async () => {
  const { url } = await listen((_, response) => response.end('through'))
  const { server, url: proxy } = await listen((request, response) => {
    paths.push(request.url ?? '')
    request.pipe(httpRequest(request.url ?? '', (answer) => answer.pipe(response)))
  })
  const paths: string[] = []
  server.on('connect', (request, socket, head) => {
    paths.push(request.url ?? '')
    const [host = '', port] = (request.url ?? '').split(':')
    const target = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      target.write(head)
      target.pipe(socket)
      socket.pipe(target)
    })
  })
  vi.stubEnv('HTTP_PROXY', proxy)
  vi.stubEnv('http_proxy', proxy)
  vi.stubEnv('NO_PROXY', '')
  vi.stubEnv('no_proxy', '')
  expect(await text(await post(url))).toBe('through')
  expect(paths, 'not without it').toEqual([])
  vi.stubEnv('NODE_USE_ENV_PROXY', '1')
  expect(await text(await post(url))).toBe('through')
  expect(paths).toHaveLength(1)
})
