import { problemSchema } from '@repo/contract/problem'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Conversations } from '../../db/conversations.ts'
import type { Messages, StoredMessage } from '../../db/messages.ts'
import type { Attachments } from '../../extension-points/attachments.ts'
import { found, ProblemError } from '../../plugins/problems.ts'
import { exportJson, exportMarkdown } from './export.ts'

/** Of pictures that a file holds itself; those of the oldest messages are links beyond that. */
const MOST_PICTURE_BYTES = 32 * 1024 ** 2

interface Options {
  readonly attachments: Attachments
  conversations: Conversations
  messages: Messages
}

export const exporting: FastifyPluginAsyncZod<Options> = async (app, services) => {
  const { conversations, messages } = services
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
      const [path, stored] = await Promise.all([messages.path(id, at), messages.all(id)])
      if (!path) throw new ProblemError(404, 'message-not-found', 'There is no such message in this conversation.')
      const all = await withPictures(stored, services.attachments)
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

/** Pictures as data URLs: a file shows them wherever it is. */
async function withPictures(messages: readonly StoredMessage[], attachments: Attachments): Promise<StoredMessage[]> {
  const files = messages.flatMap(({ parts }) => parts.filter((part) => part.type === 'file'))
  const pictures = await attachments.load(files, MOST_PICTURE_BYTES)
  const held = ({ url }: { url: string }) => pictures.get(url)?.dataUrl?.() ?? url
  return messages.map((message) => ({
    ...message,
    parts: message.parts.map((part) => (part.type === 'file' ? { ...part, url: held(part) } : part)),
  }))
}
