import { conversationSchema } from '@repo/contract/conversation'
import { problemSchema } from '@repo/contract/problem'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { ListedConversations } from '../../conversation-list/listed-conversations.ts'
import type { Conversations } from '../../db/conversations.ts'
import { found } from '../../plugins/problems.ts'

export const restoring: FastifyPluginAsyncZod<{ conversations: Conversations }> = async (app, { conversations }) => {
  const listed = new ListedConversations(conversations)
  const schema = {
    tags: ['conversations'],
    summary: 'Takes a deletion back',
    description: 'For an hour. 200 also for a conversation that is not deleted.',
    params: z.object({ id: z.uuid() }),
    response: { 200: conversationSchema, 404: problemSchema },
  }
  app.post('/api/conversations/:id/restore', { schema }, async ({ visitorId, params }) =>
    found(visitorId && (await listed.restore(visitorId, params.id))),
  )
}
