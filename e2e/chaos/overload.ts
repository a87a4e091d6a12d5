import { setTimeout as sleep } from 'node:timers/promises'
import type { Asked } from './asked.ts'
import { Settled } from './settled.ts'
import { World } from './world.ts'

const SECONDS = 15
const MOST_RUNNING = '40'
/** Of the mock's delays: short answers, so that the machine and not the pace is what there is too little of. */
const PACE = 0.2
/** Times what the machine can do. */
const LEVELS = [0.5, 1, 2, 4]

/** Turns a second that can be served, all the time. */
export async function capacity(world: World, seconds = 10): Promise<number> {
  const until = performance.now() + seconds * 1000
  let answered = 0
  const visitor = async () => {
    while (performance.now() < until) {
      const one = world.ask('Hello')
      await one.ended
      if (one.outcome === 'finished') answered++
    }
  }
  await Promise.all(Array.from({ length: 30 }, visitor))
  return answered / seconds
}

/** Asks so often, whatever becomes of what was asked before. */
export async function offer(world: World, perSecond: number, seconds: number): Promise<Asked[]> {
  const asked: Asked[] = []
  const began = performance.now()
  for (let number = 0; number < perSecond * seconds; number++) {
    await sleep(Math.max(0, began + (1000 * number) / perSecond - performance.now()))
    asked.push(world.ask('Hello'))
  }
  await Promise.all(asked.map(({ ended }) => ended))
  return asked
}

/** Prints the table. @returns whether all is settled afterwards */
export async function overload(onStart: (world: World) => void): Promise<boolean> {
  const world = await World.start({ MAX_RUNNING_TURNS: MOST_RUNNING }, PACE)
  onStart(world)
  const settled = new Settled(world)
  await capacity(world, 5) // compiled, connected, cached
  const most = await capacity(world)
  await settled.begin()
  console.log(`Capacity: ${most.toFixed(0)} turns a second (30 visitors, each asks when the last answer has ended)`)
  console.log(
    '| offered a second | served | refused | first word p50 | p95 | whole answer p95 | refusal p95 | otherwise |',
  )
  console.log('|---:|---:|---:|---:|---:|---:|---:|---:|')
  for (const level of LEVELS) {
    const asked = await offer(world, most * level, SECONDS)
    const served = asked.filter(({ outcome }) => outcome === 'finished')
    const refused = asked.filter(({ end }) => end === '503 api-busy')
    const rate = (count: number) => (count / SECONDS).toFixed(1)
    const cells = [
      rate(asked.length),
      rate(served.length),
      rate(refused.length),
      quantile(served, 'first', 0.5),
      quantile(served, 'first', 0.95),
      quantile(served, 'end', 0.95),
      quantile(refused, 'end', 0.95),
      asked.length - served.length - refused.length,
    ]
    console.log(`| ${cells.join(' | ')} |`)
    await sleep(2000)
  }
  const { broken } = await settled.verdict()
  for (const problem of new Set(broken)) console.log(problem)
  return broken.length === 0
}

function quantile(asked: readonly Asked[], of: keyof Asked['ms'], q: number): string {
  const sorted = asked.map(({ ms }) => ms[of]).sort((a, b) => a - b)
  const value = sorted[Math.floor(q * sorted.length)]
  return value === undefined ? '-' : `${Math.round(value)} ms`
}
