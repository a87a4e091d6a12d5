import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'

export const visitorRoutes: FastifyPluginAsyncZod = async (app) => {
  const known = 'False: the cookie has just been set. Still false when asked again: it was refused.'
  const schema = {
    tags: ['visitor'],
    summary: 'Makes a visitor of whoever asks, unless they are one',
    description:
      'The first question does that too. Pages that may ask theirs at the same time do this before, one after the other, and so are one visitor.',
    response: { 200: z.object({ known: z.boolean().describe(known) }) },
  }
  app.post('/api/visitor', { schema }, async ({ visitorId }, reply) => {
    reply.ensureVisitor()
    return { known: visitorId !== null }
  })
}
