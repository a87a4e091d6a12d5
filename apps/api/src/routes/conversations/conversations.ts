import {
  conversationChangeSchema,
  conversationPageSchema,
  conversationSchema,
  cursorSchema,
} from '@repo/contract/conversation'
import type { ChatMessage } from '@repo/contract/message'
import { problemSchema } from '@repo/contract/problem'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Conversations } from '../../db/conversations.ts'
import type { Messages } from '../../db/messages.ts'
import { storable } from '../../db/storable.ts'
import { found, modelNotAllowed, ProblemError } from '../../plugins/problems.ts'

interface Options {
  /** Those that may be picked. */
  models: readonly string[]
  conversations: Conversations
  messages: Messages
  /** Reaches the process that holds the conversation's turn, whichever it is. */
  requestStop: (conversationId: string) => Promise<void>
}

const params = z.object({ id: z.uuid() })
const AT = 'The newest path through this message; absent: the path to the newest message.'

export const conversationRoutes: FastifyPluginAsyncZod<Options> = async (
  app,
  { models, conversations, messages, requestStop },
) => {
  const tags = ['conversations']

  app.get(
    '/api/conversations',
    {
      schema: {
        tags,
        summary: "The visitor's conversations, newest first",
        querystring: z.object({
          query: z
            .string()
            .trim()
            .max(200)
            .optional()
            .describe('Only those with this in the title, or with words that begin like these in a message.'),
          cursor: cursorSchema.optional().describe('`nextCursor` of the page before.'),
          limit: z.coerce.number().int().min(1).max(100).default(30),
        }),
        response: { 200: conversationPageSchema },
      },
    },
    async ({ visitorId, query }) => {
      if (!visitorId) return { items: [], nextCursor: null }
      return conversations.list(visitorId, query.limit, query.query, query.cursor)
    },
  )

  app.get(
    '/api/conversations/:id',
    {
      schema: {
        tags,
        summary: 'One path through a conversation, oldest first',
        params,
        querystring: z.object({
          at: z.uuid().optional().describe(AT),
        }),
        response: {
          200: conversationSchema.extend({
            messages: z.array(z.custom<ChatMessage>()),
            versions: z.record(z.string(), z.array(z.string())),
          }),
          404: problemSchema,
        },
      },
    },
    async ({ visitorId, params, query }) => {
      const conversation = found(visitorId && (await conversations.find(visitorId, params.id)))
      const path = await messages.path(params.id, query.at)
      if (!path) throw new ProblemError(404, 'message-not-found', 'There is no such message in this conversation.')
      return { ...conversation, ...path }
    },
  )

  app.patch(
    '/api/conversations/:id',
    {
      schema: {
        tags,
        summary: 'Renames a conversation, or picks the model of its next question',
        params,
        body: conversationChangeSchema(models),
        response: { 200: conversationSchema, 404: problemSchema, 422: problemSchema },
      },
    },
    async ({ visitorId, params, body }) => {
      if (body.model && !models.includes(body.model)) throw modelNotAllowed(models)
      const change = { ...body, title: body.title && storable(body.title) }
      return found(visitorId && (await conversations.change(visitorId, params.id, change)))
    },
  )

  app.delete(
    '/api/conversations/:id',
    {
      schema: {
        tags,
        summary: 'Deletes a conversation, and ends its running turn',
        description: 'It is gone from everything at once. For an hour it can be restored; then it is removed for good.',
        params,
        response: { 204: z.null(), 404: problemSchema },
      },
    },
    async ({ visitorId, params }, reply) => {
      found(visitorId && (await conversations.delete(visitorId, params.id)))
      await requestStop(params.id)
      return reply.status(204).send(null)
    },
  )

  app.post(
    '/api/conversations/:id/stop',
    {
      schema: {
        tags,
        summary: 'Ends the running turn as stopped',
        description: '202 also when nothing runs: the turn may have ended while the request was on its way.',
        params,
        response: { 202: z.object({ status: z.literal('accepted') }) },
      },
    },
    async ({ visitorId, params }, reply) => {
      if (visitorId && (await conversations.find(visitorId, params.id))) await requestStop(params.id)
      return reply.status(202).send({ status: 'accepted' as const })
    },
  )
}
