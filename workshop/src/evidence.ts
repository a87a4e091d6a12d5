import type { Stores } from '@repo/stores/stores'

/** What calls of models came to. Null: none of them tells. */
export interface Figures {
  readonly turns: number
  readonly calls: number
  /** Calls with no price. */
  readonly unpriced: number
  readonly outputTokens: number
}

export interface SeenSpan {
  readonly name: string
  readonly service: string
  readonly attributes: Readonly<Record<string, unknown>>
}

/** What is known of a time, wherever telemetry is kept. Times are milliseconds of the epoch. */
export interface Evidence {
  /** Seconds to the first token that one call in twenty exceeds, by model, since then. */
  firstTokens(since: number): Promise<Map<string, number>>
  /** Of all models together. */
  figures(from: number, to: number): Promise<Figures>
  /** How long turns took, on average, that were cut off by their connection, in seconds; null: there are none. */
  cutAfter(since: number): Promise<number | null>
  /** None: there is no such trace. */
  trace(id: string): Promise<SeenSpan[]>
  /** Only where there are stores. */
  readonly stores: Stores | null
}

/** @throws an Error for people, where an exercise needs what the viewer has not */
export function storesOf({ stores }: Evidence): Stores {
  if (!stores) throw new Error('This exercise needs Grafana and its stores: docker compose up -d --wait')
  return stores
}
