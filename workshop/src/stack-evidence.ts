import type { Stores } from '@repo/stores/stores'
import { attribute, errorType, type MetricDefinition, metric } from '@repo/telemetry/catalogue'
import { seriesName } from '@repo/telemetry/series-name'
import type { Evidence } from './evidence.ts'

/** A name of the catalogue as label. */
export const label = (name: string) => name.replaceAll('.', '_')

/** How long ago, as PromQL has it: a range that ends at `to`. */
export function range(from: number, to = Date.now()): string {
  const ago = Math.max(0, Math.round((Date.now() - to) / 1000))
  return `[${Math.max(15, Math.round((to - from) / 1000))}s]${ago > 0 ? ` offset ${ago}s` : ''}`
}

/** What Mimir, Tempo and Loki say. */
export function stackEvidence(stores: Stores): Evidence {
  const model = label(attribute.requestModel)
  const grew = async (definition: MetricDefinition, from: number, to: number, suffix = '') => {
    const [sum] = await stores.metrics(`sum(increase(${seriesName(definition)}${suffix}${range(from, to)}))`)
    return sum?.value ?? 0
  }
  return {
    stores,
    async firstTokens(since) {
      const buckets = `sum by (le, ${model}) (increase(${seriesName(metric.timeToFirstChunk)}_bucket${range(since)}))`
      const found = await stores.metrics(`histogram_quantile(0.95, ${buckets}) > 0`)
      return new Map(found.map(({ metric: labels, value }) => [labels[model] ?? '', value]))
    },
    async figures(from, to) {
      const [turns, calls, unpriced, outputTokens] = await Promise.all([
        grew(metric.turns, from, to),
        grew(metric.inferenceDuration, from, to, '_count'),
        grew(metric.unpriced, from, to),
        grew(metric.outputTokens, from, to),
      ])
      return { turns, calls, unpriced, outputTokens }
    },
    async cutAfter(since) {
      const cut = `{${label(attribute.outcome)}="truncated"}${range(since)}`
      const name = seriesName(metric.turnDuration)
      const [mean] = await stores.metrics(`sum(increase(${name}_sum${cut})) / (sum(increase(${name}_count${cut})) > 0)`)
      return mean?.value ?? null
    },
    trace: (id) => stores.spans(id),
  }
}

/** Turns whose answer was cut by its connection. */
export const cutTurns = `${label(attribute.outcome)}="truncated", ${label(attribute.errorType)}="${errorType.connection}"`
