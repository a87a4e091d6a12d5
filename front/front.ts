// Ports for services of which there may be several containers: node front.ts web:3000 api:8000
// A container's port can be published once; the name of a service stands for all of its containers.
import { resolve4 } from 'node:dns/promises'
import { connect, createServer, type Socket } from 'node:net'
import { pipeline } from 'node:stream'

const CONNECT_TIMEOUT_MS = 2000

/** The addresses of a service, in the order in which they are to be tried. */
export type Resolve = (service: string) => Promise<string[]>

/** Each connection goes to one of the service's containers at random; to the next one where that does not answer. */
export function front(service: string, port: number, resolve: Resolve = shuffled) {
  return createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, async (client) => {
    client.on('error', () => {}) // also while nothing is connected to it yet
    const server = await firstToAnswer(await resolve(service).catch(() => []), port)
    if (!server) return client.destroy()
    // Each half ends by itself; a half that breaks ends both.
    pipeline(client, server, (error) => error && client.destroy())
    pipeline(server, client, (error) => error && server.destroy())
    client.resume()
  })
}

async function firstToAnswer(addresses: string[], port: number): Promise<Socket | undefined> {
  for (const host of addresses) {
    const socket = connect({ host, port, allowHalfOpen: true, noDelay: true, timeout: CONNECT_TIMEOUT_MS })
    const connected = await new Promise<boolean>((settle) => {
      socket.once('connect', () => settle(true))
      socket.once('timeout', () => settle(false))
      socket.once('error', () => settle(false))
    })
    if (connected) return socket.setTimeout(0)
    socket.destroy()
  }
}

async function shuffled(service: string): Promise<string[]> {
  const addresses = await resolve4(service)
  return addresses
    .map((address) => ({ address, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ address }) => address)
}

if (import.meta.main) {
  for (const target of process.argv.slice(2)) {
    const [service = '', port] = target.split(':')
    front(service, Number(port)).listen(Number(port), '0.0.0.0')
  }
  process.on('SIGTERM', () => process.exit()) // it is process 1, which ignores what it does not ask for
}
