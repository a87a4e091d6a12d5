import { expect, it } from 'vitest'
import { addTurn, compare, format, label, Sums } from './sums.ts'

const tokens = { input: 100, output: 20, cached: null, written: null, reasoning: 5 }
function four(change: (sums: Record<'client' | 'database' | 'traces' | 'metrics', Sums>) => void = () => {}) {
  const sums = { client: new Sums(), database: new Sums(), traces: new Sums(), metrics: new Sums() }
  for (const source of Object.values(sums))
    addTurn(source, { ending: 'finished', tokens, cost: { usd: 0.1, source: 'table' } })
  change(sums)
  return compare(sums)
}
const different = (rows: ReturnType<typeof compare>) => rows.flatMap((row) => (row.agrees ? [] : row.label))

it('sums that are the same agree, USD within 1e-9', () => {
  expect(different(four())).toEqual([])
  expect(different(four(({ metrics }) => metrics.add(label.cost('table'), 9e-10)))).toEqual([])
})

it.each(['client', 'database', 'traces', 'metrics'] as const)('a difference of one token in %s is one', (source) => {
  expect(different(four((sums) => sums[source].add(label.output)))).toEqual([label.output])
  expect(different(four((sums) => sums[source].add(label.cost('table'), 2e-9)))).toEqual([label.cost('table')])
  expect(different(four((sums) => sums[source].add(label.turns('stopped'))))).toEqual([label.turns('stopped')])
})

it('a turn whose tokens and cost are unknown counts as unknown, not as 0', () => {
  const unknown = { ending: 'finished', tokens: null, cost: null }
  const rows = four(({ client, traces, metrics, database }) => {
    for (const sums of [client, traces, database]) addTurn(sums, unknown)
    metrics.add(label.turns('finished'))
  })
  expect(different(rows)).toEqual([])
  const zero = four(({ client, traces, metrics, database }) => {
    for (const sums of [client, traces]) addTurn(sums, unknown)
    addTurn(database, { ...unknown, tokens: { ...tokens, input: 0, output: 0, reasoning: 0 } })
    metrics.add(label.turns('finished'))
  })
  expect(different(zero)).toEqual([label.turnsWithoutTokens])
})

it('the table names what is different', () => {
  const table = format(four(({ metrics }) => metrics.add(label.input, 1_000_000)))
  expect(table).toMatch(/input tokens +100 +100 +100 +1,000,100 +DIFFERENT/)
  expect(table).toMatch(/USD, price from table +0\.100000000 +0\.100000000 +0\.100000000 +0\.100000000 +ok/)
})
