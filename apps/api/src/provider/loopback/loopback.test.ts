import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { isLoopbackInContainer, leadsIntoContainer } from './loopback.ts'

/** Of a port on which nobody listens. */
async function refusal(host: string): Promise<unknown> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return fetch(`http://${host}:${port}/v1`).catch((error) => error)
}

describe('a refused connection to the container itself is known', () => {
  test.each(['127.0.0.1', 'localhost', '127.1.2.3', '[::1]', '0.0.0.0', '[::ffff:127.0.0.1]'])('%s', async (host) => {
    const error = await refusal(host)
    expect(isLoopbackInContainer(error, true)).toBe(true)
    expect(isLoopbackInContainer(error, false)).toBe(false)
  })

  test('and nothing else is', async () => {
    const elsewhere = Object.assign(new Error('connect ECONNREFUSED 172.17.0.1:11434'), { address: '172.17.0.1' })
    for (const error of [
      new TypeError('fetch failed', { cause: elsewhere }),
      new TypeError('terminated'),
      'text',
      null,
    ])
      expect(isLoopbackInContainer(error, true)).toBe(false)
  })
})

test.each([
  ['http://localhost:11434/v1', true],
  ['http://LOCALHOST./v1', true],
  ['http://ollama.localhost/v1', true],
  ['http://127.0.0.1:11434/v1', true],
  ['http://127.1:11434/v1', true],
  ['http://[::1]:11434/v1', true],
  ['http://0.0.0.0:11434/v1', true],
  ['http://host.docker.internal:11434/v1', false],
  ['http://mock-llm:4010/api/v1', false],
  ['https://localhost.example.com/v1', false],
  ['https://api.openai.com/v1', false],
])('%s leads into the container: %s', (url, expected) => {
  expect(leadsIntoContainer(url, true)).toBe(expected)
  expect(leadsIntoContainer(url, false)).toBe(false)
})
