import { Chat } from '@ai-sdk/react'
import type { ChatMessage, MessageMetadata } from '@repo/contract/message'
import { DefaultChatTransport, type FileUIPart } from 'ai'
import { v4 } from 'uuid'
import { beVisitor } from '../../be-visitor.ts'

export type Session = Chat<ChatMessage>

/** A random UUID. Not `crypto.randomUUID`, which browsers have for secure origins only: a LAN's address is none. */
export const newId = (): string => v4()

/** What a feature can make of the connection to an answer. */
export interface Connection {
  /** Around each request. */
  fetch?: (next: typeof fetch) => typeof fetch
  /** A hook: goes on to read what this page does not read, or no longer. */
  useRejoin?: (path: ShownPath) => Rejoining
}

export interface ShownPath {
  session: Session
  messages: ChatMessage[]
  /** As the page was loaded with them. */
  stored: ChatMessage[]
  /** Shows what is stored of a message's conversation; false when that did not work, or an answer is running. */
  show: (messageId: string) => Promise<boolean>
}

export interface Rejoining {
  /** Those to be shown. */
  messages: ChatMessage[]
  rejoining: boolean
  /** True while there is no connection. */
  apart: boolean
  /** Called after each request; resolves when there is nothing left to read. */
  readOn: () => Promise<void>
  giveUp: () => void
}

async function asVisitor(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  if (init?.method === 'POST') await beVisitor()
  return fetch(input, init)
}

const sessions = new Map<string, Session>()

/**
 * The live state of a conversation. It outlives the page that shows it: an answer that streams goes on while another
 * conversation is looked at, and is still streaming on return.
 *
 * @param stored the messages as the API has them
 */
export function chatSession(id: string, stored: ChatMessage[], connections: readonly Connection[]): Session {
  const known = sessions.get(id)
  // Next may show a page from its cache, with fewer messages than were sent since.
  if (known && (isBusy(known) || known.messages.length >= stored.length)) return known
  const transport = new DefaultChatTransport<ChatMessage>({
    api: '/api/chat',
    fetch: connections.reduce((next, { fetch }) => fetch?.(next) ?? next, asVisitor as typeof fetch),
    // The API keeps the history: only the newest question travels, with a retry too, and which answer it follows.
    prepareSendMessagesRequest: ({ id, messages, trigger, messageId, body }) => ({
      body: { id, ...newestQuestion(messages), trigger, messageId, model: body?.model },
    }),
  })
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
