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
  /** Where it goes on: an entry, and how many of its deltas it has. */
  entry: number
  delta: number
  /** False: it has not taken yet what it was given. */
  wants: boolean
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
  #isTelling = false

  /** @param onUnread called when nobody has read for `graceMs` */
  constructor(graceMs: number, onUnread: () => void) {
    this.#graceMs = graceMs
    this.#onUnread = onUnread
    this.#keepAlive = setInterval(() => {
      for (const { wants, body } of this.#readers) if (wants) body.push(': keep-alive\n\n')
    }, KEEP_ALIVE_MS)
  }

  /**
   * What there is so far, then the rest as it comes.
   * @param maxWaiting bytes, of events as they come, that wait for a slow reader before it lags behind
   */
  read(maxWaiting = PIECE_CHARS): Readable {
    const give = () => {
      reader.wants = true
      this.#give(reader)
    }
    const body = new Readable({ highWaterMark: maxWaiting, read: give })
    const reader: Reader = { body, entry: 0, delta: 0, wants: false }
    clearTimeout(this.#grace)
    this.#readers.add(reader)
    body.on('close', () => {
      this.#readers.delete(reader)
      if (this.#readers.size > 0 || this.#ended) return
      clearTimeout(this.#grace)
      this.#grace = setTimeout(this.#onUnread, this.#graceMs)
    })
    return body
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

  /** Appends to the open text of this type, or begins one. Hot path. */
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
  }

  #closeText(): void {
    if (this.#open) this.#write({ type: `${this.#open.type}-end`, id: this.#open.id })
    this.#open = undefined
  }

  #write(part: Part): void {
    this.entries.push(part)
    this.#tell()
  }

  #append(delta: string): void {
    const { deltas } = this.entries.at(-1) as Deltas
    deltas.push(delta)
    this.#tell()
  }

  /** What comes together is told together. */
  #tell(): void {
    if (this.#isTelling) return
    this.#isTelling = true
    queueMicrotask(() => {
      this.#isTelling = false
      for (const reader of this.#readers) this.#give(reader)
    })
  }

  #give(reader: Reader): void {
    if (!reader.wants) return
    let events = ''
    while (reader.entry < this.entries.length && events.length < PIECE_CHARS) {
      const entry = this.entries[reader.entry] as Part | Deltas
      if ('deltas' in entry) {
        let text = ''
        while (reader.delta < entry.deltas.length && text.length < PIECE_CHARS) text += entry.deltas[reader.delta++]
        if (text) events += `data: ${entry.head}${JSON.stringify(text)}}\n\n`
        // The newest may still grow.
        if (reader.delta < entry.deltas.length || reader.entry === this.entries.length - 1) break
      } else events += `data: ${JSON.stringify(entry)}\n\n`
      reader.entry++
      reader.delta = 0
    }
    const isOver = this.#ended && reader.entry === this.entries.length
    // Said before: it may ask for more while it takes this.
    reader.wants = false
    if (events === '' || reader.body.push(events)) reader.wants = !isOver
    if (!isOver) return
    reader.body.push('data: [DONE]\n\n')
    reader.body.push(null)
    this.#readers.delete(reader)
  }
}
