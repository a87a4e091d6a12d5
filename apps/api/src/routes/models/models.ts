import { modelSchema } from '@repo/contract/model'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Config } from '../../config.ts'
import type { PriceTable } from '../../prices/price.ts'

interface Options {
  llm: Config['llm']
  prices: PriceTable
}

export const modelRoutes: FastifyPluginAsyncZod<Options> = async (app, { llm, prices }) => {
  const schema = { tags: ['chat'], summary: 'The models that may be asked', response: { 200: z.array(modelSchema) } }
  app.get('/api/models', { schema }, async () =>
    llm.models.map((id) => ({
      id,
      provider: llm.provider,
      priced: prices.source(id, llm.provider) !== null,
      default: id === llm.defaultModel,
      ...prices.listing(id),
    })),
  )
}
