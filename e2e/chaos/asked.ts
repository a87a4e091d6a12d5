import { randomUUID } from 'node:crypto'
import type { MessageMetadata } from '@repo/contract/message'
import type { Problem } from '@repo/contract/problem'

export interface AskOptions {
  readonly model?: string
  /** Of a visitor who has asked before. */
  readonly cookie?: string
}

/** One question, and what became of it as far as whoever asked it was told. */
export class Asked {
  readonly conversationId = randomUUID()
  readonly questionId = randomUUID()
  /** Null: no answer at all, the connection failed. */
  status: number | null = null
  problem: Problem | null = null
  retryAfter: string | null = null
  text = ''
  metadata: MessageMetadata | null = null
  cookie: string
  /** Milliseconds from asking: to the response, to the first word, to the end. */
  readonly ms = { response: 0, first: 0, end: 0 }
  /** Resolves at the first word, or when there will be none. */
  readonly begun: Promise<void>
  /** Resolves when the connection has ended, however it did. */
  ended: Promise<void>
  readonly #url: string
  readonly #asked = performance.now()
  readonly #begin: () => void
  #reading = new AbortController()

  constructor(url: string, text: string, { model, cookie = '' }: AskOptions = {}) {
    this.#url = url
    this.cookie = cookie
    const { promise, resolve } = Promise.withResolvers<void>()
    this.begun = promise
    this.#begin = resolve
    const message = { id: this.questionId, role: 'user', parts: [{ type: 'text', text }] }
    const body = JSON.stringify({ id: this.conversationId, trigger: 'submit-message', message, model })
    this.ended = this.#read('/api/chat', { method: 'POST', body, headers: { 'content-type': 'application/json' } })
  }

  /** How the answer ended, as it was told; null: nobody was told. */
  get outcome(): string | null {
    return this.metadata?.outcome ?? null
  }

  /** The outcome with its `error.type`, the problem's name, or what happened to the connection. */
  get end(): string {
    if (this.problem) return `${this.status} ${this.problem.type.split(':').at(-1)}`
    if (this.status !== 200) return this.status === null ? 'no connection' : `${this.status}`
    const { outcome, error } = this.metadata ?? {}
    return outcome ? `${outcome}${error ? ` (${error.type})` : ''}` : 'cut'
  }

  async stop(): Promise<void> {
    const headers = { cookie: this.cookie }
    await fetch(`${this.#url}/api/conversations/${this.conversationId}/stop`, { method: 'POST', headers }).catch(
      () => {},
    )
  }

  /** Goes away without a word, as a browser that is closed does. */
  leave(): void {
    this.#reading.abort()
  }

  /** Comes back, and reads on from the answer's beginning. False where nothing runs any more. */
  async rejoin(): Promise<boolean> {
    await this.ended
    this.#reading = new AbortController()
    this.text = ''
    this.status = null
    this.ended = this.#read(`/api/chat/${this.conversationId}/stream`, {})
    await this.ended
    return this.status === 200
  }

  async #read(path: string, init: RequestInit): Promise<void> {
    try {
      const headers = { ...init.headers, ...(this.cookie && { cookie: this.cookie }) }
      const response = await fetch(this.#url + path, { ...init, headers, signal: this.#reading.signal })
      this.ms.response = performance.now() - this.#asked
      this.status = response.status
      this.cookie ||= response.headers.getSetCookie()[0]?.split(';', 1)[0] ?? ''
      this.retryAfter = response.headers.get('retry-after')
      if (response.status !== 200) {
        if (response.status !== 204) this.problem = (await response.json()) as Problem
        return
      }
      let rest = ''
      const decoder = new TextDecoder()
      for await (const bytes of response.body ?? []) {
        const events = (rest + decoder.decode(bytes, { stream: true })).split('\n\n')
        rest = events.pop() ?? ''
        for (const event of events) if (event.startsWith('data: {')) this.#take(JSON.parse(event.slice(6)))
      }
    } catch {
      // What was told so far is what there is.
    } finally {
      this.ms.end = performance.now() - this.#asked
      this.#begin()
    }
  }

  #take(part: { type: string; delta?: string; messageMetadata?: MessageMetadata }): void {
    if (part.messageMetadata) this.metadata = part.messageMetadata
    if (part.type !== 'text-delta') return
    this.ms.first ||= performance.now() - this.#asked
    this.text += part.delta
    this.#begin()
  }
}
