import { EventEmitter } from 'node:events'
import { BoundedMap } from './bounded-map.ts'
import { MetricStore } from './metric-store.ts'
import type { LogRecord, MetricPoint, Span } from './otlp.ts'

const megabyte = 2 ** 20
const defaultLimits = {
  traces: { count: 2_000, bytes: 96 * megabyte },
  logs: { count: 20_000, bytes: 48 * megabyte },
  series: { count: 5_000, bytes: 48 * megabyte },
}

// Of the JSON text: near enough to memory, and it grows with what a sender controls.
const bytesOf = (item: Span | LogRecord) => JSON.stringify(item).length

/** Everything received, in memory, oldest dropped first. */
export class TelemetryStore extends EventEmitter<{ change: [] }> {
  /** Spans in order of arrival, by trace id. */
  readonly traces: BoundedMap<Span[]>
  readonly logs: BoundedMap<LogRecord>
  readonly metrics: MetricStore
  #logCount = 0

  constructor(limits = defaultLimits) {
    super()
    this.traces = new BoundedMap(limits.traces)
    this.logs = new BoundedMap(limits.logs)
    this.metrics = new MetricStore(limits.series)
  }

  /** Whole traces are dropped; a span that arrives twice is kept twice, because double export is a fault to be seen. */
  addSpans(spans: readonly Span[]): void {
    for (const span of spans) {
      const trace = this.traces.get(span.traceId) ?? []
      trace.push(span)
      this.traces.grow(span.traceId, trace, bytesOf(span))
    }
    this.emit('change')
  }

  addLogs(logs: readonly LogRecord[]): void {
    for (const log of logs) this.logs.grow(String(this.#logCount++), log, bytesOf(log))
    this.emit('change')
  }

  addMetrics(points: readonly MetricPoint[]): void {
    for (const point of points) this.metrics.add(point)
    this.emit('change')
  }

  /** What is held, what it may come to, and what was dropped for it. */
  stats() {
    return { traces: this.traces.stats, logs: this.logs.stats, series: this.metrics.stats }
  }

  clear(): void {
    for (const signal of [this.traces, this.logs, this.metrics]) signal.clear()
  }
}
