import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { unusedPorts } from '@repo/local-stack/ports'
import { expect, test } from './fixtures.ts'
import { startTestStack } from './test-stack.ts'

test('a proxy’s word for who asks goes through the web server to the API, for pages too; nobody else’s does', async () => {
  test.slow() // a stack of its own
  test.skip(process.platform !== 'linux', 'there is one loopback address')
  const ports = await unusedPorts()
  const stack = await startTestStack('login-proxy', ports, {
    LOGIN_PROXY_HEADER: 'X-Forwarded-Email',
    LOGIN_PROXIES: '127.0.0.1',
  })
  /** @param from the address of the connection */
  async function ask(path: string, from: string) {
    const headers = { 'x-forwarded-email': 'ada@example.com', 'x-forwarded-for': '127.0.0.1' }
    const request = get(`http://127.0.0.1:${ports.web}${path}`, { headers, localAddress: from })
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    return { status: response.statusCode, body: await text(response) }
  }
  try {
    const account = await ask('/api/account', '127.0.0.1')
    expect(JSON.parse(account.body)).toMatchObject({ name: 'ada@example.com', canLogOut: false })
    expect((await ask('/', '127.0.0.1')).body).toContain('Ask anything')

    // The API would believe the web server, so it is for the web server to take the header away.
    expect((await ask('/api/account', '127.0.0.2')).status).toBe(401)
    expect((await ask('/', '127.0.0.2')).body).toContain('Sign in to chat')
  } finally {
    await stack.remove()
  }
})
