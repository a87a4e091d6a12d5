import type { Cost, InferenceUsage } from '@repo/telemetry/model-call'

/** What a model call yields: deltas, then, unless it throws or is aborted, one `end`. */
export type ProviderEvent =
  | { readonly type: 'text'; readonly delta: string }
  | { readonly type: 'reasoning'; readonly delta: string }
  /** All text of this call so far was a thought: only its end told. */
  | { readonly type: 'was-thought' }
  | CallEvent
  /** What the model wants back with its message, or with one of its calls; see `Kept`. */
  | {
      readonly type: 'keep'
      readonly by: string
      readonly callId?: string | undefined
      readonly fields: Readonly<Record<string, unknown>>
    }
  /** Another model than the one that was asked for answers. */
  | { readonly type: 'model'; readonly id: string }
  /** What people should know of the call, before its answer. */
  | { readonly type: 'notice'; readonly subject: string; readonly message: string }
  | { readonly type: 'source'; readonly url: string; readonly title: string | null }
  /** The server loads its model first; it is asked again until it has. */
  | { readonly type: 'loading' }
  | {
      readonly type: 'end'
      readonly finishReason: string | null
      /** An `error.type`, where the answer ended by itself but not whole. */
      readonly endedEarly: string | undefined
      readonly calls: readonly RawToolCall[]
    }

/** What can be told of a call: that it begins, with its whole name, and what each piece adds to its arguments. */
export type CallEvent =
  | { readonly type: 'call'; readonly id: string; readonly name: string }
  | { readonly type: 'call-input'; readonly id: string; readonly delta: string }

/** A call as the model wrote it. */
export interface RawToolCall {
  readonly id: string
  readonly name: string
  /** Its arguments: JSON, if the model made no mistake. */
  readonly text: string
}

/** What is known of a call so far; complete once its iteration has ended, however it ended. */
export interface ProviderReport {
  /** The provider's own id of its answer. */
  responseId: string | null
  ttftMs: number | null
  usage: InferenceUsage | null
  cost: Cost | null
  /** What the provider counted, where it cannot be: JSON. */
  impossibleUsage?: string | undefined
  /** Why the provider refused, for operators: redacted, `chat.provider.error.*` and whose words they are. */
  refusal?: Readonly<Record<string, string | number>> | undefined
}

export function newReport(): ProviderReport {
  return { responseId: null, ttftMs: null, usage: null, cost: null, impossibleUsage: undefined, refusal: undefined }
}
