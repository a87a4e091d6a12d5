import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'

const started: ChildProcess[] = []
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

function start(env: Record<string, string>) {
  const child = spawn(process.execPath, [new URL('server.ts', import.meta.url).pathname], {
    env: { ...process.env, HOST: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  started.push(child)
  return child
}

async function ready(child: ReturnType<typeof start>): Promise<URL> {
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return new URL(line.toString().trim().split('=')[1] ?? '')
}

async function refusal(child: ReturnType<typeof start>) {
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  return { said: said.trim(), code }
}

test('the environment alone starts it, and health answers', async () => {
  const url = await ready(start({ PORT: '0' }))
  expect(url.hostname).toBe('127.0.0.1')
  expect((await fetch(new URL('/health', url))).status).toBe(200)
})

test.each(['SIGTERM', 'SIGINT'] as const)('%s ends it at once, an open answer included', async (signal) => {
  const child = start({ PORT: '0', MOCK_PACE: '0' })
  const url = await ready(child)
  const answer = await fetch(`${url.href}/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ model: 'mock-stall', stream: true, messages: [{ role: 'user', content: 'Go.' }] }),
  })
  const began = performance.now()
  child.kill(signal)
  expect(await once(child, 'exit')).toEqual([0, null])
  expect(performance.now() - began).toBeLessThan(1000)
  await expect(answer.text()).rejects.toThrow()
})

test('a busy port is a sentence that names the port and PORT', async () => {
  const { port } = await ready(start({ PORT: '0' }))
  expect(await refusal(start({ PORT: port }))).toEqual({
    said: `Port ${port} on 127.0.0.1 is in use. Set PORT to a free one.`,
    code: 1,
  })
})

test.each([
  ['PORT', 'abc', 'PORT must be a port number from 0 to 65535, for example 4010; it is "abc".'],
  ['MOCK_PACE', '-1', 'MOCK_PACE must be a factor on every delay, 0 or more, for example 0.5; it is "-1".'],
])('a malformed %s is a sentence', async (name, value, said) => {
  expect(await refusal(start({ PORT: '0', [name]: value }))).toEqual({ said, code: 1 })
})
