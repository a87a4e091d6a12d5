import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import type { Told } from './wire.ts'

/** How often it asks whether the rest is still coming. */
const ASK_MS = 3000
/** So many times in a row without a word: the holder has died. */
const UNHEARD = 3
const MAX_WAITING = 64 * 1024

interface Reader {
  readonly body: Readable
  /** The next piece that it gets. */
  at: number
  wants: boolean
}

/** Asks the holder whether the rest is coming, or to tell it again; rejects where that is not possible now. */
export type AskHolder = (again: boolean) => Promise<void>

/** An answer that another process holds, as far as it has arrived, for any number of readers here. */
export class Mirror {
  readonly id = randomUUID()
  readonly #ask: AskHolder
  readonly #onEnd: () => void
  readonly #pieces: string[] = []
  readonly #readers = new Set<Reader>()
  readonly #timer: NodeJS.Timeout
  #unheard = 0
  #askedAgain = -1
  #ended = false

  /** @param onEnd called once, when nothing more is to come of it or nobody reads it */
  constructor(ask: AskHolder, onEnd: () => void) {
    this.#ask = ask
    this.#onEnd = onEnd
    this.#timer = setInterval(() => this.#askAlive(), ASK_MS).unref()
  }

  get has(): number {
    return this.#pieces.length
  }

  /** What there is so far, then the rest as it comes. Cut where the rest cannot come. */
  read(): Readable {
    const reader: Reader = {
      body: new Readable({
        highWaterMark: MAX_WAITING,
        read: () => {
          reader.wants = true
          this.#give(reader)
        },
      }),
      ...{ at: 0, wants: false },
    }
    this.#readers.add(reader)
    reader.body.on('close', () => {
      this.#readers.delete(reader)
      if (this.#readers.size === 0) this.#end()
    })
    return reader.body
  }

  heard(told: Told): void {
    this.#unheard = 0
    if (told.kind === 'none') this.cut()
    else if ((told.kind === 'alive' ? told.count : told.index) > this.has) this.#askAgain()
    else if (told.kind === 'piece' && told.index === this.has) this.#take(told.text)
  }

  /** Its readers are to come again, and find what is stored or another holder. */
  cut(): void {
    this.#end()
    for (const { body } of this.#readers) body.destroy()
  }

  #take(text: string): void {
    if (text === '') this.#end()
    else this.#pieces.push(text)
    for (const reader of this.#readers) this.#give(reader)
  }

  #give(reader: Reader): void {
    if (reader.wants && reader.at < this.#pieces.length) {
      // What is there is given at once.
      const text = this.#pieces.slice(reader.at).join('')
      reader.at = this.#pieces.length
      reader.wants = reader.body.push(text)
    }
    if (this.#ended && reader.at === this.#pieces.length) reader.body.push(null)
  }

  #end(): void {
    if (this.#ended) return
    this.#ended = true
    clearInterval(this.#timer)
    this.#onEnd()
  }

  #askAlive(): void {
    this.#askedAgain = -1
    if (this.#unheard >= UNHEARD) this.cut()
    else
      this.#ask(false).then(
        () => this.#unheard++,
        () => {},
      )
  }

  /** A piece was missed. Asked once at a time: what is under way behind it is told again too. */
  #askAgain(): void {
    if (this.#askedAgain === this.has) return
    this.#askedAgain = this.has
    this.#ask(true).catch(() => {
      this.#askedAgain = -1
    })
  }
}
