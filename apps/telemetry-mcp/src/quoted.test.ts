import { parser as logql } from '@grafana/lezer-logql'
import { parser as traceql } from '@grafana/lezer-traceql'
import type { Tree } from '@lezer/common'
import { parser as promql } from '@prometheus-io/lezer-promql'
import { metric } from '@repo/telemetry/catalogue'
import { describe, expect, it } from 'vitest'
import type { TurnFilter } from './backend.ts'
import { logQuery, measureQuery, turnQuery } from './lgtm.ts'
import { quoted } from './quoted.ts'

const hostile = [
  'x" || true || name = "',
  'x"} or vector(1) or up{job="',
  'x"} |= "" or {service_name=~".+"} | line_format "{{.x}}',
  'x\\',
  'x\\" } | select(span.secret) | { name = "',
  'x`} | y',
  'line\nbreak " \r\t\u0000',
  '\ud800 half',
  '💬 " ü',
  '}',
]

/** The kinds of the nodes in order, which is the shape of a query, whatever is in its texts. */
function shapeOf(tree: Tree): string {
  const names: string[] = []
  tree.iterate({ enter: ({ type }) => void names.push(type.isError ? 'ERROR' : type.name) })
  return names.join(' ')
}

const filter: Omit<TurnFilter, 'model'> = {
  ...{ sort: 'slowest', outcome: 'failed', slowerThanSeconds: 1, costOverUsd: 0.1, minutes: 60, limit: 5 },
}
const turns = metric.turns
const languages = {
  TraceQL: (text: string) => traceql.parse(turnQuery({ ...filter, model: text }, 'dearest', 0.01)),
  LogQL: (text: string) => logql.parse(logQuery(text)),
  PromQL: (text: string) =>
    promql.parse(measureQuery({ metric: turns, by: turns.attributes, model: text, minutes: 5 })),
  'PromQL of a histogram': (text: string) =>
    promql.parse(measureQuery({ metric: metric.turnDuration, by: [], model: text, minutes: 5 })),
}

describe.each(Object.entries(languages))('in %s', (_, parse) => {
  const harmless = shapeOf(parse('x'))
  it('a harmless text makes a query', () => expect(harmless).not.toContain('ERROR'))
  it.each(hostile)('%j stays one text', (text) => expect(shapeOf(parse(text))).toBe(harmless))
})

it.each(hostile)('%j is what it was, read as a literal', (text) => {
  expect(JSON.parse(quoted(text))).toBe(text.toWellFormed().replaceAll(/\p{Cc}/gu, ' '))
})
