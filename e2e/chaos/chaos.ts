// `npm run chaos`: breaks everything that can break, one after the other, on a small stack of its own, and says of each
// what people saw and whether all is settled afterwards. Under ten minutes; docs/chaos.md has the table.
import { cpus } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { endRunning, onStop, run, step } from '@repo/local-stack/run'
import { faults } from './faults.ts'
import { overload } from './overload.ts'
import { Settled } from './settled.ts'
import { soak } from './soak.ts'
import { World } from './world.ts'

const { values: options } = parseArgs({
  options: {
    /** Only the faults in whose name one of these stands. */
    only: { type: 'string', multiple: true, default: [''] },
    /** In its place: the table of what is served under more load than there is room for. */
    overload: { type: 'boolean', default: false },
    /** In its place: so long at half of capacity, e.g. 30m. */
    soak: { type: 'string', default: '' },
    /** For one that has been built already. */
    'no-build': { type: 'boolean', default: false },
  },
})

let world: World | undefined
onStop(async () => {
  await endRunning()
  await world?.stop()
  process.exit(130)
})
try {
  if (!options['no-build']) await step('Building', () => run('turbo', ['run', 'build']))
  console.log(`${cpus().length} x ${cpus()[0]?.model}, Node ${process.version}`)
  if (options.overload) process.exitCode = (await overload((started) => (world = started))) ? 0 : 1
  else if (options.soak) process.exitCode = (await soak(minutes(options.soak), (started) => (world = started))) ? 0 : 1
  else process.exitCode = (await chaos()) ? 0 : 1
} catch (error) {
  console.error(error)
  process.exitCode = 1
}
await world?.stop()
process.exit()

async function chaos(): Promise<boolean> {
  const began = performance.now()
  world = await World.start()
  const settled = new Settled(world)
  await Promise.all(world.many(30, 'Hello').map(({ ended }) => ended)) // compiled, connected, cached
  await sleep(2500) // counted
  const chosen = faults.filter(({ name }) => options.only.some((part) => name.includes(part)))
  let failed = 0
  for (const { name, kills = false, run: tryIt } of chosen) {
    const start = performance.now()
    await settled.begin()
    let wrong = ''
    const seen = await tryIt(world).catch((error: Error) => {
      wrong = error.message.split('\n', 4).join(' ')
      return ''
    })
    const verdict = await settled.verdict({ kills }).catch((error: Error) => {
      wrong = `${wrong} ${error.message}`.trim()
      return null
    })
    // A part that has died of it is not to fail all that follows.
    if (!verdict) await world.restart('api').catch(() => {})
    const { asked = 0, outcomes = {}, refused = {}, unbegun = 0, heapMiB = {}, broken = [] } = verdict ?? {}
    const problems = [...(wrong ? [wrong] : []), ...new Set(broken)]
    if (problems.length > 0) failed++
    const took = ((performance.now() - start) / 1000).toFixed(0)
    console.log(`${problems.length > 0 ? 'FAIL' : 'pass'}  ${name}  (${took} s)`)
    if (seen) console.log(`        ${seen}`)
    const counts = Object.entries({ ...outcomes, ...refused, ...(unbegun > 0 && { 'without an answer': unbegun }) })
    const sum = counts.map(([end, count]) => `${count} ${end}`).join(' + ')
    console.log(`        asked ${asked} = ${sum}; heap MiB: ${Object.values(heapMiB).join(' / ')}`)
    for (const problem of problems) console.log(`        ${problem}`)
  }
  const took = ((performance.now() - began) / 1000).toFixed(0)
  console.log(`${chosen.length - failed} of ${chosen.length} pass, in ${took} s. Heap: API / web / viewer.`)
  return failed === 0
}

function minutes(text: string): number {
  const number = Number(/^(\d+(?:\.\d+)?)m$/.exec(text)?.[1])
  if (number > 0) return number
  throw new Error(`--soak must be minutes, e.g. 30m; it is "${text}".`)
}
