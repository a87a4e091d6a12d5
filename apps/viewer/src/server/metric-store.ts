import { BoundedMap, type Limits } from './bounded-map.ts'
import type { MetricPoint } from './otlp.ts'

/** What one export added to a series: for gauges and up-down counters the value itself, for all others the increase. */
export interface Step {
  readonly timeMs: number
  /** Of histograms: the number of observations. */
  readonly value: number
  readonly sum: number
  readonly bucketCounts: readonly number[]
}

export interface Series {
  /** The latest state, cumulative whatever the sender's temporality. */
  readonly latest: MetricPoint
  /** Oldest first; exports that changed nothing are left out. */
  readonly steps: Step[]
}

const maxSteps = 720
/** How far back rates and quantiles can be drawn. */
export const keptMs = 60 * 60_000

const plus = (a: MetricPoint, b: MetricPoint, sign: 1 | -1) => ({
  value: (a.value ?? 0) + sign * (b.value ?? 0),
  count: (a.count ?? 0) + sign * (b.count ?? 0),
  sum: (a.sum ?? 0) + sign * (b.sum ?? 0),
  bucketCounts: (a.bucketCounts ?? []).map((n, i) => n + sign * (b.bucketCounts?.[i] ?? 0)),
})

const stepOf = (point: { value?: number; count?: number; sum?: number; bucketCounts?: readonly number[] }) => ({
  value: point.count || point.value || 0,
  sum: point.sum ?? 0,
  bucketCounts: point.bucketCounts ?? [],
})

/** Latest state and recent history of every series. The one changed last is the youngest. */
export class MetricStore {
  readonly #series: BoundedMap<Series>
  readonly #sinceMs: number

  /** @param sinceMs when watching began: what a counter counted before then is no increase that was seen. */
  constructor(limits: Limits, sinceMs = Date.now()) {
    this.#series = new BoundedMap(limits)
    this.#sinceMs = sinceMs
  }

  get stats() {
    return this.#series.stats
  }

  series(name?: string): Series[] {
    const all = this.#series.values()
    return name === undefined ? all : all.filter(({ latest }) => latest.name === name)
  }

  clear(): void {
    this.#series.clear()
  }

  add(point: MetricPoint): void {
    // The instance keeps two replicas apart: their counters, interleaved, would look like resets.
    const instance = point.resource['service.instance.id'] ?? null
    const attributes = Object.entries(point.attributes).sort(([a], [b]) => (a < b ? -1 : 1))
    const key = JSON.stringify([point.service, instance, point.scope, point.name, point.kind, attributes])
    let before = this.#series.get(key)
    if (before && String(before.latest.bounds) !== String(point.bounds)) before = undefined
    const step = { timeMs: point.timeMs, ...this.#step(point, before?.latest) }
    const steps = before?.steps ?? []
    const changed = point.isMonotonic ? step.value !== 0 : step.value !== steps.at(-1)?.value
    if (changed) steps.push(step)
    while (steps[0] && (steps.length > maxSteps || steps[0].timeMs < point.timeMs - keptMs)) steps.shift()
    const latest = point.isDelta && before ? { ...point, ...cumulated(point, before.latest) } : point
    this.#series.delete(key)
    this.#series.set(key, { latest, steps }, 500 + 2 * key.length + steps.length * (64 + 8 * step.bucketCounts.length))
  }

  #step(point: MetricPoint, before: MetricPoint | undefined) {
    if (!point.isMonotonic || point.isDelta) return stepOf(point)
    // A cumulative series first seen late has a past that is not ours to date.
    if (!before) return point.startMs >= this.#sinceMs ? stepOf(point) : stepOf({})
    const restarted = point.startMs > before.startMs || stepOf(point).value < stepOf(before).value
    return stepOf(restarted ? point : plus(point, before, -1))
  }
}

const cumulated = (point: MetricPoint, before: MetricPoint): Partial<MetricPoint> => {
  const { value, count, sum, bucketCounts } = plus(point, before, 1)
  return {
    startMs: before.startMs,
    ...(point.kind === 'histogram' ? { count, sum, ...(point.bounds && { bucketCounts }) } : { value }),
  }
}
