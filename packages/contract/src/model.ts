import { z } from 'zod'

/** An entry of `GET /api/models`. */
export const modelSchema = z.object({
  id: z.string(),
  provider: z.string().describe('gen_ai.provider.name'),
  priced: z.boolean().describe('False: what an answer of this model costs is unknown beforehand.'),
  default: z.boolean(),
  images: z.boolean().describe('False: it takes no pictures, as is configured or as it has said itself.'),
  /** USD per million tokens; null where unknown, or where the provider reports each call's cost by itself. */
  price: z.object({ input: z.number(), cachedInput: z.number().nullable(), output: z.number() }).nullable(),
  /** Tokens; null where unknown. */
  contextWindow: z.int().positive().nullable(),
})
export type Model = z.infer<typeof modelSchema>
