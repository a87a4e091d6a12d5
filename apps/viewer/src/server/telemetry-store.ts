import { BoundedMap, type Limits } from './bounded-map.ts'
import { MetricStore } from './metric-store.ts'
import type { LogRecord, MetricPoint, Span } from './otlp.ts'

export interface StoreLimits {
  readonly traces: Limits
  readonly logs: Limits
  readonly series: Limits
}

const megabyte = 2 ** 20
const defaultLimits: StoreLimits = {
  traces: { count: 2_000, bytes: 96 * megabyte },
  logs: { count: 20_000, bytes: 48 * megabyte },
  series: { count: 5_000, bytes: 48 * megabyte },
}

// Of the JSON text: near enough to memory, and it grows with what a sender controls.
const bytesOf = (item: Span | LogRecord) => JSON.stringify(item).length

/** Everything received, in memory, oldest dropped first. */
export class TelemetryStore {
  readonly metrics: MetricStore
  readonly #traces: BoundedMap<{ spans: Span[]; bytes: number }>
  readonly #logs: BoundedMap<LogRecord>
  readonly #listeners = new Set<() => void>()
  #logCount = 0

  constructor(limits: StoreLimits = defaultLimits) {
    this.metrics = new MetricStore(limits.series)
    this.#traces = new BoundedMap(limits.traces)
    this.#logs = new BoundedMap(limits.logs)
  }

  /** Whole traces are dropped; a span that arrives twice is kept twice, because double export is a fault to be seen. */
  addSpans(spans: readonly Span[]): void {
    for (const span of spans) {
      const trace = this.#traces.get(span.traceId) ?? { spans: [], bytes: 0 }
      trace.spans.push(span)
      trace.bytes += bytesOf(span)
      this.#traces.set(span.traceId, trace, trace.bytes)
    }
    this.#changed()
  }

  addLogs(logs: readonly LogRecord[]): void {
    for (const log of logs) this.#logs.set(String(this.#logCount++), log, bytesOf(log))
    this.#changed()
  }

  addMetrics(points: readonly MetricPoint[]): void {
    for (const point of points) this.metrics.add(point)
    this.#changed()
  }

  /** One array a trace, oldest trace first; spans in order of arrival. */
  traces(): Span[][] {
    return this.#traces.values().map(({ spans }) => spans)
  }

  trace(traceId: string): Span[] {
    return this.#traces.get(traceId)?.spans ?? []
  }

  /** Oldest first. */
  logs(): LogRecord[] {
    return this.#logs.values()
  }

  /** What is held, what it may come to, and what was dropped for it. */
  stats() {
    return { traces: this.#traces.stats, logs: this.#logs.stats, series: this.metrics.stats }
  }

  clear(): void {
    this.#traces.clear()
    this.#logs.clear()
    this.metrics.clear()
  }

  /** @returns a function that ends the subscription. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #changed() {
    for (const listener of this.#listeners) listener()
  }
}
