import { setTimeout as sleep } from 'node:timers/promises'
import { STEADY } from '@repo/local-stack/steady-model'
import { capacity } from './overload.ts'
import { countBy, Settled } from './settled.ts'
import { World } from './world.ts'

const MINUTE_MS = 60_000
/** One a minute, in turn. None ends the API, whose memory is what is looked at. */
const faults: readonly [string, (world: World) => Promise<unknown>][] = [
  ['provider cut', async (world) => world.provider.cut()],
  ['database restarted', (world) => world.restartDatabase(2000)],
  ['viewer away', (world) => world.restart('viewer', 'SIGTERM', 3000)],
  ['event loop blocked', (world) => world.tell('api', 'block', 3000)],
  ['database killed', (world) => world.killDatabase().then(() => world.startDatabase())],
  ['web killed', (world) => world.restart('web', 'SIGKILL')],
]

/** What visitors do: most read to the end, some stop, some go away, some of these come back. */
async function visit(world: World, number: number): Promise<string> {
  const behaviour = ['reads', 'reads', 'reads', 'reads', 'stops', 'leaves', 'rejoins', 'fails'][number % 8]
  const one = world.ask(behaviour === 'fails' ? 'mock-cut' : behaviour === 'reads' ? 'Hello' : STEADY)
  await one.begun
  if (behaviour === 'stops') await one.stop()
  if (behaviour === 'leaves' || behaviour === 'rejoins') one.leave()
  if (behaviour === 'rejoins') await one.rejoin()
  await one.ended
  return one.end
}

/** @returns whether all is settled afterwards, and no process has grown */
export async function soak(minutes: number, onStart: (world: World) => void): Promise<boolean> {
  const world = await World.start({ MAX_RUNNING_TURNS: '400', ANSWER_GRACE_SECONDS: '3' }, 0.1)
  onStart(world)
  const settled = new Settled(world)
  const most = await capacity(world)
  const perSecond = most / 2
  console.log(`Capacity ${most.toFixed(0)} turns a second of short answers; half of it for ${minutes} minutes.`)
  const ends: string[] = []
  const running = new Set<Promise<void>>()
  let number = 0
  const began = performance.now()
  const until = began + minutes * MINUTE_MS
  const load = async () => {
    while (performance.now() < until) {
      await sleep(1000 / perSecond)
      const visiting: Promise<void> = visit(world, number++).then((end) => {
        ends.push(end)
        running.delete(visiting)
      })
      running.add(visiting)
      if (world.asked.length > 2000) world.asked.splice(0, 1000) // or this process would grow
    }
  }
  const memory = async () => {
    const looks = await Promise.all((['api', 'web', 'viewer'] as const).map((part) => world.look(part)))
    return looks.map(({ heapBytes, rssBytes }) => `${mib(heapBytes)} (${mib(rssBytes)})`).join(' / ')
  }
  await settled.begin()
  console.log(`minute 0: ${await memory()} MiB heap (resident) of API / web / viewer`)
  const loading = load()
  for (let minute = 1; minute <= minutes; minute++) {
    await sleep(began + (minute - 0.5) * MINUTE_MS - performance.now())
    const [name, fault] = faults[minute % faults.length] ?? ['nothing', async () => {}]
    await fault(world)
    await sleep(Math.max(0, began + minute * MINUTE_MS - performance.now()))
    console.log(`minute ${minute}: ${await memory().catch(() => 'not seen')}; ${number} asked; ${name}`)
  }
  await loading
  await Promise.all(running)
  world.asked = []
  await sleep(10_000) // answers that nobody reads have ended
  await world.healed()
  world.asked = []
  // The viewer and the web server were restarted, so that counters begin anew: the database is what is compared.
  const { broken } = await settled.verdict({ kills: true })
  console.log(`the end: ${await memory()} MiB; ${number} asked`)
  console.log(`as told: ${JSON.stringify(countBy(ends))}`)
  for (const problem of new Set(broken)) console.log(problem)
  return broken.length === 0
}

const mib = (bytes: number) => Math.round(bytes / 2 ** 20)
