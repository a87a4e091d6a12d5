import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parser as logql } from '@grafana/lezer-logql'
import { parser as traceql } from '@grafana/lezer-traceql'
import { parser as promql } from '@prometheus-io/lezer-promql'
import { describe, expect, test } from 'vitest'
import { alerts } from './rule-files.ts'

const folder = path.join(import.meta.dirname, '../../../../docs/runbooks')
const pages = readdirSync(folder).sort()
const grammars = { promql, logql, traceql }

test('every alert has a runbook, and every runbook an alert', () => {
  expect(pages).toEqual([...new Set(alerts.map(({ alert }) => `${alert}.md`))].sort())
})

describe.each(pages)('%s', (page) => {
  const text = readFileSync(path.join(folder, page), 'utf8')

  test('says what it means, what it does to people, what to look at and what to do, in this order', () => {
    const parts = [`# ${page.replace('.md', '')}\n`, '**Meaning.** ', '**Impact.** ', '\n## Look at\n', '\n## Do\n']
    const places = parts.map((part) => text.indexOf(part))
    expect(places).not.toContain(-1)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
  })

  test('has queries, and they are valid', () => {
    const queries = [...text.matchAll(/^```(\w+)\n([^`]+)\n```$/gm)]
    expect(queries.length).toBeGreaterThan(0)
    for (const [, language = '', query = ''] of queries) {
      const grammar = grammars[language as keyof typeof grammars]
      expect(grammar, `a grammar for ${language}`).toBeDefined()
      grammar
        .parse(query)
        .iterate({ enter: ({ type, from }) => expect(type.isError, `${query} at ${from}`).toBe(false) })
    }
  })

  test('leads nowhere but to pages that exist', () => {
    const links = [...text.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, target = '']) => target)
    expect(links.filter((target) => !existsSync(path.join(folder, target)))).toEqual([])
  })
})
