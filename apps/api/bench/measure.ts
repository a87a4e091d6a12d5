import { load, type Target } from './load.ts'
import type { Part } from './process.ts'

/** What is measured: a process, and how it is asked. */
export interface Candidate extends Target {
  readonly name: string
  /** CPU of the process in milliseconds, user and system, since it began. */
  cpuMs(): Promise<number>
}

export function candidate(part: Part): Candidate {
  return { name: part.name, port: part.port, cpuMs: async () => (await part.tell({})).cpuMs }
}

/** By the name of the candidate, then by chunks of an answer: milliseconds of CPU a turn, one value a round. */
export type Costs = Map<string, Map<number, { cpuMs: number[]; turnsPerSecond: number[] }>>

/**
 * Rounds that alternate between the candidates: what else the machine does then hits all alike.
 * @param turns a round for answers of so many chunks
 */
export async function measure(
  upstream: Part,
  candidates: readonly Candidate[],
  turns: ReadonlyMap<number, number>,
  { rounds, concurrency, warmUp }: { rounds: number; concurrency: number; warmUp: number },
): Promise<Costs> {
  await upstream.tell({ chunks: 16 })
  for (const one of candidates) await load(one, warmUp, concurrency) // compiled, connected, cached
  const costs: Costs = new Map(
    candidates.map(({ name }) => [
      name,
      new Map([...turns.keys()].map((chunks) => [chunks, { cpuMs: [], turnsPerSecond: [] }])),
    ]),
  )
  for (let round = 0; round < rounds; round++) {
    for (const [chunks, count] of turns) {
      await upstream.tell({ chunks })
      for (const one of candidates) {
        const before = await one.cpuMs()
        const began = performance.now()
        await load(one, count, concurrency)
        const values = costs.get(one.name)?.get(chunks)
        values?.turnsPerSecond.push((1000 * count) / (performance.now() - began))
        values?.cpuMs.push(((await one.cpuMs()) - before) / count)
      }
    }
  }
  return costs
}

/**
 * `fixed + chunks * perChunk` through points of (chunks, ms): least squares of the relative errors, so that the cost of a
 * short answer counts as much as that of a long one.
 */
export function fit(points: readonly (readonly [chunks: number, ms: number])[]): {
  fixedMs: number
  perChunkUs: number
} {
  let [w, x, y, xx, xy] = [0, 0, 0, 0, 0]
  for (const [chunks, ms] of points) {
    const weight = 1 / ms ** 2
    w += weight
    x += weight * chunks
    y += weight * ms
    xx += weight * chunks ** 2
    xy += weight * chunks * ms
  }
  const perChunk = (w * xy - x * y) / (w * xx - x ** 2)
  return { fixedMs: (y - perChunk * x) / w, perChunkUs: perChunk * 1000 }
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
