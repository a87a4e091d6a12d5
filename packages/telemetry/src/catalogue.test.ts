import { expect, it } from 'vitest'
import { attribute, type MetricDefinition, metric } from './catalogue.ts'

const definitions: MetricDefinition[] = Object.values(metric)

it('names are unique', () => {
  for (const names of [definitions.map(({ name }) => name), Object.values(attribute)])
    expect(new Set(names).size).toBe(names.length)
})

it('no metric carries an id: the number of series does not grow with users', () => {
  const perRequest = [attribute.conversationId, attribute.responseId]
  for (const { name, attributes } of definitions) {
    for (const key of perRequest) expect(attributes, name).not.toContain(key)
  }
})

it('histograms are in seconds, or count, and reach 15 or more in ascending steps', () => {
  for (const { name, kind, unit, buckets } of definitions) {
    if (kind !== 'histogram') continue
    expect(unit, name).toMatch(/^s$|^\{.+\}$/)
    expect(buckets, name).toEqual([...(buckets ?? [])].sort((a, b) => a - b))
    expect(buckets?.at(-1), name).toBeGreaterThanOrEqual(15)
  }
})
