import { z } from 'zod'

/** An entry of `GET /api/models`. */
export const modelSchema = z.object({
  id: z.string(),
  provider: z.string().describe('gen_ai.provider.name'),
  priced: z.boolean().describe('False: what an answer of this model costs is unknown beforehand.'),
  default: z.boolean(),
})
export type Model = z.infer<typeof modelSchema>
