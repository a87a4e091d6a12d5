import { Readable } from 'node:stream'
import type { ChatMessage, MessageMetadata } from '@repo/contract/message'
import type { InferUIMessageChunk } from 'ai'

/** Proxies end a connection that is silent for a minute; a slow model can be. */
const KEEP_ALIVE_MS = 15_000

type Part = InferUIMessageChunk<ChatMessage>

/** Headers of the AI SDK's UI message stream, version 1. `no-transform` keeps compressing proxies from buffering it. */
export const uiMessageStreamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-vercel-ai-ui-message-stream': 'v1',
  'x-accel-buffering': 'no',
}

/**
 * Writes an answer as the AI SDK's UI message stream, version 1: server-sent events that `useChat` understands. The
 * types are the SDK's; its own writer is not used because it costs half as much again per chunk.
 *
 * What a client is too slow to take waits in memory: an answer is bounded by `MAX_OUTPUT_TOKENS`, and a slow reader must
 * not hold up the provider.
 */
export class UiMessageStream {
  readonly body: Readable
  readonly #keepAlive: NodeJS.Timeout
  #open: { type: 'text' | 'reasoning'; id: string } | undefined
  #parts = 0
  #inStep = false

  /** @param onDisconnect called when the client goes before the stream has ended */
  constructor(onDisconnect: () => void) {
    this.body = new Readable({ read() {} })
    this.#keepAlive = setInterval(() => this.body.push(': keep-alive\n\n'), KEEP_ALIVE_MS)
    this.body.on('close', () => {
      clearInterval(this.#keepAlive)
      if (!this.body.readableEnded) onDisconnect()
    })
  }

  start(messageId: string, messageMetadata: MessageMetadata): void {
    this.part({ type: 'start', messageId, messageMetadata })
  }

  /** Begins a step: one call of the model, with the tools that it calls. */
  step(): void {
    if (this.#inStep) this.part({ type: 'finish-step' })
    this.part({ type: 'start-step' })
    this.#inStep = true
  }

  /** Writes a part of its own, which ends the text or reasoning that is open. */
  part(part: Part): void {
    this.#closePart()
    this.#write(part)
  }

  /** Appends to the open part of this type, or begins one. Hot path: one small JSON string per call. */
  delta(type: 'text' | 'reasoning', delta: string): void {
    if (this.#open?.type !== type) {
      this.#closePart()
      this.#open = { type, id: String(this.#parts++) }
      this.#write({ type: `${type}-start`, id: this.#open.id })
    }
    this.body.push(`data: {"type":"${type}-delta","id":"${this.#open.id}","delta":${JSON.stringify(delta)}}\n\n`)
  }

  /** Ends the stream: with an error part if the turn failed. Does nothing once the client has gone. */
  end(messageMetadata: MessageMetadata): void {
    if (this.body.destroyed) return
    if (this.#inStep) this.part({ type: 'finish-step' })
    this.#write({ type: 'message-metadata', messageMetadata })
    if (messageMetadata.outcome === 'failed') {
      this.#write({ type: 'error', errorText: messageMetadata.error?.message ?? 'The answer failed.' })
    } else {
      this.#write({ type: 'finish', messageMetadata })
    }
    this.body.push('data: [DONE]\n\n')
    this.body.push(null)
  }

  #closePart(): void {
    if (this.#open) this.#write({ type: `${this.#open.type}-end`, id: this.#open.id })
    this.#open = undefined
  }

  #write(part: Part): void {
    this.body.push(`data: ${JSON.stringify(part)}\n\n`)
  }
}
