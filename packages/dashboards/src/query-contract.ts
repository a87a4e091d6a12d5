import { parser as logql } from '@grafana/lezer-logql'
import { parser as traceql } from '@grafana/lezer-traceql'
import type { SyntaxNode, Tree } from '@lezer/common'
import { parser as promql } from '@prometheus-io/lezer-promql'
import { attribute, type MetricDefinition, type MetricKind, metric } from '@repo/telemetry/catalogue'
import type { Language } from './board-file.ts'
import {
  externalSeries,
  faroFields,
  logLabels,
  promotedLabels,
  resourceAttributes,
  spanAttributes,
} from './external-series.ts'
import { label, seriesName } from './series.ts'

/** A metric as PromQL can ask for it: of a histogram each of its three series. */
interface Known {
  readonly kind: MetricKind
  readonly labels: ReadonlySet<string>
}

/** Labels that every series gets on its way. */
const ALWAYS = ['job', 'instance']

/** Series that recording rules make, by name. */
export type Recorded = ReadonlyMap<string, readonly string[]>

/**
 * What is wrong with a query, in words; empty when its grammar parses it and when every metric, label and attribute in
 * it exists and is used as its type allows.
 *
 * @param text with all variables filled in
 */
export function faults(language: Language, text: string, recorded: Recorded = new Map()): string[] {
  if (language === 'serviceGraph') return text === '{}' ? [] : ['a service graph of a part is not checked']
  const tree = { promql, logql, traceql }[language].parse(text)
  const error = find(tree, ({ type }) => type.isError)[0]
  if (error) return [`no ${language} at character ${error.from}`]
  if (language === 'logql') return logFaults(tree, text)
  return language === 'traceql' ? traceFaults(tree, text) : metricFaults(tree, text, recorded)
}

// ── PromQL ──────────────────────────────────────────────────────────────────────────────────────────────────────────

const COUNTERS_ONLY = ['Rate', 'Irate', 'Increase', 'Resets']
const GAUGES_ONLY = [
  'Delta',
  'Idelta',
  'Deriv',
  'PredictLinear',
  'AvgOverTime',
  'MinOverTime',
  'MaxOverTime',
  'SumOverTime',
  'QuantileOverTime',
  'Changes',
]
/** Where the bare value of a counter says something: whether it is there, when it came, that it is new. */
const BARE_COUNTERS = ['Timestamp', 'Absent', 'Count', 'Group', 'Unless']

const ours: MetricDefinition[] = Object.values(metric)
const known = new Map<string, Known>([
  ...ours.flatMap((one) => series(seriesName(one), one.kind, [...one.attributes.map(label), ...promotedLabels])),
  ...Object.entries(externalSeries).flatMap(([name, { kind, labels }]) => series(name, kind, labels)),
])

function series(name: string, kind: MetricKind, own: readonly string[]): [string, Known][] {
  const labels = new Set([...own, ...ALWAYS])
  if (kind !== 'histogram') return [[name, { kind, labels }]]
  return [
    [`${name}_bucket`, { kind: 'histogram', labels: new Set([...labels, 'le']) }],
    [`${name}_count`, { kind: 'counter', labels }],
    [`${name}_sum`, { kind: 'counter', labels }],
  ]
}

function metricFaults(tree: Tree, text: string, recorded: Recorded): string[] {
  const source = (node: SyntaxNode | null) => (node ? text.slice(node.from, node.to) : '')
  const lookUp = (selector: SyntaxNode): Known | undefined => {
    const name = source(selector.getChild('Identifier'))
    if (name === '') return { kind: 'gauge', labels: new Set([...promotedLabels, ...ALWAYS]) }
    const rule = recorded.get(name)
    return rule ? { kind: 'gauge', labels: new Set([...rule, ...ALWAYS]) } : known.get(name)
  }
  const selectors = find(tree, ({ name }) => name === 'VectorSelector')
  if (selectors.length === 0) return ['asks for no metric']

  return [
    ...selectors.flatMap((selector) => {
      const name = source(selector.getChild('Identifier'))
      const found = lookUp(selector)
      if (!found) return [`no metric ${name}`]
      return [
        ...within(selector, 'LabelMatchers', 'LabelName')
          .map(source)
          .filter((one) => !found.labels.has(one))
          .map((one) => `${name} has no label ${one}`),
        ...usageFaults(selector, name, found, source),
      ]
    }),
    ...find(tree, ({ name }) => name === 'GroupingLabels').flatMap((grouping) => {
      const whole = enclosing(grouping, ['AggregateExpr', 'BinaryExpr'])[0] ?? tree.topNode
      const made = [...text.matchAll(/, "(\w+)", "[^"]*\$1/g)].flatMap(([, name]) => name ?? []) // by label_replace
      const labels = new Set([
        ...made,
        ...below(whole, 'VectorSelector').flatMap((one) => [...(lookUp(one)?.labels ?? [])]),
      ])
      return grouping
        .getChildren('LabelName')
        .map(source)
        .filter((one) => !labels.has(one))
        .map((one) => `nothing that is grouped has a label ${one}`)
    }),
  ]
}

function usageFaults(selector: SyntaxNode, name: string, { kind }: Known, source: (node: SyntaxNode | null) => string) {
  const counts = kind === 'counter' || kind === 'histogram'
  const faults: string[] = []
  if (selector.parent?.name === 'MatrixSelector') {
    const call = enclosing(selector, ['FunctionCall'])[0]?.getChild('FunctionIdentifier')
    const used = call?.firstChild?.name ?? ''
    if (COUNTERS_ONLY.includes(used) && !counts) faults.push(`${source(call ?? null)} of ${name}, which is a ${kind}`)
    if (GAUGES_ONLY.includes(used) && counts) faults.push(`${source(call ?? null)} of ${name}, which only grows`)
  } else if (counts && !around(selector).some((one) => BARE_COUNTERS.includes(one))) {
    faults.push(`the bare value of ${name}, which only grows: rate or increase`)
  }
  if (kind === 'histogram') {
    const oneBucket = within(selector, 'LabelMatchers', 'LabelName').map(source).includes('le')
    const aggregations = enclosing(selector, ['AggregateExpr'])
    const keepsLe = (one: SyntaxNode) => within(one, 'AggregateModifier', 'LabelName').map(source).includes('le')
    if (!oneBucket && !aggregations.slice(0, 1).every(keepsLe)) faults.push(`${name} is summed without le`)
  } else if (around(selector).includes('HistogramQuantile')) {
    faults.push(`histogram_quantile of ${name}, which has no buckets`)
  }
  return faults
}

/** Names of functions, aggregations and set operators that a selector stands in, the nearest first. */
function around(node: SyntaxNode): string[] {
  return enclosing(node, ['FunctionCall', 'AggregateExpr', 'BinaryExpr']).flatMap((one) =>
    one.name === 'BinaryExpr'
      ? children(one).map(({ name }) => name)
      : ((one.getChild('FunctionIdentifier') ?? one.getChild('AggregateOp'))?.firstChild?.name ?? []),
  )
}

// ── LogQL and TraceQL ───────────────────────────────────────────────────────────────────────────────────────────────

/** loki/loki.yaml: all else is structured metadata, and cannot select streams. */
const INDEX_LABELS: readonly string[] = ['service_name', 'service_namespace', 'deployment_environment_name']
const logFields = new Set<string>([...logLabels, ...Object.values(attribute).map(label)])
const browserFields = new Set<string>([...logFields, ...faroFields])

function logFaults(tree: Tree, text: string): string[] {
  const source = (node: SyntaxNode) => text.slice(node.from, node.to)
  const parsed = find(tree, ({ name }) => name === 'Json').length > 0
  const captured = [...text.matchAll(/\(\?P<(\w+)>/g)].map(([, name]) => name)
  const streams = find(tree, ({ name }) => name === 'Selector').flatMap((one) => below(one, 'Identifier'))
  return [
    ...(streams.length === 0 ? ['selects no streams'] : []),
    ...streams
      .map(source)
      .filter((one) => !INDEX_LABELS.includes(one))
      .map((one) => `${one} is no index label`),
    ...find(tree, ({ name }) => name === 'Identifier')
      .map(source)
      // `kind` is structured metadata of browsers' lines before they are parsed, too.
      .filter((one) => !(parsed || one === 'kind' ? browserFields : logFields).has(one) && !captured.includes(one))
      .map((one) => `no line has ${one}`),
  ]
}

const ofSpans = new Set<string>([...Object.values(attribute), ...spanAttributes])
const ofResources = new Set<string>(resourceAttributes)

function traceFaults(tree: Tree, text: string): string[] {
  return find(tree, ({ name }) => name === 'AttributeField').flatMap((field) => {
    const name = text.slice(field.getChild('Identifier')?.from, field.getChild('Identifier')?.to)
    if (field.getChild('Span')) return ofSpans.has(name) ? [] : [`no span has ${name}`]
    if (field.getChild('Resource')) return ofResources.has(name) ? [] : [`no resource has ${name}`]
    return [`${name} without scope is slow: span or resource`]
  })
}

// ── Trees ───────────────────────────────────────────────────────────────────────────────────────────────────────────

function find(tree: Tree, matches: (node: SyntaxNode) => boolean): SyntaxNode[] {
  const found: SyntaxNode[] = []
  tree.iterate({ enter: ({ node }) => void (matches(node) && found.push(node)) })
  return found
}

const children = (node: SyntaxNode): SyntaxNode[] => {
  const all: SyntaxNode[] = []
  for (let child = node.firstChild; child; child = child.nextSibling) all.push(child)
  return all
}

/** Descendants of that name. */
function below(node: SyntaxNode, name: string): SyntaxNode[] {
  return children(node).flatMap((child) => [...(child.name === name ? [child] : []), ...below(child, name)])
}

/** Descendants of a node's own child, so that those of the expressions in it do not count. */
function within(node: SyntaxNode, part: string, name: string): SyntaxNode[] {
  return node.getChildren(part).flatMap((one) => below(one, name))
}

/** Ancestors of those names, the nearest first. */
function enclosing(node: SyntaxNode, names: readonly string[]): SyntaxNode[] {
  const all: SyntaxNode[] = []
  for (let parent = node.parent; parent; parent = parent.parent) if (names.includes(parent.name)) all.push(parent)
  return all
}
