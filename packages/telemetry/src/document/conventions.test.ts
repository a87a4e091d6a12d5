import { expect, it } from 'vitest'
import { attribute, event, type MetricDefinition, metric, schemaUrl } from '../catalogue.ts'
import {
  attributeConventions,
  deviations,
  eventConventions,
  type Group,
  mcpConvention,
  metricConventions,
  spanConventions,
  version,
  wanted,
} from './conventions.ts'

const ours = new Map<string, MetricDefinition>(Object.values(metric).map((definition) => [definition.name, definition]))
const isOurs = (name: string) => name.startsWith('chat.')
const follows = (name: string) => /^(gen_ai|mcp|openai|jsonrpc|rpc|network)\./.test(name)
const groups: readonly Group[] = [
  ...Object.values(spanConventions),
  ...Object.values(eventConventions),
  ...metricConventions,
  mcpConvention,
]

it('metrics are those of the GenAI conventions; every difference is listed with its reason', () => {
  const differences = metricConventions.flatMap(({ name, kind, unit, buckets, ...group }) => {
    const own = ours.get(name)
    if (!own) return [`${name}: not recorded`]
    const attributes = wanted(group)
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
  const names = new Set<string>([...metricConventions, ...Object.values(eventConventions)].map(({ name }) => name))
  expect([...ours.keys(), ...Object.values(event)].filter((name) => follows(name) && !names.has(name))).toEqual([])
  expect(Object.values(attribute).filter((key) => follows(key) && !attributeConventions.has(key))).toEqual([])
})

it('every attribute of a group has its type, and stands there once', () => {
  for (const group of groups) {
    const keys = [...wanted(group), ...group.optIn]
    expect(keys.filter((key) => !attributeConventions.has(key))).toEqual([])
    expect(keys).toHaveLength(new Set(keys).size)
  }
})

it('the schema URL names the version that the table is of', () =>
  expect(`v${schemaUrl.split('/').at(-1)}`).toBe(version))
