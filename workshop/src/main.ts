// `npm run workshop`: lists the exercises, starts one, checks an answer, and puts everything back. See workshop/README.md.
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { workshop } from '@repo/telemetry/catalogue'
import type { Exercise } from './exercise.ts'
import { exercises } from './exercises.ts'
import { placeHere } from './place.ts'
import { ready } from './ready.ts'
import { reset, start } from './start.ts'
import { startedElsewhere } from './started-elsewhere.ts'
import { person, readState, writeState } from './state.ts'
import { tell } from './tell.ts'

/** What somebody asked for cannot be done; the message is for them. */
class UsageError extends Error {}

process.stdout.on('error', () => process.exit()) // `| head` has enough
const say = (line = '') => process.stdout.write(`${line}\n`)
const help = `npm run workshop                     the exercises, and which are solved
npm run workshop start 3             breaks what exercise 3 is about, for 15 minutes (-- --minutes 30, -- --seed 7)
npm run workshop check 3 ANSWER      compares an answer with what the stores hold
npm run workshop reset               ends what was started (-- --progress: forgets what was solved, too)
npm run workshop ready               whether this machine is ready for all of it`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string' },
    minutes: { type: 'string', default: '15' },
    progress: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const [command = 'list', number = '', ...words] = positionals

try {
  process.exitCode = await run()
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}

async function run(): Promise<number> {
  if (values.help) say(help)
  else if (command === 'list') list()
  else if (command === 'ready') return ready(say)
  else if (command === 'start') await begin(named(number))
  else if (command === 'check') return check(named(number), words.join(' '))
  else if (command === 'reset') await end()
  else throw new UsageError(`There is no "${command}".\n\n${help}`)
  return 0
}

function named(text: string): Exercise {
  const found = exercises.find((exercise) => exercise.number === Number(text))
  if (!found) throw new UsageError(`Which exercise? 1 to ${exercises.length}, e.g. npm run workshop start 1`)
  return found
}

function list(): void {
  const { solved, running } = readState()
  for (const { number, title, places, folder } of exercises) {
    const mark = solved[number] ? 'x' : ' '
    const runs = running?.exercise === number && Date.now() < running.until ? '  (runs)' : ''
    const only = places.includes('viewer') ? '' : '  (docker compose only)'
    say(`[${mark}] ${String(number).padStart(2)}  ${title.padEnd(34)}workshop/${folder}${only}${runs}`)
  }
  say(`\n${help}`)
}

async function here() {
  const found = await placeHere()
  if (!found) throw new UsageError('Nothing runs here. Start it: docker compose up -d --wait, or npm run demo')
  return found
}

async function begin(exercise: Exercise): Promise<void> {
  const { place } = await here()
  if (!exercise.places.includes(place))
    throw new UsageError(`Exercise ${exercise.number} needs Grafana and its stores: docker compose up -d --wait`)
  const state = readState()
  await reset(place, state.running)
  const seed = values.seed === undefined ? randomInt(1000) : Number(values.seed)
  const minutes = Number(values.minutes)
  if (!(seed >= 0 && minutes > 0)) throw new UsageError('--seed is a whole number, --minutes a number above 0.')
  const running = await start(exercise, place, { seed, minutes })
  writeState({ ...state, running })
  await tell(workshop.started, exercise.number, person(), JSON.stringify(running))
  const clock = (time: number) => new Date(time).toTimeString().slice(0, 5)
  say(`${exercise.number}  ${exercise.title}\n\n${exercise.question}\n`)
  say(
    `Traffic has begun; in ${Math.round((running.from - Date.now()) / 1000)} s it breaks, until ${clock(running.until)}.`,
  )
  say(`Hints       workshop/${exercise.folder}/README.md`)
  say(`Answer      npm run workshop check ${exercise.number} ANSWER   (${exercise.answer})`)
}

async function check(exercise: Exercise, answer: string): Promise<number> {
  const { evidence } = await here()
  const state = readState()
  const mine = state.running?.exercise === exercise.number ? state.running : undefined
  const running = mine ?? (await startedElsewhere(evidence))
  if (running?.exercise !== exercise.number)
    throw new UsageError(`Exercise ${exercise.number} has not been started: npm run workshop start ${exercise.number}`)
  if (Date.now() < running.from) throw new UsageError('It is not broken yet: wait until the fault has set in.')
  const verdict = await exercise.check(answer.trim(), evidence, running.from)
  say(`${verdict.right ? 'Right.' : 'Not yet.'} ${verdict.word}`)
  if (!verdict.right) return 1
  say(`What there was to find: workshop/${exercise.folder}/README.md, "Solution".`)
  const solved = { ...state.solved, [exercise.number]: new Date().toISOString() }
  writeState({ ...state, solved })
  await tell(workshop.solved, exercise.number, person(), `${person()} has solved ${exercise.number}: ${exercise.title}`)
  return 0
}

async function end(): Promise<void> {
  const { solved, running } = readState()
  await reset((await placeHere())?.place, running)
  writeState({ solved: values.progress ? {} : solved })
  say('Everything is as before.')
}
