import { conversationSchema } from '@repo/contract/conversation'
import { problemSchema } from '@repo/contract/problem'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Conversations } from '../../db/conversations.ts'
import { found } from '../../plugins/problems.ts'

export const restoring: FastifyPluginAsyncZod<{ conversations: Conversations }> = async (app, { conversations }) => {
  app.post(
    '/api/conversations/:id/restore',
    {
      schema: {
        tags: ['conversations'],
        summary: 'Takes a deletion back',
        description: 'For an hour. 200 also for a conversation that is not deleted.',
        params: z.object({ id: z.uuid() }),
        response: { 200: conversationSchema, 404: problemSchema },
      },
    },
    async ({ visitorId, params }) => found(visitorId && (await conversations.restore(visitorId, params.id))),
  )
}
