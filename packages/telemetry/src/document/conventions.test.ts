import { expect, it } from 'vitest'
import { attribute, type MetricDefinition, metric } from '../catalogue.ts'
import { deviations, evaluationConvention, mcpAttributes, metricConventions, spanConventions } from './conventions.ts'

const ours = new Map<string, MetricDefinition>(Object.values(metric).map((definition) => [definition.name, definition]))
const isOurs = (name: string) => name.startsWith('chat.')
const follows = (name: string) => /^(gen_ai|mcp|openai)\./.test(name)

it('metrics are those of the GenAI conventions; every difference is listed with its reason', () => {
  const differences = metricConventions.flatMap(({ name, kind, unit, attributes, buckets }) => {
    const own = ours.get(name)
    if (!own) return [`${name}: not recorded`]
    return [
      ...(own.kind === kind ? [] : [`${name}: is a ${own.kind}`]),
      ...(own.unit === unit ? [] : [`${name}: in ${own.unit}`]),
      ...(String(own.buckets) === String(buckets) ? [] : [`${name}: other buckets`]),
      ...attributes.flatMap((key) => (own.attributes.includes(key) ? [] : [`${name}: no ${key}`])),
      ...own.attributes.flatMap((key) => (isOurs(key) || attributes.includes(key) ? [] : [`${name}: also ${key}`])),
    ]
  })
  const listed = deviations.flatMap(({ on, differences }) => (on === 'metrics' ? differences : []))
  expect(differences.sort()).toEqual([...listed].sort())
})

it('no name in the namespaces of the conventions is made up', () => {
  const names = new Set(metricConventions.map(({ name }) => name))
  expect([...ours.keys()].filter((name) => follows(name) && !names.has(name))).toEqual([])
  const known = new Set<string>([
    ...Object.values(spanConventions).flatMap(({ required, expected, optIn }) => [...required, ...expected, ...optIn]),
    ...evaluationConvention.required,
    ...evaluationConvention.expected,
    ...mcpAttributes,
    ...metricConventions.flatMap(({ attributes }) => attributes),
  ])
  expect(Object.values(attribute).filter((key) => follows(key) && !known.has(key))).toEqual([])
})
