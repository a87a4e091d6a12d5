import type { Attributes, Span } from '@opentelemetry/api'
import type { InferenceRequest, InferenceResult } from './inference.ts'

// Every feature that takes part in model calls and tool calls. Without its line and its folder one is gone.
export { operationEvents } from './operation-events/operation-events.ts'

export interface CallFeature {
  /** A model call begins. @returns undefined: it wants nothing of it */
  inference(request: InferenceRequest, span: Span): InferenceWatch | undefined
  /** A tool call begins. @param input JSON */
  tool(span: Span, input: string): ToolWatch | undefined
}

export interface InferenceWatch {
  /** Hot path: called per chunk. */
  content?: ((events: readonly ContentEvent[]) => void) | undefined
  /** Before the span ends. @param attributes all that it has */
  end(result: InferenceResult, attributes: Attributes): void
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
