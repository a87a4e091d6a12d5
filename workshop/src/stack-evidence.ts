import type { Stores } from '@repo/stores/stores'
import { attribute, errorType, type MetricDefinition, metric } from '@repo/telemetry/catalogue'
import { labelName as label, seriesName } from '@repo/telemetry/series-name'
import type { Evidence } from './evidence.ts'

/** How long ago, as PromQL has it: a range that ends at `to`. */
export function range(from: number, to = Date.now()): string {
  const ago = Math.max(0, Math.round((Date.now() - to) / 1000))
  return `[${Math.max(15, Math.round((to - from) / 1000))}s]${ago > 0 ? ` offset ${ago}s` : ''}`
}

/** What counters gained since then, all of them together: also one that begins with its first event, which `increase` misses. */
export function gained(counter: string, since: number): string {
  const ago = Math.max(1, Math.round((Date.now() - since) / 1000))
  return `sum(${counter} - (${counter} offset ${ago}s or 0 * ${counter}))`
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
      // Of calls, not of turns, which may have waited before.
      const cut = `{${label(attribute.errorType)}="${errorType.connection}"}`
      const name = seriesName(metric.inferenceDuration)
      const part = (suffix: string) => gained(`${name}_${suffix}${cut}`, since)
      const [mean] = await stores.metrics(`${part('sum')} / (${part('count')} > 0)`)
      return mean?.value ?? null
    },
    trace: (id) => stores.spans(id),
  }
}
