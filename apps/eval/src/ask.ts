import { randomUUID } from 'node:crypto'
import { context } from '@opentelemetry/api'
import { suppressTracing } from '@opentelemetry/core'
import type { ChatRequest } from '@repo/contract/chat-request'
import type { ConversationWithMessages } from '@repo/contract/conversation'
import type { ChatMessage } from '@repo/contract/message'
import { modelSchema } from '@repo/contract/model'
import type { Problem } from '@repo/contract/problem'
import { z } from 'zod'
import { UsageError } from './questions.ts'

export interface Answer extends Required<Pick<ChatMessage, 'metadata'>> {
  readonly conversationId: string
  readonly text: string
  readonly parts: ChatMessage['parts']
}

/** A turn may call several tools, each with a model's patience. */
const TURN_TIMEOUT_MS = 300_000
const REQUEST_TIMEOUT_MS = 60_000

/** Outside of any trace: a turn's trace is to have the turn. */
const untraced = <T>(work: () => Promise<T>) => context.with(suppressTracing(context.active()), work)

/**
 * Asks the chat as a new visitor, so that no limit of one visitor counts, and waits for the whole answer.
 * @param cookie of who is logged in, where the chat wants that
 * @throws {UsageError} the chat does not answer, or refuses the question
 */
export async function ask(url: string, text: string, model: string, cookie = ''): Promise<Answer> {
  const id = randomUUID()
  const body: ChatRequest = {
    id,
    trigger: 'submit-message',
    message: { id: randomUUID(), role: 'user', parts: [{ type: 'text', text }] },
    model,
  }
  const asked = await request(new URL('/api/chat', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(TURN_TIMEOUT_MS),
  })
  // The stream says when the answer is there; what it is, the history says in one piece.
  await asked.text()
  const visitor = asked.headers.getSetCookie()[0]?.split(';', 1)[0] ?? cookie
  const { messages } = await untraced(async () => {
    const headers = { cookie: visitor }
    const history = await request(new URL(`/api/conversations/${id}`, url), { headers, ...soon() })
    return (await history.json()) as ConversationWithMessages
  })
  const answer = messages.findLast(({ role }) => role === 'assistant')
  if (!answer?.metadata) throw new UsageError(`The chat at ${url} has not stored its answer. Its log says why.`)
  const said = answer.parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
  return { conversationId: id, text: said.trim(), parts: answer.parts, metadata: answer.metadata }
}

/**
 * The model that is asked: the one that is wanted, or the chat's default.
 * @throws {UsageError} the chat does not answer, or has no such model
 */
export async function modelOf(url: string, wanted: string | undefined): Promise<string> {
  const response = await untraced(() => request(new URL('/api/models', url), soon()))
  const models = z.array(modelSchema.pick({ id: true, default: true })).parse(await response.json())
  const found = models.find((one) => (wanted ? one.id === wanted : one.default))
  if (found) return found.id
  throw new UsageError(`The chat has no model ${wanted}. It has ${models.map(({ id }) => id).join(', ')}.`)
}

const soon = () => ({ signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) })

async function request(url: URL, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init).catch((error) => {
    const why = (error.cause as NodeJS.ErrnoException | undefined)?.code ?? (error as Error).message
    throw new UsageError(
      `The chat at ${url.origin} does not answer (${why}). Start it, or name its address with --url.`,
    )
  })
  if (response.ok) return response
  const { detail } = (await response.json().catch(() => ({}))) as Partial<Problem>
  throw new UsageError(`The chat at ${url.origin} refuses (${response.status}): ${detail ?? 'it does not say why'}`)
}
