import type { Attributes, Span } from '@opentelemetry/api'
import type { MetricProducer } from '@opentelemetry/sdk-metrics'
import type { CostSource } from './catalogue.ts'
import type { Ending } from './ending.ts'

export interface InferenceRequest {
  /** `gen_ai.provider.name` */
  readonly provider: string
  readonly model: string
  readonly conversationId: string
  readonly maxTokens: number
  readonly serverAddress: string
  readonly serverPort: number
  /** These two are for content capture, which is off unless asked for. */
  readonly messages: readonly ContentMessage[]
  readonly tools: readonly ContentTool[]
}

export interface ContentMessage {
  readonly role: string
  readonly text: string
  readonly reasoning?: string
  readonly calls?: readonly { readonly id: string; readonly name: string; readonly text: string }[]
  readonly pictures?: readonly ContentPicture[]
  /** Of a tool's result. */
  readonly callId?: string
}

/** Never its contents. */
export interface ContentPicture {
  readonly mediaType: string
  readonly bytes: number
  /** Pixels. */
  readonly width: number
  readonly height: number
}

export interface ContentTool {
  readonly name: string
  readonly description: string
  readonly inputSchema: object
}

/** Token counts as the provider reported them. Null: it does not report that kind. */
export interface InferenceUsage {
  readonly inputTokens: number
  readonly outputTokens: number
  /** Part of `inputTokens`. */
  readonly cachedInputTokens: number | null
  /** Part of `inputTokens`. */
  readonly cacheWriteInputTokens: number | null
  /** Part of `outputTokens`. */
  readonly reasoningTokens: number | null
  /** Part of `inputTokens`: what pictures were read as. Absent: it does not say. */
  readonly imageTokens?: number | null
}

/** USD, who says so, and of which day the price is: `YYYY-MM-DD`, null where the source does not date it. */
export interface Cost {
  readonly usd: number
  readonly source: CostSource
  readonly date: string | null
}

export interface InferenceResult extends Ending {
  readonly responseId?: string | null | undefined
  readonly responseModel?: string | null | undefined
  readonly serviceTier?: string | null | undefined
  readonly finishReason?: string | null | undefined
  /** Null: unknown, which is counted as unmetered and never as zero. */
  readonly usage: InferenceUsage | null
  /** Null: unknown, which is counted as unpriced and never as zero. */
  readonly cost: Cost | null
  /** How many it was sent with. */
  readonly pictures?: number
  /** What was thrown, where it failed: its type goes into an event. */
  readonly error?: unknown
  /** What the provider said of why it refused, redacted: `chat.provider.error.*`. */
  readonly refusal?: Attributes | undefined
}

export interface CallFeature {
  /** A model call begins. @returns undefined: it wants nothing of it */
  inference(request: InferenceRequest, span: Span): InferenceWatch | undefined
  /** A tool call begins. @param input JSON */
  tool?(span: Span, input: string): ToolWatch | undefined
  /** What it measures by itself. */
  readonly producer?: MetricProducer
}

export interface InferenceWatch {
  /** Hot path: called per chunk. */
  content?: ((events: readonly ContentEvent[]) => void) | undefined
  /** Hot path: called for each chunk after the first. @param seconds since the one before */
  gap?(seconds: number): void
  /** Before the span ends. @param attributes all that it has @param labels of the call's metrics */
  end(result: InferenceResult, attributes: Attributes, labels: Attributes): void
}

export interface ToolWatch {
  /** Before the span ends. @param failure what was thrown; undefined: it worked, or was ended on purpose */
  end(output: string, failure: unknown): void
}

/** What a model's answer consists of, as it arrives; other types are none of it. */
export interface ContentEvent {
  readonly type: string
  /** Of a `call` and its `call-input`. */
  readonly id?: string
  readonly name?: string
  /** Of `text`, `reasoning` and `call-input`. */
  readonly delta?: string
}
