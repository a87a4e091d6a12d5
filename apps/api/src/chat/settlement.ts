import type { Outcome } from '@repo/contract/message'
import type { InferenceUsage } from '@repo/telemetry/model-call'
import type { StoredPart } from '../db/stored-parts.ts'
import type { ProviderReport } from '../provider/provider-event.ts'

/** A turn whose cost is wanted. */
export interface Ended {
  readonly outcome: Outcome
  /** Each model call that was made, refused ones too. */
  readonly modelCalls: readonly Pick<ProviderReport, 'ttftMs' | 'usage' | 'cost'>[]
  /** Of the answer, as far as it came. */
  readonly parts: () => readonly StoredPart[]
  readonly durationMs: number
}

/** What a turn came to. */
export interface Settlement extends Ended {
  readonly answerId: string
  /** The id of the one that answered, which may not be the one that was asked for. */
  readonly model: string
  /** Of all model calls together; null as soon as one of them is unknown. */
  readonly usage: InferenceUsage | null
  /** Of all model calls together; null as soon as one of them is unknown. */
  readonly costUsd: number | null
}
