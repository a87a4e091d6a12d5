import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Language } from '../board-file.ts'
import { faults } from '../query-contract.ts'
import { alerts } from './rule-files.ts'

const folder = path.join(import.meta.dirname, '../../../../docs/runbooks')
const pages = readdirSync(folder).sort()

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

  test('has queries, and they ask for what there is', () => {
    const queries = [...text.matchAll(/^```(\w+)\n([^`]+)\n```$/gm)]
    expect(queries.length).toBeGreaterThan(0)
    for (const [, language, query = ''] of queries) expect(faults(language as Language, query), query).toEqual([])
  })

  test('leads nowhere but to pages that exist', () => {
    const links = [...text.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, target = '']) => target)
    expect(links.filter((target) => !existsSync(path.join(folder, target)))).toEqual([])
  })
})
