import { randomUUID } from 'node:crypto'
import type { ConversationWithMessages } from '@repo/contract/conversation'
import type { ChatMessage, MessageMetadata } from '@repo/contract/message'
import type { Problem } from '@repo/contract/problem'
import { parseJsonEventStream, type UIMessageChunk, uiMessageChunkSchema } from 'ai'

export interface Answered {
  readonly conversationId: string
  readonly questionId: string
  readonly chunks: UIMessageChunk[]
  readonly text: string
  readonly reasoning: string
  readonly messageId: string
  /** As the stream's last part had it. */
  readonly metadata: MessageMetadata
  readonly headers: Headers
}

/** A browser's worth of client: keeps the visitor's cookie, parses the stream with the AI SDK's own schema. */
export class ChatClient {
  readonly #url: string
  cookie = ''

  constructor(url: string) {
    this.#url = url
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { ...(this.cookie ? { cookie: this.cookie } : {}), ...(init.headers as Record<string, string>) }
    const response = await fetch(this.#url + path, { ...init, headers })
    const set = response.headers.getSetCookie()[0]
    if (set) this.cookie = set.split(';')[0] as string
    return response
  }

  post(path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    return this.fetch(path, signal ? { ...init, signal } : init)
  }

  /** Begins a turn; rejects with the problem's detail if it is refused. */
  async begin(text: string, options: AskOptions = {}): Promise<RunningAnswer> {
    const conversationId = options.conversationId ?? randomUUID()
    const questionId = options.questionId ?? randomUUID()
    const response = await this.post(
      '/api/chat',
      {
        id: conversationId,
        trigger: options.trigger ?? 'submit-message',
        model: options.model,
        parentId: options.parentId,
        message: { id: questionId, role: 'user', parts: [...(options.files ?? []), { type: 'text', text }] },
      },
      options.signal,
    )
    if (!response.ok) throw new Error(`${response.status}: ${((await response.json()) as Problem).detail}`)
    return new RunningAnswer(response, conversationId, questionId)
  }

  async ask(text: string, options: AskOptions = {}): Promise<Answered> {
    return (await this.begin(text, options)).end()
  }

  /** The conversation's running answer once more; null when none runs. */
  async rejoin(id: string, signal?: AbortSignal): Promise<RunningAnswer | null> {
    const response = await this.fetch(`/api/chat/${id}/stream`, signal ? { signal } : {})
    if (response.status === 204) return null
    if (!response.ok) throw new Error(`${response.status}: ${((await response.json()) as Problem).detail}`)
    return new RunningAnswer(response, id, '')
  }

  async conversation(id: string, at?: string): Promise<ConversationWithMessages> {
    const query = at ? `?at=${at}` : ''
    return (await this.fetch(`/api/conversations/${id}${query}`)).json() as Promise<ConversationWithMessages>
  }

  /** The newest message of a conversation, as it is after a reload. */
  async lastMessage(id: string): Promise<ChatMessage> {
    const message = (await this.conversation(id)).messages.at(-1)
    if (!message) throw new Error('the conversation has no message')
    return message
  }
}

export interface AskOptions {
  model?: string
  conversationId?: string
  questionId?: string
  parentId?: string | null
  trigger?: 'submit-message' | 'regenerate-message'
  files?: readonly object[]
  signal?: AbortSignal
}

export class RunningAnswer {
  readonly conversationId: string
  readonly questionId: string
  readonly #headers: Headers
  readonly #reader: ReadableStreamDefaultReader<{ success: boolean; value?: UIMessageChunk; error?: unknown }>
  readonly #chunks: UIMessageChunk[] = []

  constructor(response: Response, conversationId: string, questionId: string) {
    if (!response.body) throw new Error('the answer has no body')
    this.conversationId = conversationId
    this.questionId = questionId
    this.#headers = response.headers
    this.#reader = parseJsonEventStream({ stream: response.body, schema: uiMessageChunkSchema }).getReader() as never
  }

  /** Reads on until a chunk satisfies; throws if the stream ends first. */
  async until(satisfies: (chunk: UIMessageChunk) => boolean): Promise<void> {
    for (;;) {
      const chunk = await this.#next()
      if (!chunk) throw new Error('the stream ended')
      if (satisfies(chunk)) return
    }
  }

  async untilText(): Promise<void> {
    await this.until((chunk) => chunk.type === 'text-delta')
  }

  get text(): string {
    return this.#joined('text-delta')
  }

  async end(): Promise<Answered> {
    while (await this.#next()) {}
    const start = this.#chunks.find((chunk) => chunk.type === 'start')
    const metadata = this.#chunks.findLast((chunk) => 'messageMetadata' in chunk)
    if (start?.type !== 'start' || !metadata || !('messageMetadata' in metadata)) throw new Error('incomplete stream')
    return {
      conversationId: this.conversationId,
      questionId: this.questionId,
      chunks: this.#chunks,
      text: this.text,
      reasoning: this.#joined('reasoning-delta'),
      messageId: start.messageId as string,
      metadata: metadata.messageMetadata as MessageMetadata,
      headers: this.#headers,
    }
  }

  async #next(): Promise<UIMessageChunk | undefined> {
    const { done, value } = await this.#reader.read()
    if (done) return undefined
    if (!value.success) throw value.error
    this.#chunks.push(value.value as UIMessageChunk)
    return value.value
  }

  #joined(type: 'text-delta' | 'reasoning-delta'): string {
    return this.#chunks.map((chunk) => (chunk.type === type ? chunk.delta : '')).join('')
  }
}

/** The text of a stored message. */
export function textOf(message: ChatMessage): string {
  return message.parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
}
