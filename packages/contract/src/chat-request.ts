import { z } from 'zod'

// `meta` documents what is refused later, with 422 and in words that a pattern would not have.
const textPartSchema = z.object({ type: z.literal('text'), text: z.string().meta({ pattern: '\\S' }) })
/** What stands in a question beside its text, sent before it: as the AI SDK has it. */
const filePartSchema = z.object({
  type: z.literal('file'),
  mediaType: z.string().max(100),
  url: z
    .string()
    .max(100)
    .describe('Of POST /api/attachments: /api/attachments/{id}.')
    .meta({ pattern: '^/api/attachments/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }),
  filename: z.string().max(200).optional(),
  providerMetadata: z
    .object({ chat: z.object({ alt: z.string().max(1000).optional().describe('What is to be seen, in words.') }) })
    .optional(),
})
export type RequestedFile = z.infer<typeof filePartSchema>

/** Body of `POST /api/chat`: only the newest message travels, the history comes from the database. */
export const chatRequestSchema = z.object({
  id: z.uuid().describe('The conversation; made by the client, created on first use.'),
  message: z.object({
    id: z.uuid(),
    role: z.literal('user'),
    parts: z
      .array(z.discriminatedUnion('type', [textPartSchema, filePartSchema]))
      .min(1)
      .meta({ contains: { properties: { type: { const: 'file' } } }, minContains: 0, maxContains: 8 }),
  }),
  trigger: z.enum(['submit-message', 'regenerate-message']),
  parentId: z
    .uuid()
    .nullable()
    .optional()
    .describe(
      'The answer that the message follows; null: it begins the conversation. Absent: the newest message. Tabs and edits branch by it.',
    ),
  messageId: z.uuid().optional().describe('With regenerate-message: the answer that gets a newer version beside it.'),
  model: z.string().min(1).optional().describe('One of GET /api/models; the default model if absent.'),
})
export type ChatRequest = z.infer<typeof chatRequestSchema>
