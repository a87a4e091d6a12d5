import type { UIMessage } from 'ai'
import { z } from 'zod'

/**
 * How a turn ended; exactly one each.
 * - `finished`: the model said so
 * - `stopped`: the user pressed Stop
 * - `disconnected`: the client vanished, or the process that served it
 * - `truncated`: the provider closed without a finish reason, or ended it at a limit or by its content filter
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

/** What a turn does, in order; a turn with tools comes back to `waiting`. Same words as the telemetry's `chat.phase`. */
export const phases = ['preparing', 'waiting', 'thinking', 'answering', 'approval', 'tool'] as const

/** A stretch of a turn, in milliseconds from its start. Stretches follow one another without gaps. */
export const segmentSchema = z.object({
  phase: z.enum(phases),
  startMs: z.number().nonnegative(),
  endMs: z.number().nonnegative(),
})
export type Segment = z.infer<typeof segmentSchema>

export const ratings = ['up', 'down'] as const
export type Rating = (typeof ratings)[number]

/** `PUT /api/messages/:id/feedback`, and back with the message. */
export const feedbackSchema = z.object({
  rating: z.enum(ratings),
  comment: z.string().trim().max(2000).optional(),
})
export type Feedback = z.infer<typeof feedbackSchema>

/** What is known about an answer, live and again with history. Null is "unknown" or "not yet", never zero. */
export const messageMetadataSchema = z.object({
  model: z.string(),
  /** 32 hex digits; null when tracing is off. */
  traceId: z.string().nullable(),
  /** The turn's span in it, 16 hex digits. */
  spanId: z.string().nullable(),
  /** Of the system prompt: the beginning of its hash. */
  promptVersion: z.string().nullable(),
  /** Null while the answer streams. */
  outcome: z.enum(outcomes).nullable(),
  /** The provider's own word, such as `stop` or `length`. */
  finishReason: z.string().nullable(),
  /** Set when the outcome is `failed` or `truncated`: a stable type and a sentence for people. */
  error: z
    .object({
      type: z.string(),
      message: z.string(),
      /** Live only: what the provider asked for, so that a retry can count down to it. */
      retryAfterSeconds: z.int().positive().optional(),
    })
    .nullable(),
  /** Request sent to first content or reasoning, in milliseconds. */
  ttftMs: z.number().nonnegative().nullable(),
  /** The whole turn, in milliseconds. */
  durationMs: z.number().nonnegative().nullable(),
  usage: usageSchema.nullable(),
  /** All model calls of the turn together; null as soon as one of them is unknown. */
  costUsd: z.number().nonnegative().nullable(),
  /** Where the price comes from, and since when it holds (`YYYY-MM-DD`, null where unknown). Null without a price. */
  price: z.object({ source: z.enum(['provider', 'table', 'file']), date: z.iso.date().nullable() }).nullable(),
  /** Where the cost is unknown: what the budgets are charged instead, an estimate. Null without one. */
  estimatedUsd: z.number().nonnegative().nullable(),
  /** How many of the conversation's oldest messages did not go to the model, for want of room. Null: unknown. */
  leftOutMessages: z.int().nonnegative().nullable(),
  /** Empty while the answer streams. */
  timeline: z.array(segmentSchema),
  /** The visitor's own; with history only. */
  feedback: feedbackSchema.nullable(),
})
export type MessageMetadata = z.infer<typeof messageMetadataSchema>

/**
 * Data parts of the stream: `data-notice` says what the answer was made without, such as an MCP server that does not answer,
 * and is kept with it. Not kept: `data-loading` says that the model server is still loading its model, `data-thought` that
 * the text before it in its step was a thought.
 */
export type ChatData = {
  notice: { server: string; message: string }
  loading: Record<string, never>
  thought: Record<string, never>
}

/**
 * A message as `useChat` takes it. Tool calls are `dynamic-tool` parts: which tools there are is known at run time only.
 * How long a call took is in its part's `resultProviderMetadata.chat.durationMs`.
 */
export type ChatMessage = UIMessage<MessageMetadata, ChatData>
