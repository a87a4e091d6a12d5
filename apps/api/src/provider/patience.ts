import { errorType } from '@repo/telemetry/catalogue'

/** Milliseconds. */
interface Limits {
  /** To the first content, however alive the connection is; and from one content to the next. */
  readonly firstChunkTimeoutMs: number
  /** Of silence on the wire, once there was content: before it, a model may think without a sign. */
  readonly idleTimeoutMs: number
}

/** Once a finish reason was seen, what may still come are the usage and `[DONE]`. */
const AFTER_FINISH_MS = 5000

/**
 * How long a call waits: two clocks, one for content and one for silence. Both are timers that are set anew per network
 * read, which costs next to nothing.
 */
export class Patience {
  readonly #limits: Limits
  readonly #controller = new AbortController()
  readonly #came = { anything: 0, content: 0 }
  #content: NodeJS.Timeout | undefined
  #silence: NodeJS.Timeout | undefined
  /** The `error.type` of what it waited for in vain. */
  expired: string | undefined

  /** @param signal the caller's, passed on */
  constructor(limits: Limits, signal: AbortSignal) {
    this.#limits = limits
    if (signal.aborted) this.#controller.abort()
    else signal.addEventListener('abort', () => this.#controller.abort(), { once: true })
  }

  /** Aborted by the caller's signal, or when the patience is over. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** An attempt begins. */
  begin(): void {
    this.stop()
    this.#content = this.#timer(this.#limits.firstChunkTimeoutMs, errorType.firstChunkTimeout)
  }

  /** Something came, be it a comment. */
  alive = (): void => {
    this.#came.anything++
    this.#silence?.refresh()
  }

  /** Content came. */
  content(): void {
    this.#came.content++
    if (this.#silence) {
      this.#content?.refresh()
      return
    }
    this.stop()
    this.#content = this.#timer(this.#limits.firstChunkTimeoutMs, errorType.idleTimeout)
    this.#silence = this.#timer(this.#limits.idleTimeoutMs, errorType.idleTimeout, 'anything')
  }

  /** The model says that it has finished: only more content takes that back. */
  finishing(): void {
    clearTimeout(this.#content)
    this.#content = this.#timer(Math.min(AFTER_FINISH_MS, this.#limits.idleTimeoutMs), errorType.idleTimeout)
  }

  stop(): void {
    clearTimeout(this.#content)
    clearTimeout(this.#silence)
    this.#silence = undefined
  }

  #timer(ms: number, type: string, of: 'anything' | 'content' = 'content'): NodeJS.Timeout {
    return setTimeout(() => {
      const before = this.#came[of]
      // A process that was held up finds its timers due before it has read what came meanwhile.
      setImmediate(() => {
        if (this.#came[of] !== before) return
        this.expired = type
        this.#controller.abort()
      })
    }, ms)
  }
}
