import type { Readable } from 'node:stream'
import { chatRequestSchema } from '@repo/contract/chat-request'
import { problemSchema } from '@repo/contract/problem'
import { attribute, type RejectionReason } from '@repo/telemetry/catalogue'
import { instruments } from '@repo/telemetry/instruments'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Admissions } from '../../chat/admission.ts'
import { uiMessageStreamHeaders } from '../../chat/answer-log.ts'
import { remembered } from '../../chat/memory.ts'
import { promptSize } from '../../chat/prompt-size.ts'
import { startTurn, type TurnServices } from '../../chat/turn.ts'
import type { Config } from '../../config.ts'
import type { Conversations } from '../../db/conversations.ts'
import { ForeignConversationError } from '../../db/messages.ts'
import { storable } from '../../db/storable.ts'
import { type Attachments, imageTokensOf } from '../../extension-points/attachments.ts'
import { found, modelNotAllowed, ProblemError } from '../../plugins/problems.ts'
import { titleOf } from './title.ts'

/** Stands for the instructions that go with every question. */
const OVERHEAD = ' '.repeat(1000)
/** When to come back where too many answers are being given: some end each second. */
const BUSY_SECONDS = 2

interface Options {
  config: Config
  services: TurnServices & {
    readonly admissions: Admissions
    readonly conversations: Conversations
    readonly attachments: Attachments
    /** The stream of the conversation's running answer, from its beginning; undefined when none runs. */
    readonly rejoin: (conversationId: string) => Promise<Readable | undefined>
  }
}

const stream = { content: { 'text/event-stream': { schema: z.custom<Readable>() } } }

export const chatRoutes: FastifyPluginAsyncZod<Options> = async (app, { config, services }) => {
  /** Who waits for an answer; turns go on without, and begin only when the database has spoken. */
  let waiting = 0
  app.post(
    '/api/chat',
    {
      schema: {
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
      },
    },
    async (request, reply) => {
      const { id: conversationId, message } = request.body
      const model = request.body.model ?? config.llm.defaultModel
      const text = storable(message.parts.map((part) => (part.type === 'text' ? part.text : '')).join(''))
      const files = message.parts.filter((part) => part.type === 'file')
      const refusal = refuse(text, model, files.length > 0)
      if (refusal) {
        instruments().rejections.add(1, { [attribute.rejectionReason]: refusal.reason })
        throw refusal.problem
      }
      waiting++
      reply.raw.once('close', () => waiting--)

      // From here on every line of the turn names its conversation, Fastify's own "request completed" too.
      request.log = request.log.child({ [attribute.conversationId]: conversationId })
      reply.log = request.log
      const visitorId = reply.ensureVisitor()
      const isNew = request.body.trigger === 'submit-message'
      const attached = await services.attachments.check(files, { visitorId, conversationId, model, isNew })
      if (!attached) {
        const detail = 'A picture of the message is not there any more, or is not yours. Add it again.'
        throw new ProblemError(404, 'attachment-not-found', detail)
      }
      const parts = [...attached, { type: 'text' as const, text }]
      const admission = await services.admissions
        .admit({
          visitorId,
          conversationId,
          questionId: message.id,
          parentId: request.body.parentId,
          parts,
          title: titleOf(text || attached.map(({ filename }) => filename ?? '').join(' ')) || 'Picture',
          pickedModel: request.body.model,
          model,
          size: promptSize([...parts, OVERHEAD], services.toolbox.tools().values(), imageTokensOf(attached)),
        })
        .catch((error) => {
          if (!(error instanceof ForeignConversationError)) throw error
          throw new ProblemError(
            404,
            'conversation-not-found',
            'There is no such conversation, it is not yours, or what the question follows is not in it. Reload the page.',
          )
        })
      const { context, known } = admission
      await services.attachments.keep(attached, conversationId).catch(async (error) => {
        await admission.release()
        throw error
      })
      const path = known ? context : [...context, { role: 'user' as const, parts }]
      const history = remembered(path, config.maxContextMessages, roomFor(model))
      // What is read of a path is no longer than what may be sent. Nothing fails for the want of a count.
      const isWhole = context.length < config.maxContextMessages
      const before = isWhole ? path.length : await services.messages.depth(message.id).catch(() => path.length)

      const body = startTurn(services, {
        conversationId,
        questionId: message.id,
        again: known,
        model,
        history,
        leftOut: before - history.length,
        receivedMs: performance.now() - reply.elapsedTime,
        log: request.log,
        estimate: admission.estimate,
        settle: admission.settle,
        extend: admission.extend,
      })
      return reply.headers(uiMessageStreamHeaders).send(body)
    },
  )

  app.get(
    '/api/chat/:id/stream',
    {
      exposeHeadRoute: false, // it would read an answer for nobody
      schema: {
        tags: ['chat'],
        summary: "Joins the conversation's running answer",
        description: 'What there is of it so far, then the rest as it comes; 204 when nothing runs.',
        params: z.object({ id: z.uuid() }),
        response: { 200: stream, 204: z.null(), 404: problemSchema },
      },
    },
    async ({ visitorId, params }, reply) => {
      found(visitorId && (await services.conversations.find(visitorId, params.id)))
      const answer = await services.rejoin(params.id)
      return answer ? reply.headers(uiMessageStreamHeaders).send(answer) : reply.status(204).send(null)
    },
  )

  /** Tokens that there are for the conversation: the window, without the longest answer, instructions and tools. */
  function roomFor(model: string): number | null {
    const window = services.models.contextWindow(model)
    if (window === null) return null
    const { bytes } = promptSize([OVERHEAD], services.toolbox.tools().values(), 0)
    return window - config.llm.maxOutputTokens - Math.ceil(bytes / 2)
  }

  function refuse(
    text: string,
    model: string,
    hasFiles: boolean,
  ): { reason: RejectionReason; problem: ProblemError } | null {
    if (text.trim() === '' && !hasFiles) {
      throw new ProblemError(422, 'empty-message', 'The message is empty. Write something first.')
    }
    if (text.length > config.maxMessageChars) {
      const detail = `The message has ${text.length} characters; at most ${config.maxMessageChars} are allowed. Shorten it.`
      return { reason: 'too_long', problem: new ProblemError(422, 'message-too-long', detail) }
    }
    if (!config.llm.models.includes(model)) {
      return { reason: 'model', problem: modelNotAllowed(config.llm.models) }
    }
    if (Math.max(waiting, services.running.size) >= config.maxRunningTurns) {
      const detail = 'Too many answers are being given right now. Your message was not sent; try again in a moment.'
      return { reason: 'busy', problem: new ProblemError(503, 'api-busy', detail, BUSY_SECONDS) }
    }
    return null
  }
}
