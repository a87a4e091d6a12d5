import { problemSchema } from '@repo/contract/problem'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Conversations } from '../../db/conversations.ts'
import { MESSAGE, type Messages } from '../../db/messages.ts'
import type { Attachments } from '../../extension-points/attachments.ts'
import { found } from '../../plugins/problems.ts'
import { at } from '../conversations/conversations.ts'
import { exportJson, exportMarkdown, type StoredMessage } from './export.ts'

/** Of pictures that a file holds itself; those of the oldest messages are links beyond that. */
const MOST_PICTURE_BYTES = 32 * 1024 ** 2
/** All versions, in the order in which they were written. */
const ALL = `
  select ${MESSAGE} from message left join feedback on message_id = message.id where conversation_id = $1 order by seq`

interface Services {
  readonly attachments: Attachments
  readonly conversations: Conversations
  readonly messages: Messages
}

export const exporting: FastifyPluginAsyncZod<Services> = async (app, services) => {
  const { conversations, messages } = services
  const schema = {
    tags: ['conversations'],
    summary: 'A conversation as a file',
    description: 'Markdown, to be read: one path. JSON, without loss: every version of every message.',
    params: z.object({ id: z.uuid() }),
    querystring: z.object({ format: z.enum(['markdown', 'json']), at }),
    response: {
      200: {
        description: 'Named after the title.',
        content: { 'text/markdown': { schema: z.string() }, 'application/json': { schema: z.looseObject({}) } },
      },
      404: problemSchema,
    },
  }
  app.get('/api/conversations/:id/export', { schema }, async ({ visitorId, params: { id }, query }, reply) => {
    const conversation = found(visitorId && (await conversations.find(visitorId, id)))
    const [path, stored] = await Promise.all([
      messages.path(id, query.at),
      messages.read({ name: 'all', text: ALL, values: [id] }),
    ])
    const shown = new Set(found(path, 'message').messages.map(({ id }) => id))
    const all = await withPictures(
      stored.map(({ message, parentId, createdAt }) => ({ ...message, parentId, createdAt: createdAt.toISOString() })),
      services.attachments,
    )
    const onPath = all.filter(({ id }) => shown.has(id))
    const file = query.format === 'json' ? exportJson(conversation, all) : exportMarkdown(conversation, onPath)
    return reply.headers(file.headers).send(file.body)
  })
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
