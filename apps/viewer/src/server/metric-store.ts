import { BoundedMap, type Limits } from './bounded-map.ts'
import type { MetricPoint } from './otlp.ts'

export interface Series {
  /** Cumulative. */
  readonly latest: MetricPoint
  /** What each export added (of gauges and up-down counters: the value), oldest first, without those that changed nothing. */
  readonly steps: ReturnType<typeof increase>[]
}

const maxSteps = 720
/** How far back rates and quantiles can be drawn. */
const keptMs = 60 * 60_000

/** Latest state and recent history of every series. The one heard of last is the youngest. */
export class MetricStore extends BoundedMap<Series> {
  readonly #sinceMs: number

  /** @param sinceMs when watching began: what a counter counted before then is no increase that was seen. */
  constructor(limits: Limits, sinceMs = Date.now()) {
    super(limits)
    this.#sinceMs = sinceMs
  }

  add(point: MetricPoint): void {
    // The instance keeps two replicas apart: their counters, interleaved, would look like resets.
    const owner = [point.service, point.resource['service.instance.id'] ?? null, point.scope]
    const attributes = Object.entries(point.attributes).sort(([a], [b]) => (a < b ? -1 : 1))
    const key = JSON.stringify([owner, point.name, point.kind, point.bounds ?? [], attributes])
    const before = this.get(key)
    const steps = before?.steps ?? []
    const step = increase(point, before?.latest, this.#sinceMs)
    if (step.value !== (point.isMonotonic ? 0 : steps.at(-1)?.value)) steps.push(step)
    while (steps[0] && (steps.length > maxSteps || steps[0].timeMs < point.timeMs - keptMs)) steps.shift()
    this.delete(key)
    const stepBytes = 64 + 8 * step.bucketCounts.length
    this.grow(key, { latest: point, steps }, 500 + 2 * key.length + steps.length * stepBytes)
  }
}

function increase(point: MetricPoint, before: MetricPoint | undefined, sinceMs: number) {
  const { timeMs, value = 0, count = value, sum = 0, bucketCounts = [] } = point
  const all = { timeMs, value: count, sum, bucketCounts }
  if (!point.isMonotonic) return all
  // A series first seen late has a past that is not ours to date.
  if (!before) return point.startMs >= sinceMs ? all : { timeMs, value: 0, sum: 0, bucketCounts: [] }
  const counted = before.count ?? before.value ?? 0
  // Started anew: everything in it is new.
  if (point.startMs > before.startMs || count < counted) return all
  const buckets = bucketCounts.map((n, i) => n - (before.bucketCounts?.[i] ?? 0))
  return { timeMs, value: count - counted, sum: sum - (before.sum ?? 0), bucketCounts: buckets }
}
