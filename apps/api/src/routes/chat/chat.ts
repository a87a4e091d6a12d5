import type { Readable } from 'node:stream'
import { chatRequestSchema } from '@repo/contract/chat-request'
import { problemSchema } from '@repo/contract/problem'
import { attribute, type RejectionReason } from '@repo/telemetry/catalogue'
import { instruments } from '@repo/telemetry/instruments'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { storable } from '../../chat/answer.ts'
import { startTurn, type TurnServices } from '../../chat/turn.ts'
import { uiMessageStreamHeaders } from '../../chat/ui-message-stream.ts'
import type { Config } from '../../config.ts'
import { ForeignConversationError } from '../../db/messages.ts'
import { modelNotAllowed, ProblemError } from '../../plugins/problems.ts'
import { titleOf } from './title.ts'

interface Options {
  config: Config
  services: TurnServices
}

export const chatRoutes: FastifyPluginAsyncZod<Options> = async (app, { config, services }) => {
  app.post(
    '/api/chat',
    {
      schema: {
        tags: ['chat'],
        summary: 'Asks, and streams the answer',
        description: 'Answers with the AI SDK UI message stream, version 1, as server-sent events.',
        body: chatRequestSchema,
        response: {
          200: { content: { 'text/event-stream': { schema: z.custom<Readable>() } } },
          400: problemSchema,
          404: problemSchema,
          422: problemSchema,
          503: problemSchema,
        },
      },
    },
    async (request, reply) => {
      const { id: conversationId, message } = request.body
      const model = request.body.model ?? config.llm.defaultModel
      const text = storable(message.parts.map((part) => part.text).join(''))
      const refusal = refuse(text, model)
      if (refusal) {
        instruments().rejections.add(1, { [attribute.rejectionReason]: refusal.reason })
        throw refusal.problem
      }

      // From here on every line of the turn names its conversation, Fastify's own "request completed" too.
      request.log = request.log.child({ [attribute.conversationId]: conversationId })
      reply.log = request.log
      const history = await services.messages
        .ask({
          visitorId: reply.ensureVisitor(),
          conversationId,
          messageId: message.id,
          text,
          parentId: request.body.parentId,
          title: titleOf(text),
          pickedModel: request.body.model,
          maxContextMessages: config.maxContextMessages,
        })
        .catch((error) => {
          if (!(error instanceof ForeignConversationError)) throw error
          throw new ProblemError(
            404,
            'conversation-not-found',
            'There is no such conversation, it is not yours, or what the question follows is not in it. Reload the page.',
          )
        })

      const body = startTurn(services, {
        conversationId,
        questionId: message.id,
        model,
        history,
        receivedMs: performance.now() - reply.elapsedTime,
        log: request.log,
      })
      return reply.headers(uiMessageStreamHeaders).send(body)
    },
  )

  function refuse(text: string, model: string): { reason: RejectionReason; problem: ProblemError } | null {
    if (text.trim() === '') {
      throw new ProblemError(422, 'empty-message', 'The message is empty. Write something first.')
    }
    if (text.length > config.maxMessageChars) {
      const detail = `The message has ${text.length} characters; at most ${config.maxMessageChars} are allowed. Shorten it.`
      return { reason: 'too_long', problem: new ProblemError(422, 'message-too-long', detail) }
    }
    if (!config.llm.models.includes(model)) {
      return { reason: 'model', problem: modelNotAllowed(config.llm.models) }
    }
    return null
  }
}
