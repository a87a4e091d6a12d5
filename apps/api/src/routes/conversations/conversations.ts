import { conversationSchema } from '@repo/contract/conversation'
import type { ChatMessage } from '@repo/contract/message'
import { problemSchema } from '@repo/contract/problem'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Conversations } from '../../db/conversations.ts'
import type { Messages } from '../../db/messages.ts'
import { found } from '../../plugins/problems.ts'

export interface ConversationServices {
  readonly conversations: Conversations
  readonly messages: Messages
  /** Ends the conversation's running turn, whichever process holds it. */
  readonly stop: (conversationId: string) => Promise<void>
}

/** Of a path through a conversation. */
export const at = z
  .uuid()
  .optional()
  .describe('The newest path through this message; absent: the path to the newest message.')

export const conversationRoutes: FastifyPluginAsyncZod<ConversationServices> = async (app, services) => {
  const { conversations, messages, stop } = services
  const params = z.object({ id: z.uuid() })

  const reading = {
    tags: ['conversations'],
    summary: 'One path through a conversation, oldest first',
    params,
    querystring: z.object({ at }),
    response: {
      200: conversationSchema.extend({
        messages: z.array(z.custom<ChatMessage>()),
        versions: z.record(z.string(), z.array(z.string())),
      }),
      404: problemSchema,
    },
  }
  app.get('/api/conversations/:id', { schema: reading }, async ({ visitorId, params, query }) => {
    const conversation = found(visitorId && (await conversations.find(visitorId, params.id)))
    return { ...conversation, ...found(await messages.path(params.id, query.at), 'message') }
  })

  const stopping = {
    tags: ['conversations'],
    summary: 'Ends the running turn as stopped',
    description: '202 also when nothing runs: the turn may have ended while the request was on its way.',
    params,
    response: { 202: z.object({ status: z.literal('accepted') }) },
  }
  app.post('/api/conversations/:id/stop', { schema: stopping }, async ({ visitorId, params }, reply) => {
    if (visitorId && (await conversations.find(visitorId, params.id))) await stop(params.id)
    return reply.status(202).send({ status: 'accepted' as const })
  })
}
