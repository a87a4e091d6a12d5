// `npm run test:durability`: takes the stores away, one after another, and Alloy meanwhile, while turns go on; then says
// what has arrived. Ten minutes; with --quick, three. The stack is its own, and is removed afterwards.
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { onStop } from '@repo/local-stack/run'
import { countedByStore, findLines, findTrace } from './arrivals.ts'
import { type Expected, report, say } from './report.ts'
import { address, comeBack, compose, dockerProblem, emptied, goDown, queued, ready, type Store } from './stack.ts'
import { SteadyTurns } from './turns.ts'

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    /** Seconds that each store is away. */
    outage: { type: 'string', default: '' },
    /** Seconds between Alloy's SIGKILL and its start, which then takes a few more. */
    'alloy-down': { type: 'string', default: '2' },
    /** Turns per second. */
    rate: { type: 'string', default: '2' },
    /** Leaves the stack up, to look at. */
    keep: { type: 'boolean', default: false },
  },
})
const outageMs = 1000 * (Number(options.outage) || (options.quick ? 20 : 120))
const remove = () => compose('down', '--volumes', '--timeout', '5')
const takeDown = async () => options.keep || (await remove())

const problem = await dockerProblem()
if (problem) {
  say(`skipped: telemetry survives an outage of every backend (${problem})`)
  process.exit()
}
onStop(() => void takeDown().finally(() => process.exit(130)))
try {
  await remove() // what a killed run has left
  const broken = await test()
  for (const promise of broken) say(`FAIL  ${promise}`)
  say(
    broken.length === 0 ? 'Nothing is lost, and nothing is there twice.' : `Promises that are broken: ${broken.length}`,
  )
  process.exitCode = broken.length === 0 ? 0 : 1
} catch (error) {
  say((error as Error).message)
  process.exitCode = 1
}
await takeDown()
process.exit()

async function test(): Promise<string[]> {
  say(`Starting the stack (${address.web})`)
  await compose('up', '--detach', '--wait', '--build', 'web', 'loki', 'tempo', 'mimir')
  await ready('mimir')
  const began = Date.now()
  const before = await countedByStore()
  const asking = new SteadyTurns(address.web, Number(options.rate))
  await asking.spend('all up', 10_000)
  const expected = { began, before, ...(await sample(asking, began)) }
  for (const store of ['loki', 'tempo', 'mimir'] as const) await breakOne(store, asking)
  await asking.spend('all up again', 10_000)
  await asking.end()
  await emptied()
  return report(asking, expected)
}

/** What one turn leaves behind when nothing is broken. */
async function sample(asking: SteadyTurns, began: number): Promise<Pick<Expected, 'trace' | 'lines'>> {
  const turn = asking.turns.at(-1)
  if (!turn) throw new Error(`no turn was answered: ${asking.failures[0]}`)
  await sleep(5000) // all of it
  const trace = await findTrace(turn)
  const lines = (await findLines(began, Date.now())).get(turn.metadata.traceId)
  if (!trace.connected || !lines?.turn)
    throw new Error('telemetry does not arrive while all is up: try `npm run doctor`')
  return { trace, lines }
}

async function breakOne(store: Store, asking: SteadyTurns): Promise<void> {
  asking.phase = `${store} down`
  await goDown(store)
  const downAt = performance.now()
  await asking.spend(`${store} down`, outageMs / 2)

  asking.phase = `${store} down, Alloy too`
  const killedAt = performance.now()
  await goDown('alloy')
  await sleep(1000 * Number(options['alloy-down']))
  await comeBack('alloy')
  const alloyAway = performance.now() - killedAt

  await asking.spend(`${store} still down`, Math.max(outageMs - (performance.now() - downAt), 0))
  const waiting = await queued()
  asking.phase = `${store} back`
  await comeBack(store)
  const backAt = performance.now()
  await emptied()
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`
  say(
    `${store}: away for ${seconds(backAt - downAt)}, and Alloy for ${seconds(alloyAway)} of it; ` +
      `${((waiting ?? 0) / 1e6).toFixed(1)} MB waited, and were delivered ${seconds(performance.now() - backAt)} after its return`,
  )
}
