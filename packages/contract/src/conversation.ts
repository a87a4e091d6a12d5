import { z } from 'zod'
import type { ChatMessage } from './message.ts'

export const conversationSchema = z.object({
  id: z.uuid(),
  title: z.string(),
  /** The model that its next question goes to, unless the visitor picks another; null: the default one. */
  model: z.string().nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
})
export type Conversation = z.infer<typeof conversationSchema>

/** Where a page ended: when its last conversation was changed, in milliseconds since 1970, and its id. */
export const cursorSchema = z.string().regex(/^\d{1,13}_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)

/** `GET /api/conversations`: newest first; `nextCursor` is null on the last page. */
export const conversationPageSchema = z.object({
  items: z.array(conversationSchema),
  nextCursor: cursorSchema.nullable(),
})
export type ConversationPage = z.infer<typeof conversationPageSchema>

/**
 * `GET /api/conversations/:id?at=`: one path through the conversation's tree, oldest first, as `useChat` takes it.
 * Without `at` the path that ends in the newest message, with it the newest path through that message.
 */
export type ConversationWithMessages = Conversation & {
  messages: ChatMessage[]
  /** Of each message on the path that has versions beside it (edited questions, regenerated answers): all, oldest first. */
  versions: Record<string, string[]>
}
