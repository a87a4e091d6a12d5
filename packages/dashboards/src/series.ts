import type { MetricDefinition } from '@repo/telemetry/catalogue'

/**
 * The name that a metric has in Mimir, which translates OTLP names with suffixes on: dots become underscores, seconds
 * and counters get their suffix, units in braces and the unit 1 none. Of a histogram: without `_bucket`, `_count`, `_sum`.
 */
export function seriesName({ name, kind, unit }: Pick<MetricDefinition, 'name' | 'kind' | 'unit'>): string {
  return [name.replaceAll('.', '_'), unit === 's' ? '_seconds' : '', kind === 'counter' ? '_total' : ''].join('')
}

/** The label that an attribute becomes, in Mimir, and as structured metadata in Loki. */
export function label(attribute: string): string {
  return attribute.replaceAll('.', '_')
}

/**
 * A quantile of a histogram over the panel's own interval.
 *
 * @param q from 0 to 1
 * @param selector label matchers, without braces
 */
export function quantile(q: number, metric: MetricDefinition, selector: string): string {
  return `histogram_quantile(${q}, sum by (le) (rate(${seriesName(metric)}_bucket{${selector}}[$__rate_interval])))`
}

/** Of Tempo's metrics generator, which makes them from spans, with a trace id at each exemplar. */
export const spanMetric = { latency: 'traces_spanmetrics_latency', calls: 'traces_spanmetrics_calls_total' } as const

/** A quantile, in seconds, of how long spans of this name took; for its exemplars, as the metrics proper have none. */
export function spanQuantile(q: number, service: string, span: string): string {
  const selector = `service="${service}", span_name="${span}"`
  return `histogram_quantile(${q}, sum by (le) (rate(${spanMetric.latency}_bucket{${selector}}[$__rate_interval])))`
}

/** Per second, summed over everything that is not in `by`. */
export function rate(metric: MetricDefinition, selector: string, by: readonly string[] = []): string {
  return `sum${grouping(by)} (rate(${seriesName(metric)}{${selector}}[$__rate_interval]))`
}

/** How much a counter grew in the range that the dashboard shows. */
export function increase(metric: MetricDefinition, selector: string, by: readonly string[] = []): string {
  return `sum${grouping(by)} (increase(${seriesName(metric)}{${selector}}[$__range]))`
}

function grouping(attributes: readonly string[]): string {
  return attributes.length > 0 ? ` by (${attributes.map(label).join(', ')})` : ''
}
