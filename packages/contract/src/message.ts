import type { UIMessage } from 'ai'
import { z } from 'zod'

/**
 * How a turn ended; exactly one each.
 * - `finished`: the model said so
 * - `stopped`: the user pressed Stop
 * - `disconnected`: the client vanished, or the process that served it
 * - `truncated`: the provider closed without a finish reason, or hit the output limit
 * - `failed`: an error, named in `error.type`
 */
export const outcomes = ['finished', 'stopped', 'disconnected', 'truncated', 'failed'] as const
export type Outcome = (typeof outcomes)[number]

/** Token counts as the provider billed them. Cached is part of input, reasoning is part of output. */
export const usageSchema = z.object({
  inputTokens: z.int().nonnegative(),
  outputTokens: z.int().nonnegative(),
  /** Null where the provider does not say. */
  cachedInputTokens: z.int().nonnegative().nullable(),
  reasoningTokens: z.int().nonnegative().nullable(),
})
export type Usage = z.infer<typeof usageSchema>

/** What is known about an answer, live and again with history. Null is "unknown" or "not yet", never zero. */
export const messageMetadataSchema = z.object({
  model: z.string(),
  /** 32 hex digits; null when tracing is off. */
  traceId: z.string().nullable(),
  /** Null while the answer streams. */
  outcome: z.enum(outcomes).nullable(),
  /** The provider's own word, such as `stop` or `length`. */
  finishReason: z.string().nullable(),
  /** Set when the outcome is `failed` or `truncated`: a stable type and a sentence for people. */
  error: z.object({ type: z.string(), message: z.string() }).nullable(),
  /** Request sent to first content or reasoning, in milliseconds. */
  ttftMs: z.number().nonnegative().nullable(),
  /** The whole turn, in milliseconds. */
  durationMs: z.number().nonnegative().nullable(),
  usage: usageSchema.nullable(),
  costUsd: z.number().nonnegative().nullable(),
})
export type MessageMetadata = z.infer<typeof messageMetadataSchema>

export type ChatMessage = UIMessage<MessageMetadata>
