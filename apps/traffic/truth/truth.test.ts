import { metric } from '@repo/telemetry/catalogue'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { inSink } from './in-sink.ts'
import { format, label } from './sums.ts'
import { truth } from './truth.ts'

let sink: Awaited<ReturnType<typeof inSink>>
beforeAll(async () => {
  sink = await inSink(2)
})
afterAll(() => sink?.stop())

it('clients, database, traces and metrics of two API processes agree on 100 turns of all kinds, to the token', async () => {
  const { rows, agrees, summary } = await truth(sink, { turns: 100, parallel: 20, seed: 7 })
  expect(agrees, `\n${format(rows)}`).toBe(true)
  expect(summary.sent).toBe(100)
  const turns = (await sink.counters()).filter(({ name, value }) => name === metric.turns.name && value > 0)
  expect(new Set(turns.map(({ key }) => JSON.parse(key)[1])), 'instances that had turns').toHaveProperty('size', 2)

  const amount = (row: string) => rows.find((one) => one.label === row)?.cells.traces ?? 0
  const endings = ['finished', 'stopped', 'disconnected', 'truncated (length)', 'failed (429)'].map(label.turns)
  for (const row of [...endings, ...Object.values(label).filter((one) => typeof one === 'string')]) {
    if (row !== label.written) expect(amount(row), `${row}: the run leaves it out`).toBeGreaterThan(0)
  }
}, 120_000)
