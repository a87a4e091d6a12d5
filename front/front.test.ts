import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'
import { front } from './front.ts'

const servers: Server[] = []
afterEach(() => servers.splice(0).map((server) => server.close()))

async function listen(server: Server, host = '127.0.0.1', port = 0): Promise<number> {
  servers.push(server.listen(port, host))
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** Says its name, then what it was told, once that has ended. */
const echo = (name: string) =>
  createServer({ allowHalfOpen: true }, async (socket) => {
    socket.on('error', () => {})
    socket.write(`${name}: `)
    socket.end(await text(socket))
  })

async function say(port: number, what: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  socket.end(what)
  return text(socket)
}

test('what is said arrives whole, and the answer too after the question has ended', async () => {
  const port = await listen(echo('one'))
  const entry = await listen(front('api', port, async () => ['127.0.0.1']))
  const long = 'x'.repeat(1_000_000)
  expect(await say(entry, long)).toBe(`one: ${long}`)
})

test('where the first container does not answer, the next does', async () => {
  const port = await listen(echo('two'), '127.0.0.2')
  const entry = await listen(front('api', port, async () => ['127.0.0.1', '127.0.0.2']))
  expect(await say(entry, 'hello')).toBe('two: hello')
})

test('where none does, and where the name is unknown, the connection ends', async () => {
  const nobody = await listen(front('api', 1, async () => ['127.0.0.1']))
  const unknown = await listen(front('api', 1, () => Promise.reject(new Error('ENOTFOUND'))))
  for (const entry of [nobody, unknown]) expect(await say(entry, 'hello').catch(() => '')).toBe('')
})

test('a client that goes away is gone for the server too', async () => {
  const closed = Promise.withResolvers<void>()
  const port = await listen(
    createServer((socket) => {
      socket.on('error', () => {}).on('close', () => closed.resolve())
      socket.write('endless')
    }),
  )
  const entry = await listen(front('api', port, async () => ['127.0.0.1']))
  const client = connect({ port: entry, host: '127.0.0.1' })
  await once(client, 'data')
  client.resetAndDestroy()
  await closed.promise
})
