import type { MetricDefinition } from '@repo/telemetry/catalogue'

/** A span as it is stored. What of it may be said is decided in `allowed.ts`. */
export interface Span {
  readonly spanId: string
  /** Null or empty for a root. */
  readonly parentSpanId: string | null
  readonly service: string
  /** Of the instrumentation. */
  readonly scope: string
  readonly name: string
  /** Since the epoch. */
  readonly startMs: number
  readonly durationMs: number
  readonly failed: boolean
  readonly attributes: Attributes
  readonly events: readonly { readonly name: string }[]
}

/** Keys with dots, or, from Loki, with underscores in their place. */
export type Attributes = Readonly<Record<string, unknown>>

/** A log line as it is stored. What of it may be said is decided in `allowed.ts`. */
export interface Line {
  readonly timeMs: number
  readonly service: string
  readonly level: string
  readonly text: string
  readonly attributes: Attributes
}

export type Sort = 'newest' | 'slowest' | 'dearest'

export interface TurnFilter {
  readonly sort: Sort
  readonly outcome?: string | undefined
  /** One of `models()`. */
  readonly model?: string | undefined
  /** 0: all. */
  readonly slowerThanSeconds: number
  /** USD of its dearest model call; 0: all. */
  readonly costOverUsd: number
  readonly minutes: number
  readonly limit: number
}

export interface Found {
  /** Of traces, in the order that was asked for. */
  readonly ids: readonly string[]
  /** False where there were more than were looked at: another one could belong before these. */
  readonly complete: boolean
}

export interface MetricQuery {
  readonly metric: MetricDefinition
  /** Attributes of the metric. */
  readonly by: readonly string[]
  /** One of `models()`. */
  readonly model?: string | undefined
  readonly minutes: number
}

/** What a metric says, for one combination of labels: an increase, a latest value, or how a histogram is spread. */
export interface Measured {
  readonly labels: Readonly<Record<string, string>>
  /** `increase` or `latest`; of histograms `count`, `sum`, `p50`, `p95`, `p99`. */
  readonly values: Readonly<Record<string, number>>
}

export interface Alert {
  readonly name: string
  /** Absent where nothing evaluates it. */
  readonly state?: string
  readonly severity?: string
  readonly summary?: string
}

/** Where telemetry is kept. It only reads, and its answers are not yet fit to be given away. */
export interface Backend {
  readonly name: 'viewer' | 'stores'
  /** How far back it can look. */
  readonly maxMinutes: number
  /** Address of a trace for people, `{traceId}` replaced. */
  readonly traceUrl: string
  /** Every model that has ever been asked for: a filter takes no other name. */
  models(): Promise<readonly string[]>
  turns(filter: TurnFilter): Promise<Found>
  /** None where it has no such trace. @param traceId 32 hex digits */
  spans(traceId: string): Promise<readonly Span[]>
  /** Oldest first, at most `limit`. */
  lines(traceId: string, sinceMs: number, limit: number): Promise<readonly Line[]>
  measure(query: MetricQuery): Promise<readonly Measured[]>
  /** Null where nothing evaluates alerts. */
  alerts(): Promise<readonly Alert[] | null>
}
