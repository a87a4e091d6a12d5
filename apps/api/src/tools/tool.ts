import { errorType } from '@repo/telemetry/catalogue'
import { z } from 'zod'
import type { Tool } from '../extension-points/tools.ts'
import { providerSchema } from './provider-schema.ts'

/** A tool that fails in a way the model can be told about. Anything else thrown is logged, and hidden from the model. */
export class ToolError extends Error {
  readonly type: string

  constructor(message: string, type: string = errorType.tool) {
    super(message)
    this.type = type
  }
}

interface Definition<T> {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly input: z.ZodType<T>
  /** True of what changes nothing; all else asks the person before each call. */
  readonly readOnly?: boolean
  run(input: T, signal: AbortSignal, conversationId: string): unknown
}

/** A tool of this process: its zod schema tells the model what it takes, and checks what it gets. */
export function defineTool<T>({ name, title, description, input, readOnly = false, run }: Definition<T>): Tool {
  const schema = z.toJSONSchema(input, { io: 'input' })
  return {
    name,
    title,
    description,
    inputSchema: providerSchema(schema),
    plainSchema: providerSchema(schema, true),
    type: 'function',
    readOnly,
    async run(given, signal, conversationId) {
      const parsed = input.safeParse(given)
      if (!parsed.success) throw new ToolError(z.prettifyError(parsed.error), errorType.toolInput)
      return run(parsed.data, signal, conversationId)
    },
  }
}
