import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { context, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api'
import { suppressTracing } from '@opentelemetry/core'
import type { ChatRequest, RequestedFile } from '@repo/contract/chat-request'
import type { ConversationWithMessages } from '@repo/contract/conversation'
import type { ChatMessage, Feedback, MessageMetadata, Rating } from '@repo/contract/message'
import { attribute, spanName } from '@repo/telemetry/catalogue'
import type { InferUIMessageChunk } from 'ai'
import { createParser } from 'eventsource-parser'
import { pictureOf } from './picture.ts'
import { endedAsAsked, ending, type PlannedTurn } from './plan.ts'

export interface TurnResult {
  /** As `PlannedTurn.expected`; or one of ours: `refused (429)`, `unreachable`, `timeout`, `interrupted`, `unknown`. */
  readonly ending: string
  /** Milliseconds from when the turn was due, not from when it was sent: a late client is no fast server. */
  readonly ttftMs: number | null
  readonly durationMs: number
  /** What the chat said of the turn, with the answer or, to those who left, in the history; null: nothing. */
  readonly metadata: MessageMetadata | null
  readonly conversationId: string
  /** Null when telemetry is off. */
  readonly traceId: string | null
}

interface Conversation {
  readonly number: number
  readonly id: string
  readonly visitor: Visitor
  cookie: string
  questionId: string | null
  answerId: string | null
  busy: boolean
}
interface Visitor {
  cookie: string
  conversation?: Conversation | undefined
}
interface Call {
  readonly turn: PlannedTurn
  readonly dueMs: number
  readonly conversation: Conversation
  readonly controller: AbortController
  ttftMs: number | null
  messageId: string | null
  metadata: MessageMetadata | undefined
}
type Leave = 'left' | 'timeout' | 'interrupted'

/** For reading what a tool is about to do. */
const THINK_MS = 500
const TURN_TIMEOUT_MS = 120_000
const RECORDED_POLLS = 360 // longer than the grace time's default
const RECORDED_POLL_MS = 250

/** The people at their browsers. Each has a cookie and one conversation, so memory grows with their number only. */
export class Visitors {
  readonly #url: string
  readonly #visitors = new Map<number, Visitor>()
  readonly #calls = new Set<Call>()
  readonly #interrupted = new AbortController()
  /** Turns that began a conversation of their own, because theirs was still being answered. */
  moved = 0

  constructor(url: string) {
    this.#url = url
  }

  /** Ends what runs, as `interrupted`. */
  interrupt(): void {
    this.#interrupted.abort()
    for (const { controller } of this.#calls) controller.abort('interrupted' satisfies Leave)
  }

  /**
   * Takes one turn, in a trace of its own that the chat continues. Never rejects.
   * @param dueMs on the clock of `performance.now()`
   */
  async take(turn: PlannedTurn, dueMs: number): Promise<TurnResult> {
    const conversation = this.#conversation(turn)
    conversation.busy = true
    const controller = new AbortController()
    const call: Call = {
      turn,
      dueMs,
      conversation,
      controller,
      ttftMs: null,
      messageId: null,
      metadata: undefined,
    }
    this.#calls.add(call)
    const attributes = {
      [attribute.requestModel]: turn.model,
      [attribute.conversationId]: conversation.id,
      [attribute.trafficTurn]: turn.number,
      [attribute.trafficKind]: turn.kind,
      [attribute.trafficExpected]: turn.expected,
    }
    const span = trace.getTracer('@repo/traffic').startSpan(spanName.traffic, { attributes }, ROOT_CONTEXT)
    const timer = setTimeout(() => controller.abort('timeout' satisfies Leave), TURN_TIMEOUT_MS)
    const end = await context
      .with(trace.setSpan(ROOT_CONTEXT, span), () => this.#converse(call))
      .catch(async () => {
        const reason: Leave | undefined = controller.signal.reason
        return reason === 'left' ? this.#recorded(call) : (reason ?? 'unreachable')
      })
    const durationMs = performance.now() - dueMs
    clearTimeout(timer)
    this.#calls.delete(call)
    conversation.busy = false
    span.setAttribute(attribute.trafficEnding, end)
    if (!endedAsAsked(turn, end))
      span.setStatus({ code: SpanStatusCode.ERROR, message: `${end}, not ${turn.expected}` })
    span.end()
    const spanContext = span.spanContext()
    const traceId = trace.isSpanContextValid(spanContext) ? spanContext.traceId : null
    const metadata = call.metadata ?? null
    return { ending: end, ttftMs: call.ttftMs, durationMs, traceId, metadata, conversationId: conversation.id }
  }

  #conversation(turn: PlannedTurn): Conversation {
    const visitor = this.#visitors.get(turn.visitor) ?? { cookie: '' }
    this.#visitors.set(turn.visitor, visitor)
    const current = visitor.conversation
    if (current?.number === turn.conversation) {
      if (!current.busy) return current
      this.moved++
    }
    const fresh = { id: randomUUID(), cookie: visitor.cookie, questionId: null, answerId: null, busy: false }
    visitor.conversation = { number: turn.conversation, visitor, ...fresh }
    return visitor.conversation
  }

  /** Asks, reads, and maybe leaves. Rejects when the connection ends otherwise than the answer does. */
  async #converse(call: Call): Promise<string> {
    const { turn, conversation, controller } = call
    const { signal } = controller
    const response = await this.#ask(call)
    if (!response.ok) {
      // The conversation may be gone with its database, or the cookie with its secret: the next turn begins afresh.
      if (conversation.visitor.conversation === conversation) conversation.visitor.conversation = undefined
      await response.body?.cancel()
      return `refused (${response.status})`
    }
    let chars = 0
    let stopping: Promise<unknown> | undefined
    for await (const chunk of messageChunks(response)) {
      if (chunk.type === 'start') conversation.answerId = call.messageId = chunk.messageId ?? null
      if ('messageMetadata' in chunk) call.metadata = chunk.messageMetadata
      if (chunk.type === 'tool-approval-request' && !chunk.isAutomatic) void this.#decide(call, chunk.approvalId)
      if (chunk.type !== 'text-delta' && chunk.type !== 'reasoning-delta') continue
      call.ttftMs ??= performance.now() - call.dueMs
      chars += chunk.delta.length
      if (chars < (turn.leaveAfter ?? Infinity)) continue
      if (turn.kind === 'disconnect') controller.abort('left' satisfies Leave)
      // One that fails shows in how the turn ends.
      else stopping ??= this.#fetch(conversation, '/stop', { method: 'POST', signal }).catch(() => {})
    }
    await stopping // or it might hit the conversation's next turn
    const rated = turn.rating === null || (await this.#rate(call, turn.rating))
    return rated ? (endingOf(call.metadata) ?? 'unknown') : 'not rated'
  }

  async #ask({ turn, conversation, controller }: Call): Promise<Response> {
    const again = turn.kind === 'regenerate' && conversation.questionId !== null && conversation.answerId !== null
    const questionId = again && conversation.questionId ? conversation.questionId : randomUUID()
    conversation.questionId = questionId
    const files = turn.kind === 'picture' ? [await this.#upload(conversation, turn.number, controller.signal)] : []
    const body: ChatRequest = {
      id: conversation.id,
      trigger: again ? 'regenerate-message' : 'submit-message',
      ...(again && conversation.answerId && { messageId: conversation.answerId }),
      message: { id: questionId, role: 'user', parts: [...files, { type: 'text', text: turn.prompt }] },
      model: turn.model,
    }
    const response = await fetch(new URL('/api/chat', this.#url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: conversation.cookie },
      body: JSON.stringify(body),
      signal: controller.signal,
    })
    keepCookie(conversation, response)
    return response
  }

  /** Says so again until it is taken, as people do: otherwise the turn would wait. */
  async #decide({ turn, conversation, controller: { signal } }: Call, approvalId: string): Promise<void> {
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ decision: turn.decision })
    for (let taken = false; !taken && !signal.aborted; ) {
      await sleep(THINK_MS, undefined, { signal }).catch(() => {})
      const init = { method: 'POST', headers, body, signal }
      const response = await this.#fetch(conversation, `/approvals/${approvalId}`, init).catch(() => null)
      await response?.body?.cancel()
      taken = response !== null && response.status < 500
    }
  }

  /** Sends a picture before its question. @throws when it is not taken */
  async #upload(conversation: Conversation, number: number, signal: AbortSignal): Promise<RequestedFile> {
    const response = await fetch(new URL('/api/attachments', this.#url), {
      method: 'POST',
      headers: { 'content-type': 'image/png', cookie: conversation.cookie },
      body: pictureOf(number),
      signal,
    })
    keepCookie(conversation, response)
    if (response.status !== 201) throw new Error(`the picture was refused: ${response.status}`)
    const { id, mediaType } = (await response.json()) as { id: string; mediaType: string }
    return { type: 'file', mediaType, url: `/api/attachments/${id}`, filename: 'picture.png' }
  }

  async #rate({ conversation, messageId, controller }: Call, rating: Rating): Promise<boolean> {
    const response = await fetch(new URL(`/api/messages/${messageId}/feedback`, this.#url), {
      method: 'PUT',
      headers: { 'content-type': 'application/json', cookie: conversation.cookie },
      body: JSON.stringify({ rating } satisfies Feedback),
      signal: controller.signal,
    })
    await response.body?.cancel()
    return response.ok
  }

  /** How the turn of a client that went away ended: only the history can tell, after a moment. Asks untraced. */
  async #recorded(call: Call): Promise<string> {
    const { conversation, messageId } = call
    const { signal } = this.#interrupted
    const path = `?at=${messageId}` as const // it may have newer versions beside it by now
    for (let poll = 0; poll < RECORDED_POLLS && !signal.aborted; poll++) {
      await sleep(RECORDED_POLL_MS, undefined, { signal }).catch(() => {})
      const metadata = await context
        .with(suppressTracing(ROOT_CONTEXT), () =>
          this.#fetch(conversation, path, { signal: AbortSignal.timeout(5000) }),
        )
        .then((response) => response.json() as Promise<ConversationWithMessages>)
        .then(({ messages }) => messages.find(({ id }) => id === messageId)?.metadata)
        .catch(() => undefined)
      const end = endingOf(metadata)
      call.metadata = metadata
      if (end) return end
    }
    return signal.aborted ? 'interrupted' : 'unknown'
  }

  #fetch(
    { id, cookie }: Conversation,
    path: `?at=${string}` | '/stop' | `/approvals/${string}`,
    init: RequestInit & { headers?: Record<string, string> },
  ): Promise<Response> {
    const headers = { ...init.headers, cookie }
    return fetch(new URL(`/api/conversations/${id}${path}`, this.#url), { ...init, headers })
  }
}

function keepCookie(conversation: Conversation, response: Response): void {
  const cookie = response.headers.getSetCookie()[0]?.split(';', 1)[0]
  if (cookie) conversation.cookie = conversation.visitor.cookie = cookie
}

const endingOf = (metadata: MessageMetadata | undefined) =>
  metadata?.outcome ? ending(metadata.outcome, metadata.error?.type) : null

/** The UI message stream. Its chunks are not validated, which would cost more than all the rest of reading them. */
async function* messageChunks(response: Response): AsyncGenerator<InferUIMessageChunk<ChatMessage>, void, undefined> {
  if (!response.body) return
  let chunks: InferUIMessageChunk<ChatMessage>[] = []
  const parser = createParser({
    onEvent({ data }) {
      if (data !== '[DONE]') chunks.push(JSON.parse(data))
    },
  })
  const decoder = new TextDecoder()
  for await (const bytes of response.body) {
    parser.feed(decoder.decode(bytes, { stream: true }))
    yield* chunks
    chunks = []
  }
}
