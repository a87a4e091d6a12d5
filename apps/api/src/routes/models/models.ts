import { modelSchema } from '@repo/contract/model'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Models } from '../../provider/models.ts'

export const modelRoutes: FastifyPluginAsyncZod<{ models: Models }> = async (app, { models }) => {
  const schema = { tags: ['chat'], summary: 'The models that may be asked', response: { 200: z.array(modelSchema) } }
  app.get('/api/models', { schema }, async () => models.list())
}
