import { conversationPageSchema, conversationSchema, cursorSchema } from '@repo/contract/conversation'
import { problemSchema } from '@repo/contract/problem'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Config } from '../config.ts'
import type { Conversations } from '../db/conversations.ts'
import { storable } from '../db/storable.ts'
import { found, modelNotAllowed } from '../plugins/problems.ts'
import { ListedConversations } from './listed-conversations.ts'

interface Services {
  readonly config: Config
  readonly conversations: Conversations
  readonly stop: (conversationId: string) => Promise<void>
}

/** The visitor's conversations: listed, searched, renamed, deleted. */
export const conversationList: FastifyPluginAsyncZod<Services> = async (app, { config, conversations, stop }) => {
  const listed = new ListedConversations(conversations)
  const { models } = config.llm
  const tags = ['conversations']
  const params = z.object({ id: z.uuid() })
  await listed.purge()

  const query = 'Only those with this in the title, or with words that begin like these in a message.'
  const listing = {
    tags,
    summary: "The visitor's conversations, newest first",
    querystring: z.object({
      query: z.string().trim().max(200).transform(storable).optional().describe(query),
      cursor: cursorSchema.optional().describe('`nextCursor` of the page before.'),
      limit: z.coerce.number().int().min(1).max(100).default(30),
    }),
    response: { 200: conversationPageSchema },
  }
  app.get('/api/conversations', { schema: listing }, async ({ visitorId, query: { query, cursor, limit } }) =>
    visitorId ? listed.page(visitorId, limit, query, cursor) : { items: [], nextCursor: null },
  )

  const changing = {
    tags,
    summary: 'Renames a conversation, or picks the model of its next question',
    params,
    // What may be picked is documented, and refused in words.
    body: z
      .object({
        title: z.string().trim().regex(/\S/, 'is empty').max(200),
        model: z.string().min(1).meta({ enum: models }),
      })
      .partial()
      .refine((change) => Object.keys(change).length > 0, 'nothing to change: give title or model')
      .meta({ anyOf: [{ required: ['title'] }, { required: ['model'] }] }),
    response: { 200: conversationSchema, 404: problemSchema, 422: problemSchema },
  }
  app.patch('/api/conversations/:id', { schema: changing }, async ({ visitorId, params, body }) => {
    if (body.model && !models.includes(body.model)) throw modelNotAllowed(models)
    const change = { ...body, title: body.title && storable(body.title) }
    return found(visitorId && (await listed.change(visitorId, params.id, change)))
  })

  const deleting = {
    tags,
    summary: 'Deletes a conversation, and ends its running turn',
    description: 'It is gone from everything at once. For an hour it can be restored; then it is removed for good.',
    params,
    response: { 204: z.null(), 404: problemSchema },
  }
  app.delete('/api/conversations/:id', { schema: deleting }, async ({ visitorId, params }, reply) => {
    found(visitorId && (await listed.delete(visitorId, params.id)))
    await stop(params.id)
    return reply.status(204).send(null)
  })
}
