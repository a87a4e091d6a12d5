import { Readable } from 'node:stream'
import type { ChatMessage, MessageMetadata } from '@repo/contract/message'
import type { InferUIMessageChunk } from 'ai'

/** Proxies end a connection that is silent for a minute; a slow model can be. */
const KEEP_ALIVE_MS = 15_000
/** What a reader that lags behind, or joins late, gets at once. */
const PIECE_CHARS = 64 * 1024

export type Part = InferUIMessageChunk<ChatMessage>

/** Pieces of one text that followed one another. */
export interface Deltas {
  readonly type: 'text' | 'reasoning' | 'call-input'
  /** What stands before the text in its event. */
  readonly head: string
  readonly deltas: string[]
}

/** Headers of the AI SDK's UI message stream, version 1. `no-transform` keeps compressing proxies from buffering it. */
export const uiMessageStreamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-vercel-ai-ui-message-stream': 'v1',
  'x-accel-buffering': 'no',
}

interface Reader {
  readonly body: Readable
  /** Where it goes on: an entry, and how many of its deltas it has. Undefined: it has everything. */
  behind: { entry: number; delta: number } | undefined
}

/**
 * An answer as it comes to be: written once, by its turn, and read by any number of readers, each from its beginning, as
 * the AI SDK's UI message stream, version 1: server-sent events that `useChat` understands. The types are the SDK's; its
 * own writer is not used because it costs half as much again per chunk.
 *
 * A reader that is too slow to take what comes is not written to: it reads on from here when it can, so that it holds up
 * nobody, and what waits for it is bounded.
 */
export class AnswerLog {
  readonly entries: (Part | Deltas)[] = []
  readonly #readers = new Set<Reader>()
  readonly #keepAlive: NodeJS.Timeout
  readonly #onUnread: () => void
  readonly #graceMs: number
  #grace: NodeJS.Timeout | undefined
  #open: { type: 'text' | 'reasoning'; id: string } | undefined
  #texts = 0
  #inStep = false
  #ended = false
  /** Written in a moment. */
  #waiting = ''

  /** @param onUnread called when nobody has read for `graceMs` */
  constructor(graceMs: number, onUnread: () => void) {
    this.#graceMs = graceMs
    this.#onUnread = onUnread
    this.#keepAlive = setInterval(() => this.#tell(': keep-alive\n\n'), KEEP_ALIVE_MS)
  }

  /**
   * What there is so far, then the rest as it comes.
   * @param maxWaiting bytes, of events as they come, that wait for a slow reader before it lags behind
   */
  read(maxWaiting = PIECE_CHARS): Readable {
    const reader: Reader = {
      body: new Readable({ highWaterMark: maxWaiting, read: () => this.#catchUp(reader) }),
      behind: { entry: 0, delta: 0 },
    }
    clearTimeout(this.#grace)
    this.#flush()
    this.#readers.add(reader)
    reader.body.on('close', () => {
      this.#readers.delete(reader)
      if (this.#readers.size > 0 || this.#ended) return
      clearTimeout(this.#grace)
      this.#grace = setTimeout(this.#onUnread, this.#graceMs)
    })
    return reader.body
  }

  /** Begins a step: one call of the model, with the tools that it calls. */
  step(): void {
    if (this.#inStep) this.part({ type: 'finish-step' })
    this.part({ type: 'start-step' })
    this.#inStep = true
  }

  /** Writes a part of its own, which ends the text or reasoning that is open. */
  part(part: Part): void {
    this.#closeText()
    this.#write(part)
  }

  /** Appends to the open text of this type, or begins one. Hot path: one small JSON string per call. */
  delta(type: 'text' | 'reasoning', delta: string): void {
    if (this.#open?.type !== type) {
      this.#closeText()
      this.#open = { type, id: String(this.#texts++) }
      this.#write({ type: `${type}-start`, id: this.#open.id })
      this.entries.push({ type, head: `{"type":"${type}-delta","id":"${this.#open.id}","delta":`, deltas: [] })
    }
    this.#append(delta)
  }

  /** Appends to the input of a call. */
  callInput(toolCallId: string, delta: string): void {
    this.#closeText()
    const head = `{"type":"tool-input-delta","toolCallId":${JSON.stringify(toolCallId)},"inputTextDelta":`
    const last = this.entries.at(-1)
    if (!(last && 'deltas' in last && last.head === head)) this.entries.push({ type: 'call-input', head, deltas: [] })
    this.#append(delta)
  }

  /** Ends the stream: with an error part if the turn failed. */
  end(messageMetadata: MessageMetadata): void {
    if (this.#inStep) this.part({ type: 'finish-step' })
    this.#write({ type: 'message-metadata', messageMetadata })
    if (messageMetadata.outcome === 'failed') {
      this.#write({ type: 'error', errorText: messageMetadata.error?.message ?? 'The answer failed.' })
    } else {
      this.#write({ type: 'finish', messageMetadata })
    }
    this.#ended = true
    clearInterval(this.#keepAlive)
    clearTimeout(this.#grace)
    this.#flush()
    for (const reader of this.#readers) if (!reader.behind) endOf(reader)
  }

  #closeText(): void {
    if (this.#open) this.#write({ type: `${this.#open.type}-end`, id: this.#open.id })
    this.#open = undefined
  }

  #write(part: Part): void {
    this.entries.push(part)
    if (this.#readers.size > 0) this.#tell(`data: ${JSON.stringify(part)}\n\n`)
  }

  #append(delta: string): void {
    const { head, deltas } = this.entries.at(-1) as Deltas
    deltas.push(delta)
    if (this.#readers.size > 0) this.#tell(`data: ${head}${JSON.stringify(delta)}}\n\n`)
  }

  /** What comes together is written together. */
  #tell(event: string): void {
    if (this.#waiting === '') queueMicrotask(() => this.#flush())
    this.#waiting += event
  }

  #flush(): void {
    const events = this.#waiting
    this.#waiting = ''
    if (events === '') return
    for (const reader of this.#readers) {
      if (!reader.behind && !reader.body.push(events)) reader.behind = this.#now()
    }
  }

  #now(): { entry: number; delta: number } {
    const last = this.entries.at(-1)
    return last && 'deltas' in last
      ? { entry: this.entries.length - 1, delta: last.deltas.length }
      : { entry: this.entries.length, delta: 0 }
  }

  /** Called when the reader has taken what it had. */
  #catchUp(reader: Reader): void {
    const place = reader.behind
    if (!place) return
    let events = ''
    while (place.entry < this.entries.length && events.length < PIECE_CHARS) {
      const entry = this.entries[place.entry] as Part | Deltas
      if ('deltas' in entry) {
        let text = ''
        while (place.delta < entry.deltas.length && text.length < PIECE_CHARS) text += entry.deltas[place.delta++]
        if (text) events += `data: ${entry.head}${JSON.stringify(text)}}\n\n`
        if (place.delta < entry.deltas.length) break
        // The newest may still grow.
        if (place.entry === this.entries.length - 1) break
      } else events += `data: ${JSON.stringify(entry)}\n\n`
      place.entry++
      place.delta = 0
    }
    const { entry, delta } = this.#now()
    if (place.entry === entry && place.delta === delta) reader.behind = undefined
    if (events) reader.body.push(events)
    if (this.#ended && !reader.behind) endOf(reader)
  }
}

function endOf({ body }: Reader): void {
  body.push('data: [DONE]\n\n')
  body.push(null)
}
