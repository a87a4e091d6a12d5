import { createServer, connect as open, type Socket } from 'node:net'

/** What goes through it to a PostgreSQL: the statements that are executed, by their name or text. */
export interface StatementTap {
  readonly url: string
  readonly statements: string[]
  stop(): Promise<void>
}

/** @see https://www.postgresql.org/docs/current/protocol-message-formats.html */
export async function tapStatements(databaseUrl: string): Promise<StatementTap> {
  const { hostname, port } = new URL(databaseUrl)
  const statements: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = open(Number(port), hostname)
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from)
      from.on('error', () => {})
      from.on('close', () => to.destroy())
      from.pipe(to)
    }
    client.on('data', reader(statements))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(databaseUrl)
  url.port = String((server.address() as { port: number }).port)
  const stop = async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
  return { url: url.href, statements, stop }
}

/** Follows one connection. Its first message has no type. */
function reader(statements: string[]): (bytes: Buffer) => void {
  const texts = new Map<string, string>()
  let pending = Buffer.alloc(0)
  let started = false
  return (bytes) => {
    pending = Buffer.concat([pending, bytes])
    for (;;) {
      const head = started ? 1 : 0
      if (pending.length < head + 4) return
      const length = head + pending.readInt32BE(head)
      if (pending.length < length) return
      const type = started ? String.fromCharCode(pending[0] as number) : ''
      const words = pending.toString('utf8', head + 4, length).split('\0')
      if (type === 'P') texts.set(words[0] as string, words[1] as string)
      if (type === 'B') statements.push(texts.get(words[1] as string) ?? '')
      if (type === 'Q') statements.push(words[0] as string)
      started = true
      pending = pending.subarray(length)
    }
  }
}
