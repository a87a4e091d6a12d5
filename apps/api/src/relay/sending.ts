import type { Readable } from 'node:stream'
import { piecesOf } from './wire.ts'

/** What comes in between is told together. */
const INTERVAL_MS = 80
/** Where telling failed, it is tried again after this. */
const RETRY_MS = 1000

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms).unref())

/** Tells these pieces, numbered from `first`; rejects where that was not possible. */
export type TellPieces = (first: number, pieces: readonly string[]) => Promise<void>

/**
 * One running answer on its way to another process: reads it as a slow reader does, so that what came between two
 * notifications is one event, and keeps what the other has not confirmed.
 */
export class Sending {
  readonly #body: Readable
  readonly #tell: TellPieces
  /** Not confirmed yet; the first has the number `#first`. */
  readonly #pieces: string[] = []
  #first = 0
  /** How many have been told. */
  #told = 0
  #telling: Promise<void> | undefined
  #stopped = false

  constructor(body: Readable, tell: TellPieces) {
    this.#body = body
    this.#tell = tell
    // Cut: nobody wants the rest.
    this.#read().catch(() => {})
  }

  get told(): number {
    return this.#told
  }

  /** @param count how many have arrived */
  confirm(count: number): void {
    const gone = Math.min(Math.max(count - this.#first, 0), this.#pieces.length)
    this.#pieces.splice(0, gone)
    this.#first += gone
    // It can arrive before the statement that told it has returned.
    this.#told = Math.max(this.#told, this.#first)
  }

  /** Tells again what has not been confirmed. */
  again(): void {
    this.#told = this.#first
    void this.#tellAll()
  }

  stop(): void {
    this.#stopped = true
    this.#body.destroy()
  }

  async #read(): Promise<void> {
    for await (const bytes of this.#body) {
      this.#pieces.push(...piecesOf(String(bytes)))
      await this.#tellAll()
      await sleep(INTERVAL_MS)
    }
    this.#pieces.push('')
    await this.#tellAll()
  }

  #tellAll(): Promise<void> {
    this.#telling ??= this.#tellPending().finally(() => {
      this.#telling = undefined
    })
    return this.#telling
  }

  async #tellPending(): Promise<void> {
    while (!this.#stopped && this.#told < this.#first + this.#pieces.length) {
      const from = this.#told
      const pieces = this.#pieces.slice(from - this.#first)
      const failed = await this.#tell(from, pieces).then(
        () => false,
        () => true,
      )
      if (failed) await sleep(RETRY_MS)
      // Unless it was to begin again meanwhile.
      else if (this.#told === from) this.#told = from + pieces.length
    }
  }
}
