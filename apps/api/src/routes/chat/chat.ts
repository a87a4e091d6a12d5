import type { Readable } from 'node:stream'
import { chatRequestSchema } from '@repo/contract/chat-request'
import { problemSchema } from '@repo/contract/problem'
import { attribute } from '@repo/telemetry/catalogue'
import type { FastifyReply } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Admissions } from '../../chat/admission.ts'
import { uiMessageStreamHeaders } from '../../chat/answer-log.ts'
import type { Remember } from '../../chat/prompt.ts'
import { startTurn, type TurnServices } from '../../chat/turn.ts'
import type { Config } from '../../config.ts'
import type { Conversations } from '../../db/conversations.ts'
import { storable } from '../../db/storable.ts'
import { found, modelNotAllowed, ProblemError, rejected } from '../../plugins/problems.ts'

export interface ChatServices extends TurnServices {
  readonly config: Config
  readonly conversations: Conversations
  readonly admissions: Admissions
  readonly remember: Remember
  /** Throws a problem when there is no room for one more stream of this visitor, for a question or not. */
  readonly enter: (reply: FastifyReply, visitorId: string, asks: boolean) => void
  /** What a conversation is called that begins with this question; empty only for a text without any. */
  readonly titleOf: (question: string) => string
  /** The stream of the conversation's running answer, from its beginning; undefined when none runs. */
  readonly rejoin: (conversationId: string) => Promise<Readable | undefined>
}

const stream = { content: { 'text/event-stream': { schema: z.custom<Readable>() } } }

export const chatRoutes: FastifyPluginAsyncZod<ChatServices> = async (app, services) => {
  const { config } = services

  const asking = {
    tags: ['chat'],
    summary: 'Asks, and streams the answer',
    description: 'Answers with the AI SDK UI message stream, version 1, as server-sent events.',
    body: chatRequestSchema.extend({ model: chatRequestSchema.shape.model.meta({ enum: config.llm.models }) }),
    response: {
      200: stream,
      404: problemSchema,
      422: problemSchema,
      429: problemSchema.describe('The rate, or a budget. `retry-after` tells when to come back.'),
    },
  }
  app.post('/api/chat', { schema: asking }, async (request, reply) => {
    const { id: conversationId, message, parentId, trigger, model: pickedModel } = request.body
    const model = pickedModel ?? config.llm.defaultModel
    const text = storable(message.parts.map((part) => (part.type === 'text' ? part.text : '')).join(''))
    const files = message.parts.filter((part) => part.type === 'file')
    check(text, model, files.length > 0)
    const visitorId = reply.ensureVisitor()
    services.enter(reply, visitorId, true)

    // From here on every line of the turn names its conversation, Fastify's own "request completed" too.
    request.log = request.log.child({ [attribute.conversationId]: conversationId })
    reply.log = request.log
    const isNew = trigger === 'submit-message'
    const attached = await services.attachments.check(files, { visitorId, conversationId, model, isNew })
    if (!attached) {
      const detail = 'A picture of the message is not there any more, or is not yours. Add it again.'
      throw new ProblemError(404, 'attachment-not-found', detail)
    }
    const parts = [...attached, { type: 'text' as const, text }]
    const { context, known, release, ...admission } = await services.admissions.admit({
      ...{ visitorId, conversationId, questionId: message.id, parentId, parts, pickedModel, model },
      title: services.titleOf(text || attached.map(({ filename }) => filename ?? '').join(' ')) || 'Picture',
      tools: services.toolbox.tools().values(),
    })
    await services.attachments.keep(attached, conversationId).catch(async (error) => {
      await release()
      throw error
    })
    const path = known ? context : [...context, { role: 'user' as const, parts }]
    const isWhole = context.length < config.maxContextMessages
    const remembered = await services.remember(path, { id: message.id, model, isWhole })
    const body = startTurn(services, {
      ...{ conversationId, questionId: message.id, again: known, model, log: request.log },
      ...remembered,
      ...admission,
      receivedMs: performance.now() - reply.elapsedTime,
    })
    return reply.headers(uiMessageStreamHeaders).send(body)
  })

  const joining = {
    tags: ['chat'],
    summary: "Joins the conversation's running answer",
    description: 'What there is of it so far, then the rest as it comes; 204 when nothing runs.',
    params: z.object({ id: z.uuid() }),
    response: { 200: stream, 204: z.null(), 404: problemSchema },
  }
  // Without a HEAD route, which would read an answer for nobody.
  app.get('/api/chat/:id/stream', { schema: joining, exposeHeadRoute: false }, async ({ visitorId, params }, reply) => {
    found(visitorId && (await services.conversations.find(visitorId, params.id)))
    services.enter(reply, reply.ensureVisitor(), false)
    const answer = await services.rejoin(params.id)
    return answer ? reply.headers(uiMessageStreamHeaders).send(answer) : reply.status(204).send(null)
  })

  /** @throws {ProblemError} for a question that is not asked, whoever asks it */
  function check(text: string, model: string, hasFiles: boolean): void {
    const { maxMessageChars, llm } = config
    if (text.trim() === '' && !hasFiles)
      throw new ProblemError(422, 'empty-message', 'The message is empty. Write something first.')
    if (text.length > maxMessageChars) {
      const detail = `The message has ${text.length} characters; at most ${maxMessageChars} are allowed. Shorten it.`
      throw rejected('too_long', new ProblemError(422, 'message-too-long', detail))
    }
    if (!llm.models.includes(model)) throw rejected('model', modelNotAllowed(llm.models))
  }
}
