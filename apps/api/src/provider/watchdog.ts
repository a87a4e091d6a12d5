/** Aborts a call that is silent for too long. One timer, refreshed per chunk, which costs next to nothing. */
export class Watchdog {
  readonly #controller = new AbortController()
  #timer: NodeJS.Timeout | undefined
  /** The `error.type` of the silence that ended the call. */
  expired: string | undefined

  /** @param signal the caller's, passed on */
  constructor(signal: AbortSignal) {
    if (signal.aborted) this.#controller.abort()
    else signal.addEventListener('abort', () => this.#controller.abort(), { once: true })
  }

  /** Aborted by the caller's signal or by silence. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  start(timeoutMs: number, type: string): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.expired = type
      this.#controller.abort()
    }, timeoutMs)
  }

  refresh(): void {
    this.#timer?.refresh()
  }

  stop(): void {
    clearTimeout(this.#timer)
  }
}
