import { feedbackSchema } from '@repo/contract/message'
import { problemSchema } from '@repo/contract/problem'
import { attribute, event } from '@repo/telemetry/catalogue'
import { recordFeedback } from '@repo/telemetry/feedback'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Pool } from '../../db/database.ts'
import { FeedbackStore } from '../../db/feedback.ts'
import { storable } from '../../db/storable.ts'
import { ProblemError } from '../../plugins/problems.ts'

export const feedback: FastifyPluginAsyncZod<{ pool: Pool }> = async (app, { pool }) => {
  const store = new FeedbackStore(pool)
  const tags = ['feedback']
  const params = z.object({ id: z.uuid() })
  const response = { 204: z.null(), 404: problemSchema }

  app.put(
    '/api/messages/:id/feedback',
    { schema: { tags, summary: 'Rates an answer, or changes the rating', params, body: feedbackSchema, response } },
    async ({ visitorId, params, body, log }, reply) => {
      const { rating, comment } = body
      const stored = { rating, comment: comment && storable(comment) }
      const answer = visitorId && (await store.set(visitorId, params.id, stored))
      if (!answer) throw noSuchAnswer()
      // A comment that is added to a rating is not another rating. What it says stays in the database.
      if (answer.before !== rating) {
        const model = answer.model ?? 'unknown'
        recordFeedback({ ...answer, rating, model })
        log.info(
          {
            [attribute.eventName]: event.feedback,
            [attribute.feedbackRating]: rating,
            [attribute.requestModel]: model,
            [attribute.conversationId]: answer.conversationId,
          },
          'an answer was rated %s',
          rating,
        )
      }
      return reply.status(204).send(null)
    },
  )

  app.delete(
    '/api/messages/:id/feedback',
    { schema: { tags, summary: 'Takes the rating of an answer back', params, response } },
    async ({ visitorId, params }, reply) => {
      if (!(visitorId && (await store.remove(visitorId, params.id)))) throw noSuchAnswer()
      return reply.status(204).send(null)
    },
  )
}

function noSuchAnswer(): ProblemError {
  return new ProblemError(404, 'message-not-found', 'There is no such answer, or it is not yours.')
}
