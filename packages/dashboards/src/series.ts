import type { MetricDefinition } from '@repo/telemetry/catalogue'
import { attribute, event, measurement, service } from '@repo/telemetry/catalogue'
import { labelName as label, seriesName } from '@repo/telemetry/series-name'

export { label, seriesName }

/** A metric of the catalogue, or the name of one in external-series.ts. */
type Metric = MetricDefinition | string
const nameOf = (metric: Metric) => (typeof metric === 'string' ? metric : seriesName(metric))

/** Matchers of the boards' variables (frame.ts), to be put between braces. */
export const selector = {
  environment: 'deployment_environment_name=~"$environment"',
  model: `${label(attribute.requestModel)}=~"$model", deployment_environment_name=~"$environment"`,
  service: 'service_name=~"$service", deployment_environment_name=~"$environment"',
} as const

/** Of Tempo's metrics generator, which makes them from spans, with a trace id at each exemplar. */
export const spanMetric = { latency: 'traces_spanmetrics_latency', calls: 'traces_spanmetrics_calls_total' } as const

type Range = '$interval' | '$__range'

/**
 * A quantile of a histogram.
 *
 * @param q from 0 to 1
 * @param matchers without braces
 * @param by attributes or labels
 */
export function quantile(
  q: number,
  metric: Metric,
  matchers: string,
  by: readonly string[] = [],
  range: Range = '$interval',
): string {
  const labels = ['le', ...by].map(label).join(', ')
  return `histogram_quantile(${q}, sum by (${labels}) (rate(${nameOf(metric)}_bucket{${matchers}}[${range}])))`
}

/** Per second, summed over everything that is not in `by`. */
export function rate(metric: Metric, matchers: string, by: readonly string[] = []): string {
  return `sum${grouping(by)} (rate(${nameOf(metric)}{${matchers}}[$interval]))`
}

/** How much a counter grew in the range that the dashboard shows. */
export function increase(metric: Metric, matchers: string, by: readonly string[] = []): string {
  return `sum${grouping(by)} (increase(${nameOf(metric)}{${matchers}}[$__range]))`
}

/**
 * Keeps the series that grew most in the shown range, and drops those that did not grow: a legend has room for a few names.
 * They are chosen once, at the end of the range, so that they are the same all along.
 *
 * @param series of the same labels
 */
export function ofLargest(
  count: number,
  series: string,
  metric: Metric,
  matchers: string,
  by: readonly string[],
): string {
  const grew = `increase(${nameOf(metric)}{${matchers}}[$__range] @ end())`
  return `(${series}) and on (${by.map(label).join(', ')}) topk(${count}, sum${grouping(by)} (${grew}) > 0)`
}

/**
 * How much a counter gains a minute, also one that only begins to exist with the first event, as histograms of failures do:
 * `rate` sees nothing in a series that starts at 1. The minutes of `$interval` are those that a subquery finds in it.
 */
export function gainedAMinute(counter: string, matchers: string, by: readonly string[]): string {
  const series = `${counter}{${matchers}}`
  const fresh = `(${series} unless ${series} offset $interval) / scalar(count_over_time(vector(1)[$interval:1m]))`
  return `sum${grouping(by)} (${fresh} or 60 * rate(${series}[$interval]))`
}

/** Growth of each bucket of a histogram, for a heatmap. */
export function buckets(metric: Metric, matchers: string): string {
  return `round(sum by (le) (increase(${nameOf(metric)}_bucket{${matchers}}[$interval])))`
}

/** A part of a whole, from 0 to 1; nothing where there is no whole. */
export function share(part: string, whole: string): string {
  return `(${part}) / ((${whole}) > 0)`
}

/**
 * For counters that begin to exist with the first failure: 0 until then, as long as `alive` is there. Where the source
 * itself is gone, the answer is nothing rather than a soothing 0.
 */
export function orZero(failures: string, alive: string): string {
  return `(${failures}) or 0 * (${alive})`
}

/** Of Alloy, the stores and Grafana, the share that answered when Alloy last asked for their metrics. */
export const partsThatAnswer = 'avg(up{job=~"alloy|loki|tempo|mimir|grafana"})'

/** One line a turn, from the API. */
export const turnLines = `{service_name="${service.api}", deployment_environment_name=~"$environment"} | ${label(attribute.eventName)}="${event.turn}" | ${label(attribute.requestModel)}=~"$model"`

/** With `duration_ms`: the line says how long the turn took, in words. */
export const timed = (lines: string) => `${lines} | regexp "in (?P<duration_ms>[0-9]+) ms"`
export const timedTurnLines = timed(turnLines)

/** Lines of pages (Faro), with their fields as labels. */
export function browserLines(kind: 'measurement' | 'exception' | 'event'): string {
  return `{service_name="${service.browser}"} | kind="${kind}" | json | app_environment=~"$environment"`
}

export const perceivedTtftLines = `${browserLines('measurement')} | type="${measurement.perceivedTtft.type}"`

/** A quantile of a field of log lines, in the field's own unit. */
export function lineQuantile(q: number, lines: string, field: string, range: Range = '$interval'): string {
  return `quantile_over_time(${q}, ${lines} | unwrap ${field} [${range}]) by ()`
}

function grouping(by: readonly string[]): string {
  return by.length > 0 ? ` by (${by.map(label).join(', ')})` : ''
}
