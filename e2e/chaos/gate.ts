import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** A door of TCP between two parts, at which the network can be broken and mended. */
export class Gate {
  /** Milliseconds that whatever comes, either way, is held back. */
  delayMs = 0
  #target: number
  #port = 0
  #server: Server
  readonly #sockets = new Set<Socket>()
  #silence: PromiseWithResolvers<void> | undefined

  constructor(target: number) {
    this.#target = target
    this.#server = createServer((from) => this.#pass(from))
  }

  get port(): number {
    return this.#port
  }

  /** Listens, at the same port each time. */
  async open(): Promise<this> {
    await once(this.#server.listen(this.#port, '127.0.0.1'), 'listening')
    this.#port = (this.#server.address() as AddressInfo).port
    return this
  }

  /** Refuses connections, and ends those that there are. */
  async shut(): Promise<void> {
    const closed = once(this.#server.close(), 'close')
    this.cut()
    await closed
    this.#server = createServer((from) => this.#pass(from))
  }

  /** Ends every connection. */
  cut(): void {
    this.speak()
    for (const socket of this.#sockets) socket.destroy()
  }

  /** New connections go there. */
  leadTo(port: number): void {
    this.#target = port
  }

  /** Nothing gets through, and nobody is told. */
  keepSilent(): void {
    this.#silence ??= Promise.withResolvers()
  }

  speak(): void {
    this.#silence?.resolve()
    this.#silence = undefined
  }

  #pass(from: Socket): void {
    const to = connect(this.#target, '127.0.0.1')
    for (const [socket, other] of [
      [from, to],
      [to, from],
    ] as const) {
      this.#sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        this.#sockets.delete(socket)
        other.destroy()
      })
      void this.#forward(socket, other)
    }
  }

  async #forward(from: Socket, to: Socket): Promise<void> {
    try {
      for await (const data of from) {
        if (this.delayMs > 0) await sleep(this.delayMs)
        await this.#silence?.promise
        if (!to.write(data)) await Promise.race([once(to, 'drain'), once(to, 'close')])
      }
      to.end()
    } catch {
      to.destroy()
    }
  }
}
