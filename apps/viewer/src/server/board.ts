import { attribute, errorType, metric } from '@repo/telemetry/catalogue'
import { histogramQuantile } from './histogram-quantile.ts'
import type { MetricStore, Series } from './metric-store.ts'

const stepCount = 60

type Named = { readonly name: string }

/** The LLM figures of the last minutes: in all, by model, by tool, and over time. */
export function board(store: MetricStore, minutes: number, nowMs = Date.now()) {
  const series = Map.groupBy(store.values(), ({ latest }) => latest.name)
  const stepMs = (minutes * 60_000) / stepCount
  // Whole steps, so that bars keep their height while time goes by.
  const endMs = Math.ceil((nowMs + 1) / stepMs) * stepMs
  const startMs = endMs - stepCount * stepMs
  const models = by(series.get(metric.turns.name) ?? [], attribute.requestModel)
  const tools = by(series.get(metric.toolDuration.name) ?? [], attribute.toolName)
  // Every process reports the same: the one heard of last will do, unless that is long ago.
  const gauge = ({ name }: Named) => series.get(name)?.findLast(({ latest }) => latest.timeMs >= startMs)?.latest.value
  const limitUsd = gauge(metric.budgetLimit)
  return {
    total: summarise(series, startMs, endMs),
    /** Of today, for everybody; null without one. */
    budget: limitUsd ? { limitUsd, leftUsd: limitUsd - (gauge(metric.budgetSpent) ?? 0) } : null,
    models: [...models.keys()]
      .map((model) => ({ model, ...summarise(series, startMs, endMs, model) }))
      .filter((row) => row.turns + row.calls > 0)
      .sort((a, b) => b.turns - a.turns),
    tools: Array.from(tools, ([tool, all]) => {
      const { value: calls, quantile } = added(all, startMs, endMs)
      const failedShare = 1 - added(all.filter(isWhole), startMs, endMs).value / calls
      return { tool, calls, failedShare, /** Seconds. */ p95: quantile(0.95) }
    }).filter(({ calls }) => calls > 0),
    steps: Array.from({ length: stepCount }, (_, i) => startMs + i * stepMs).map((timeMs) => ({
      timeMs,
      ...summarise(series, timeMs, timeMs + stepMs),
    })),
  }
}

export type Board = ReturnType<typeof board>
export type Summary = ReturnType<typeof summarise>

const by = (series: Series[], key: string) => Map.groupBy(series, ({ latest }) => String(latest.attributes[key]))
const isWhole = ({ latest: { attributes } }: Series) =>
  attributes[attribute.errorType] === undefined && attributes[attribute.incompleteReason] !== errorType.cancelled

/** What these series together counted from one time to another. */
export function added(series: readonly Series[], fromMs: number, toMs: number) {
  const bounds = series[0]?.latest.bounds ?? []
  const buckets: number[] = []
  let [value, sum] = [0, 0]
  for (const { latest, steps } of series) {
    // Buckets with other bounds, from another version of a service, cannot be added.
    const alike = String(latest.bounds) === String(bounds)
    for (const step of steps) {
      if (step.timeMs < fromMs || step.timeMs >= toMs) continue
      value += step.value
      sum += step.sum
      if (alike) for (const [i, count] of step.bucketCounts.entries()) buckets[i] = (buckets[i] ?? 0) + count
    }
  }
  return { value, sum, quantile: (q: number) => histogramQuantile(q, bounds, buckets) }
}

/** What was counted from one time to another. Null is unknown, never zero. */
function summarise(all: Map<string, Series[]>, fromMs: number, toMs: number, model?: string) {
  const of = ({ name }: Named) =>
    (all.get(name) ?? []).filter(
      ({ latest }) => model === undefined || latest.attributes[attribute.requestModel] === model,
    )
  const total = (wanted: Named) => added(of(wanted), fromMs, toMs)
  /** Without the zeros. */
  const counted = (wanted: Named, key: string): Record<string, number> => {
    const values = Array.from(
      by(of(wanted), key),
      ([name, series]) => [name, added(series, fromMs, toMs).value] as const,
    )
    return Object.fromEntries(values.filter(([, value]) => value > 0))
  }
  const turns = total(metric.turns).value
  const outcomes = counted(metric.turns, attribute.outcome)
  const calls = total(metric.inferenceDuration).value
  const unmetered = total(metric.unmetered).value
  const unpricedCalls = total(metric.unpriced).value + unmetered
  const unlessUnknown = (value: number, unknownCalls: number) =>
    calls > 0 && unknownCalls >= calls && value === 0 ? null : value
  const ttft = total(metric.timeToFirstChunk)
  const outputTokens = unlessUnknown(total(metric.outputTokens).value, unmetered)
  // Calls that failed or were stopped have no usage, so their time does not count either.
  const okSeconds = (wanted: Named) => added(of(wanted).filter(isWhole), fromMs, toMs).sum
  const streamingSeconds = okSeconds(metric.inferenceDuration) - okSeconds(metric.timeToFirstChunk)
  return {
    turns,
    outcomes,
    /** Failed and truncated turns of all turns, 0 to 1. */
    problemShare: turns ? ((outcomes.failed ?? 0) + (outcomes.truncated ?? 0)) / turns : null,
    calls,
    /** Seconds. */
    ttftP50: ttft.quantile(0.5),
    ttftP95: ttft.quantile(0.95),
    turnP95: total(metric.turnDuration).quantile(0.95),
    /** Seconds of all turns. */
    phases: counted(metric.phaseTime, attribute.phase),
    inputTokens: unlessUnknown(total(metric.inputTokens).value, unmetered),
    outputTokens,
    /** Part of input. */
    cachedTokens: total(metric.cacheReadInputTokens).value,
    /** Part of output. */
    reasoningTokens: total(metric.reasoningOutputTokens).value,
    tokensPerSecond: outputTokens && streamingSeconds > 0 ? outputTokens / streamingSeconds : null,
    costUsd: unlessUnknown(total(metric.cost).value, unpricedCalls),
    /** Calls whose price is not in `costUsd`: no price for the model, or no usage from the provider. */
    unpricedCalls,
    retries: counted(metric.retries, attribute.errorType),
    rejections: counted(metric.rejections, attribute.rejectionReason),
    ratings: counted(metric.feedback, attribute.feedbackRating),
  }
}
