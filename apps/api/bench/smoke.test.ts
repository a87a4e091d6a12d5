import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Bench, startBench } from './candidates.ts'
import { endConnections } from './load.ts'
import { candidate, measure, median } from './measure.ts'
import type { Part } from './process.ts'

// Ratios of one run, far above what is measured: only a large regression may fail on a busy machine.
const limits = new Map([
  [16, 6],
  [200, 3],
])

let bench: Bench
let api: Part
beforeAll(async () => {
  bench = await startBench()
  api = await bench.api('API', {})
})
afterAll(async () => {
  await bench?.stop()
  endConnections()
})

test('a turn costs no large multiple of what the lean baseline takes', async () => {
  const turns = new Map([
    [16, 100],
    [200, 30],
  ])
  const both = [bench.lean, api].map(candidate)
  const costs = await measure(bench.upstream, both, turns, { rounds: 3, concurrency: 10, warmUp: 300 })
  const at = (part: Part, chunks: number) => median(costs.get(part.name)?.get(chunks)?.cpuMs ?? [])
  for (const [chunks, limit] of limits) {
    const ratio = at(api, chunks) / at(bench.lean, chunks)
    console.log(`${chunks} chunks: ${ratio.toFixed(2)} x lean`)
    expect(ratio, `${chunks} chunks; pnpm bench tells more`).toBeLessThan(limit)
  }
})
