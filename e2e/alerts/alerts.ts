// `npm run test:alerts`: breaks the chat and its telemetry in the ways that alerts are for, and measures how long each takes
// to fire. Eight minutes. The stack is its own, and is removed afterwards; it must not run beside the durability test.
import { Console } from 'node:console'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { onStop } from '@repo/local-stack/run'
import { eventually } from '@repo/stores/eventually'
import { type Alert, Stores } from '@repo/stores/stores'
import { address, compose, dockerProblem, ready } from '../durability/stack.ts'
import { askSteadily } from './faulty-turns.ts'

interface Cause {
  readonly what: string
  readonly alerts: readonly string[]
  /** @returns undoes it */
  readonly begin: () => Promise<() => Promise<unknown>>
}

const { values: options } = parseArgs({
  options: {
    /** Takes the image of the API as it is. */
    'no-build': { type: 'boolean', default: false },
    /** Seconds of good turns before anything is broken. */
    healthy: { type: 'string', default: '60' },
    /** Leaves the stack up, to look at. */
    keep: { type: 'boolean', default: false },
  },
})

const out = new Console(process.stdout)
const say = (line: string) => out.log(line)
const mine = (...args: string[]) => compose('-f', 'e2e/alerts/compose.yaml', ...args)
const remove = () => mine('down', '--volumes', '--timeout', '5')
const takeDown = async () => options.keep || (await remove())
const PATIENCE_MS = 300_000

const ask = (text: string, perSecond: number, model?: string) => async () =>
  askSteadily(address.api, [{ text, perSecond, model }])

/** Together: one stack fails in more than one way at a time, too. The slow ones must be most of those that answer at all. */
const faults: Cause[] = [
  { what: 'three turns a second begin after 6 s', alerts: ['FirstTokenSlow 1h'], begin: ask('mock-slow', 3) },
  { what: 'a turn a second fails with 500', alerts: ['TurnsFailing 1h'], begin: ask('mock-500', 1) },
  { what: 'a turn a second is refused with 429', alerts: ['ProviderRateLimited'], begin: ask('mock-429', 1) },
]
const budget: Cause = {
  what: 'long answers of a dear model, until the budget of 3 USD is spent',
  alerts: ['BudgetNearlySpent', 'BudgetSpent'],
  begin: ask('mock-long', 2, 'mock-large'),
}
const outage: Cause = {
  what: 'the API is stopped, and Loki too',
  alerts: ['TelemetryMissing', 'ApiNotReady', 'StoreDown'],
  begin: async () => {
    await mine('stop', 'api', 'loki')
    return () => mine('start', 'api', 'loki')
  },
}

const problem = await dockerProblem()
if (problem) {
  say(`skipped: alerts fire in the running stack (${problem})`)
  process.exit()
}
onStop(() => void takeDown().finally(() => process.exit(130)))
try {
  await remove() // what a killed run has left
  await test()
} catch (error) {
  say((error as Error).message)
  process.exitCode = 1
}
await takeDown()
process.exit()

async function test(): Promise<void> {
  say(`Starting the stack (${address.api})`)
  await mine('up', '--detach', '--wait', ...(options['no-build'] ? [] : ['--build']), 'api', 'loki', 'tempo', 'mimir')
  await ready('mimir')
  const phases = [faults, [budget], [outage]]

  const endGoodTurns = askSteadily(address.api, [{ text: 'How are you?', perSecond: 1 }])
  await sleep(1000 * Number(options.healthy))
  const early = await firing()
  await endGoodTurns()
  const wrong = phases.flat().flatMap(({ alerts }) => alerts.filter((name) => early.has(name)))
  if (wrong.length > 0) throw new Error(`firing although all is well: ${wrong.join(', ')}`)
  say(`After ${options.healthy} s of good turns, none of them fires.`)

  const rows = []
  for (const causes of phases) rows.push(...(await measure(causes)))
  out.table(
    Object.fromEntries(rows.map(({ alert, severity, cause, seconds }) => [alert, { severity, cause, seconds }])),
  )
  for (const { alert, description } of rows) say(`${alert}: ${description}`)
}

/** Brings all of it about at once, and waits until everything that should fire does. */
async function measure(causes: readonly Cause[]) {
  const began = performance.now()
  const undo = []
  for (const { what, begin } of causes) {
    say(`Cause: ${what}`)
    undo.push(await begin())
  }
  const rows = await Promise.all(
    causes.flatMap(({ what, alerts }) =>
      alerts.map(async (name) => {
        const find = async () => (await firing()).get(name)
        const { labels, annotations } = await eventually(find, `${name} does not fire`, PATIENCE_MS)
        const seconds = Math.round((performance.now() - began) / 1000)
        say(`${name} fires after ${seconds} s`)
        return { alert: name, severity: labels.severity, cause: what, seconds, description: annotations.description }
      }),
    ),
  )
  for (const end of undo) await end()
  return rows
}

/** By name; those that watch a burn rate also by the window that it is measured over. */
async function firing(): Promise<Map<string, Alert>> {
  const all = (await new Stores(address).alerts()).filter(({ state }) => state === 'firing')
  return new Map(all.map((alert) => [[alert.labels.alertname, alert.labels.window].filter(Boolean).join(' '), alert]))
}
