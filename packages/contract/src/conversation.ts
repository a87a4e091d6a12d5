import { z } from 'zod'
import type { ChatMessage } from './message.ts'

export const conversationSchema = z.object({
  id: z.uuid(),
  title: z.string(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
})
export type Conversation = z.infer<typeof conversationSchema>

/** `GET /api/conversations`: newest first; `nextCursor` is null on the last page. */
export const conversationPageSchema = z.object({
  items: z.array(conversationSchema),
  nextCursor: z.string().nullable(),
})
export type ConversationPage = z.infer<typeof conversationPageSchema>

/** `GET /api/conversations/:id`: messages oldest first, as `useChat` takes them. */
export type ConversationWithMessages = Conversation & { messages: ChatMessage[] }
