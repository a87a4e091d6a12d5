import type { MetricDefinition } from './catalogue.ts'

/** The label that an attribute becomes, in Mimir, and as structured metadata in Loki. */
export function labelName(attribute: string): string {
  return attribute.replaceAll('.', '_')
}

/**
 * The name that a metric has in Mimir, which translates OTLP names with suffixes on: dots become underscores, seconds
 * and counters get their suffix, units in braces none. Of a histogram: without `_bucket`, `_count`, `_sum`.
 */
export function seriesName({ name, kind, unit }: Pick<MetricDefinition, 'name' | 'kind' | 'unit'>): string {
  return [labelName(name), unit === 's' ? '_seconds' : '', kind === 'counter' ? '_total' : ''].join('')
}
