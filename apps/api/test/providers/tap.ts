import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A pipe between us and a server that keeps what the server sent, byte for byte. */
export interface Tap {
  /** The server's base URL, through the pipe. */
  readonly url: string
  /** Everything that came back since the last call, one text a connection. */
  taken(): string[]
  close(): void
}

/** @param target an http base URL of this machine */
export async function tapOf(target: string): Promise<Tap> {
  const { hostname, port, pathname } = new URL(target)
  const sockets = new Set<Socket>()
  const taken: Buffer[][] = []
  const server = createServer((client) => {
    const bytes: Buffer[] = []
    taken.push(bytes)
    const upstream = connect(Number(port), hostname)
    upstream.on('data', (data: Buffer) => bytes.push(data))
    client.pipe(upstream).pipe(client)
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => other.resetAndDestroy())
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${pathname}`,
    taken() {
      // A connection that is used again goes on in the same list.
      const texts = taken.map((bytes) => Buffer.concat(bytes.splice(0)).toString())
      return texts.filter((text) => text !== '')
    },
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
