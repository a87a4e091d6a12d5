import { attribute, metric } from '@repo/telemetry/catalogue'
import { histogramQuantile } from './histogram-quantile.ts'
import type { MetricStore, Series } from './metric-store.ts'

const stepCount = 60

/** The LLM figures of the last minutes: in all, by model, and over time. */
export function board(store: MetricStore, minutes: number, nowMs = Date.now()) {
  const series = Map.groupBy(store.values(), ({ latest }) => latest.name)
  const stepMs = (minutes * 60_000) / stepCount
  // Whole steps, so that bars keep their height while time goes by.
  const endMs = Math.ceil((nowMs + 1) / stepMs) * stepMs
  const startMs = endMs - stepCount * stepMs
  const turns = series.get(metric.turns.name) ?? []
  const models = new Set(turns.map(({ latest }) => String(latest.attributes[attribute.requestModel])))
  return {
    /** Whether any turn was ever reported. */
    started: turns.some(({ latest }) => latest.value),
    total: summarise(series, startMs, endMs),
    models: Array.from(models, (model) => ({ model, ...summarise(series, startMs, endMs, model) }))
      .filter((row) => row.turns + row.calls > 0)
      .sort((a, b) => b.turns - a.turns),
    steps: Array.from({ length: stepCount }, (_, i) => startMs + i * stepMs).map((timeMs) => ({
      timeMs,
      ...summarise(series, timeMs, timeMs + stepMs),
    })),
  }
}

export type Board = ReturnType<typeof board>
export type Summary = ReturnType<typeof summarise>

/** What was counted from one time to another. Null is unknown, never zero. */
function summarise(all: Map<string, Series[]>, fromMs: number, toMs: number, model?: string) {
  const added = ({ name }: { name: string }, where: Record<string, unknown> = {}) => {
    const result = { value: 0, sum: 0, bounds: undefined as number[] | undefined, buckets: [] as number[] }
    const wanted = Object.entries(model === undefined ? where : { ...where, [attribute.requestModel]: model })
    for (const { latest, steps } of all.get(name) ?? []) {
      if (wanted.some(([key, value]) => latest.attributes[key] !== value)) continue
      result.bounds ??= latest.bounds
      for (const step of steps.filter(({ timeMs }) => timeMs >= fromMs && timeMs < toMs)) {
        result.value += step.value
        result.sum += step.sum
        // Buckets with other bounds, from another version of a service, cannot be added.
        if (String(latest.bounds) === String(result.bounds))
          for (const [i, count] of step.bucketCounts.entries()) result.buckets[i] = (result.buckets[i] ?? 0) + count
      }
    }
    return result
  }
  const turnsThat = (outcome: string) => added(metric.turns, { [attribute.outcome]: outcome }).value
  const outcomes = Object.fromEntries(outcomeNames.map((name) => [name, turnsThat(name)]))
  const turns = added(metric.turns).value
  const calls = added(metric.inferenceDuration).value
  const unmetered = added(metric.unmetered).value
  const unpricedCalls = added(metric.unpriced).value + unmetered
  const unlessUnknown = (value: number, unknownCalls: number) =>
    calls > 0 && unknownCalls >= calls && value === 0 ? null : value
  const ttft = added(metric.timeToFirstChunk)
  const outputTokens = unlessUnknown(added(metric.outputTokens).value, unmetered)
  // Calls with an error have no usage, so their time does not count either.
  const ok = { [attribute.errorType]: undefined }
  const streamingSeconds = added(metric.inferenceDuration, ok).sum - added(metric.timeToFirstChunk, ok).sum
  return {
    turns,
    outcomes,
    /** Failed and truncated turns of all turns, 0 to 1. */
    problemShare: turns ? (turnsThat('failed') + turnsThat('truncated')) / turns : null,
    calls,
    /** Seconds. */
    ttftP50: histogramQuantile(0.5, ttft.bounds ?? [], ttft.buckets),
    ttftP95: histogramQuantile(0.95, ttft.bounds ?? [], ttft.buckets),
    inputTokens: unlessUnknown(added(metric.inputTokens).value, unmetered),
    outputTokens,
    /** Part of input. */
    cachedTokens: added(metric.cacheReadInputTokens).value,
    /** Part of output. */
    reasoningTokens: added(metric.reasoningOutputTokens).value,
    tokensPerSecond: outputTokens && streamingSeconds > 0 ? outputTokens / streamingSeconds : null,
    costUsd: unlessUnknown(added(metric.cost).value, unpricedCalls),
    /** Calls whose price is not in `costUsd`: no price for the model, or no usage from the provider. */
    unpricedCalls,
  }
}

const outcomeNames = ['finished', 'stopped', 'disconnected', 'truncated', 'failed']
