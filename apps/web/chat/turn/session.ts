import { Chat } from '@ai-sdk/react'
import type { ChatMessage, MessageMetadata } from '@repo/contract/message'
import { DefaultChatTransport, type FileUIPart } from 'ai'
import { v4 } from 'uuid'
import { withThoughts } from '../../features/marked-text/with-thoughts.ts'

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

export const notRejoining = {
  rejoining: false,
  /** True while there is no connection. */
  apart: false,
  /** Called after each request; resolves when there is nothing left to read. */
  readOn: async () => {},
  giveUp: () => {},
}
/** `messages`: those to be shown. */
export type Rejoining = typeof notRejoining & Pick<ShownPath, 'messages'>

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
    // Looked up with each request: browser telemetry replaces it.
    fetch: connections.reduce<typeof fetch>(
      (next, one) => one.fetch?.(next) ?? next,
      (...asked) => fetch(...asked),
    ),
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
export const hasSession = (id: string): boolean => sessions.has(id)

/** True from sending until the answer has ended. */
export const isBusy = ({ status }: Pick<Session, 'status'>): boolean => status === 'submitted' || status === 'streaming'

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

export const messageFiles = (message: Pick<ChatMessage, 'parts'> | undefined): FileUIPart[] =>
  message?.parts.filter((part) => part.type === 'file') ?? []

/** What a message turned out to be made of. */
export function partsOf({ parts }: Pick<ChatMessage, 'parts'>): ChatMessage['parts'] {
  let told = parts
  told = withThoughts(told)
  return told
}

/** The text of a message, without reasoning and other parts. */
export function messageText(message: Pick<ChatMessage, 'parts'>): string {
  return partsOf(message)
    .flatMap((part) => (part.type === 'text' && part.text ? [part.text] : []))
    .join('\n\n')
}
