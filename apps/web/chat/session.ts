import { Chat } from '@ai-sdk/react'
import type { ChatMessage } from '@repo/contract/message'
import { DefaultChatTransport } from 'ai'

/** The API keeps the history: only the newest message of the user travels, with a retry too. */
const transport = new DefaultChatTransport<ChatMessage>({
  api: '/api/chat',
  prepareSendMessagesRequest: ({ id, messages, trigger, messageId, body }) => ({
    body: { id, message: lastUserMessage(messages), trigger, messageId, model: body?.model },
  }),
})

const sessions = new Map<string, Chat<ChatMessage>>()

/**
 * The live state of a conversation. It outlives the page that shows it: an answer that streams goes on while another
 * conversation is looked at, and is still streaming on return.
 *
 * @param stored the messages as the API has them
 */
export function chatSession(id: string, stored: ChatMessage[]): Chat<ChatMessage> {
  const known = sessions.get(id)
  // Next may show a page from its cache, with fewer messages than were sent since.
  if (known && (isBusy(known) || known.messages.length >= stored.length)) return known
  const session = new Chat<ChatMessage>({ id, messages: stored, transport, generateId: () => crypto.randomUUID() })
  // On the server the module is shared by all visitors, so nothing may be kept there.
  if (typeof window !== 'undefined') sessions.set(id, session)
  return session
}

/** True if this page has shown or begun the conversation since it was loaded. */
export function hasSession(id: string): boolean {
  return sessions.has(id)
}

function isBusy({ status }: Chat<ChatMessage>): boolean {
  return status === 'submitted' || status === 'streaming'
}

function lastUserMessage(messages: ChatMessage[]) {
  const message = messages.findLast(({ role }) => role === 'user')
  if (!message) throw new Error('there is no message to answer')
  return { id: message.id, role: message.role, parts: [{ type: 'text', text: messageText(message) }] }
}

/** The text of a message, without reasoning and other parts. */
export function messageText({ parts }: Pick<ChatMessage, 'parts'>): string {
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
}
