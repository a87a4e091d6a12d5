import { Chat } from '@ai-sdk/react'
import type { ChatMessage, MessageMetadata } from '@repo/contract/message'
import { DefaultChatTransport, type FileUIPart } from 'ai'
import { v4 } from 'uuid'
import { beVisitor } from '../../be-visitor.ts'

export type Session = Chat<ChatMessage>

/** A random UUID. Not `crypto.randomUUID`, which browsers have for secure origins only: a LAN's address is none. */
export const newId = (): string => v4()

/** A stream that says nothing for so long is dead: the API sends a sign of life every 15 s. */
const SILENT_MS = 20_000
let heardAt = 0

/** True when what is read has said nothing for longer than it can. */
export const isSilent = (): boolean => performance.now() - heardAt > SILENT_MS

/** Asks as a visitor, and notes when the API was heard last, keep-alives too. */
async function listening(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  if (init?.method === 'POST') await beVisitor()
  heardAt = performance.now()
  const response = await fetch(input, init)
  if (!response.body || response.status !== 200) return response
  const listener = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(bytes, controller) {
      heardAt = performance.now()
      controller.enqueue(bytes)
    },
  })
  return new Response(response.body.pipeThrough(listener), response)
}

/** The API keeps the history: only the newest question travels, with a retry too, and which answer it follows. */
const transport = new DefaultChatTransport<ChatMessage>({
  api: '/api/chat',
  fetch: listening,
  prepareSendMessagesRequest: ({ id, messages, trigger, messageId, body }) => ({
    body: { id, ...newestQuestion(messages), trigger, messageId, model: body?.model },
  }),
})

const sessions = new Map<string, Session>()

/**
 * The live state of a conversation. It outlives the page that shows it: an answer that streams goes on while another
 * conversation is looked at, and is still streaming on return.
 *
 * @param stored the messages as the API has them
 */
export function chatSession(id: string, stored: ChatMessage[]): Session {
  const known = sessions.get(id)
  // Next may show a page from its cache, with fewer messages than were sent since.
  if (known && (isBusy(known) || known.messages.length >= stored.length)) return known
  const session: Session = new Chat({ id, messages: stored, transport, generateId: newId })
  // On the server the module is shared by all visitors, so nothing may be kept there.
  if (typeof window !== 'undefined') sessions.set(id, session)
  return session
}

/** True if this page has shown or begun the conversation since it was loaded. */
export function hasSession(id: string): boolean {
  return sessions.has(id)
}

/** True from sending until the answer has ended. */
export function isBusy({ status }: Pick<Session, 'status'>): boolean {
  return status === 'submitted' || status === 'streaming'
}

/** Whether the newest answer has its end. False for a question without one. */
export function hasEnd({ lastMessage }: Pick<Session, 'lastMessage'>): boolean {
  return lastMessage?.role === 'assistant' && lastMessage.metadata?.outcome !== null
}

/** How much an answer has told: it only grows. */
export function sizeOf(message: Pick<ChatMessage, 'parts'> | undefined): number {
  return message?.parts.reduce((sum, part) => sum + ('text' in part ? part.text.length : 1), 0) ?? 0
}

/** Changes what is known about an answer. Nothing else on the page is rendered again. */
export function setMetadata(session: Session, id: string, change: Partial<MessageMetadata>): void {
  session.messages = session.messages.map((message) =>
    message.id === id && message.metadata ? { ...message, metadata: { ...message.metadata, ...change } } : message,
  )
}

function newestQuestion(messages: ChatMessage[]) {
  const index = messages.findLastIndex(({ role }) => role === 'user')
  const question = messages[index]
  if (!question) throw new Error('there is no message to answer')
  return {
    message: {
      id: question.id,
      role: question.role,
      parts: [...messageFiles(question), { type: 'text', text: messageText(question) }],
    },
    parentId: messages.slice(0, index).findLast(({ role }) => role === 'assistant')?.id ?? null,
  }
}

export function messageFiles(message: Pick<ChatMessage, 'parts'> | undefined): FileUIPart[] {
  return message?.parts.filter((part) => part.type === 'file') ?? []
}

/** Of each step: text turns out to have been a thought where `data-thought` comes after it. */
export function withThoughts(parts: ChatMessage['parts']): ChatMessage['parts'] {
  if (!parts.some(({ type }) => type === 'data-thought')) return parts
  let thought = false
  return parts
    .toReversed()
    .map((part) => {
      if (part.type === 'step-start') thought = false
      thought ||= part.type === 'data-thought'
      return thought && part.type === 'text' ? { type: 'reasoning' as const, text: part.text } : part
    })
    .toReversed()
}

/** The text of a message, without reasoning and other parts. */
export function messageText({ parts }: Pick<ChatMessage, 'parts'>): string {
  return withThoughts(parts)
    .flatMap((part) => (part.type === 'text' && part.text ? [part.text] : []))
    .join('\n\n')
}
