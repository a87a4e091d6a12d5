import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { Patience } from './patience.ts'

it('what came while the process was held up is read before it counts as silence', async () => {
  const limits = { firstChunkTimeoutMs: 1000, idleTimeoutMs: 100 }
  const patience = new Patience(limits, new AbortController().signal)
  patience.begin()
  patience.content()
  const server = createServer((socket) => socket.on('data', patience.alive))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  await once(socket, 'connect')
  await sleep(20)
  socket.write('a sign of life')
  for (const until = performance.now() + 300; performance.now() < until; );
  await sleep(50)
  expect(patience.expired).toBeUndefined()
  await sleep(200)
  expect(patience.expired, 'real silence is still noticed').toBe('idle_timeout')
  socket.destroy()
  server.close()
})
