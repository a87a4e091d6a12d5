import { problemSchema } from '@repo/contract/problem'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Conversations } from '../../db/conversations.ts'
import type { Messages } from '../../db/messages.ts'
import { found, ProblemError } from '../../plugins/problems.ts'
import { exportJson, exportMarkdown } from './export.ts'

interface Options {
  conversations: Conversations
  messages: Messages
}

export const exporting: FastifyPluginAsyncZod<Options> = async (app, { conversations, messages }) => {
  app.get(
    '/api/conversations/:id/export',
    {
      schema: {
        tags: ['conversations'],
        summary: 'A conversation as a file',
        description: 'Markdown, to be read: one path. JSON, without loss: every version of every message.',
        params: z.object({ id: z.uuid() }),
        querystring: z.object({
          format: z.enum(['markdown', 'json']),
          at: z.uuid().optional().describe('The newest path through this message; absent: that to the newest message.'),
        }),
        response: {
          200: {
            description: 'Named after the title.',
            content: { 'text/markdown': { schema: z.string() }, 'application/json': { schema: z.looseObject({}) } },
          },
          404: problemSchema,
        },
      },
    },
    async ({ visitorId, params: { id }, query: { format, at } }, reply) => {
      const conversation = found(visitorId && (await conversations.find(visitorId, id)))
      const [path, all] = await Promise.all([messages.path(id, at), messages.all(id)])
      if (!path) throw new ProblemError(404, 'message-not-found', 'There is no such message in this conversation.')
      const shown = new Set(path.messages.map(({ id }) => id))
      const file =
        format === 'json'
          ? exportJson(conversation, all)
          : exportMarkdown(
              conversation,
              all.filter(({ id }) => shown.has(id)),
            )
      return reply.headers(file.headers).send(file.body)
    },
  )
}
