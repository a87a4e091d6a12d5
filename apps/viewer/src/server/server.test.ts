import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { get } from 'node:http'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it } from 'vitest'

const script = fileURLToPath(new URL('./server.ts', import.meta.url))
const children: ChildProcess[] = []
afterEach(() => children.splice(0).forEach((child) => void child.kill('SIGKILL')))

const start = (port: string) => {
  const child = spawn(process.execPath, [script], { env: { ...process.env, PORT: port, HOST: '127.0.0.1' } })
  children.push(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  return { child, exited: once(child, 'exit'), output: () => output }
}

const freePort = async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return { port, free: () => new Promise((resolve) => server.close(resolve)) }
}

it('names a busy port and the variable to change, without a stack trace', async () => {
  const { port, free } = await freePort()
  const { exited, output } = start(String(port))
  expect((await exited)[0]).toBe(1)
  expect(output()).toContain(`Port ${port} is in use`)
  expect(output()).toContain('PORT')
  expect(output()).not.toContain('    at ')
  await free()
})

it.each(['abc', '70000', '-1', ''])('does not start with PORT="%s", and says why', async (port) => {
  const { exited, output } = start(port)
  expect((await exited)[0]).toBe(1)
  expect(output()).toMatch(/^PORT is ".*for example PORT=4318\.\n$/)
})

it.each(['SIGTERM', 'SIGINT'] as const)('ends on %s although a page is listening for live events', async (signal) => {
  const { port, free } = await freePort()
  await free()
  const { child, exited, output } = start(String(port))
  await expect.poll(output, { timeout: 10_000 }).toContain(`http://127.0.0.1:${port}`)
  const events = await new Promise<NodeJS.ReadableStream>((resolve, reject) =>
    get(`http://127.0.0.1:${port}/api/live`, resolve).on('error', reject),
  )
  const ended = once(events.resume(), 'end')
  child.kill(signal)
  await ended
  expect((await exited)[0]).toBe(0)
})
