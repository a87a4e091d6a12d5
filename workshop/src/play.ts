// `npm run test:workshop`: plays the exercises against what runs here, one after the other: the fault on, the wrong answer refused,
// the right one accepted, the fault off. Prints how long each took until it showed. `-- --only 3,4`.
import { Console } from 'node:console'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { onStop } from '@repo/local-stack/run'
import { addresses } from '@repo/stores/addresses'
import type { Exercise } from './exercise.ts'
import { exercises } from './exercises.ts'
import { placeHere, reach } from './place.ts'
import { played } from './played.ts'
import { reset, start } from './start.ts'
import type { Running } from './state.ts'

/** What the workshop promises; a busy machine may take longer, which is told, and a failure. */
const PROMISED_SECONDS = 120
const PATIENCE_MS = 300_000
const out = new Console(process.stdout)
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    seed: { type: 'string', default: '4' },
    /** Turns a second: fewer on a busy machine. */
    rate: { type: 'string', default: '1' },
  },
})
const only = values.only?.split(',').map(Number)
const seed = Number(values.seed)

const here = await placeHere()
if (!here) {
  console.error(`Nothing runs at ${addresses.grafana}: docker compose up -d --wait`)
  process.exit(1)
}
const { place, evidence } = here
let running: Running | undefined
onStop(() => void reset(place, running).finally(() => process.exit(130)))

const rows: Record<string, object> = {}
for (const exercise of exercises) {
  if (only && !only.includes(exercise.number)) continue
  if (!exercise.places.includes(place)) continue
  try {
    const { seconds } = await play(exercise)
    rows[exercise.title] = { exercise: exercise.number, seconds }
    if (seconds > PROMISED_SECONDS) {
      process.exitCode = 1
      out.log(`   late: ${seconds} s, not ${PROMISED_SECONDS}`)
    }
  } catch (error) {
    process.exitCode = 1
    rows[exercise.title] = { exercise: exercise.number, seconds: 'failed' }
    out.log(`   failed: ${(error as Error).message}`)
  }
  await reset(place, running)
}
out.table(rows)
process.exit()

/** @returns seconds from the fault until the right answer was accepted */
async function play(exercise: Exercise): Promise<{ seconds: number }> {
  const { number, title } = exercise
  const how = played[number]
  if (!how) throw new Error(`nobody knows how exercise ${number} is played`)
  out.log(`${number}  ${title}`)
  await reset(place, running)
  const began = await start(exercise, place, { seed, minutes: 8, rate: Number(values.rate) })
  running = began
  await sleep(Math.max(0, began.from - Date.now()))
  let answer: string | null = null
  for (let word = 'nothing shows'; ; ) {
    try {
      answer ??= await how.right(evidence, seed, began.from)
      const verdict = answer === null ? null : await exercise.check(answer, evidence, began.from)
      if (verdict?.right) {
        out.log(`   right: ${verdict.word}`)
        break
      }
      word = verdict?.word ?? word
    } catch (error) {
      word = (error as Error).message // a store that is busy
    }
    if (number === 5) answer = null // a share of what has happened by now
    if (Date.now() - began.from > PATIENCE_MS) throw new Error(`not within ${PATIENCE_MS / 1000} s: ${word}`)
    await sleep(2000)
  }
  const seconds = Math.round((Date.now() - began.from) / 1000)

  const refused = how.wrong && (await exercise.check(how.wrong(seed), evidence, began.from))
  if (refused?.right) throw new Error(`the wrong answer was accepted: ${refused.word}`)
  if (refused) out.log(`   wrong: ${refused.word}`)
  await reset(place, running)
  const fault = await (await fetch(new URL('/workshop/fault', reach.mock))).json()
  if (fault !== null) throw new Error('the mock still fails')
  return { seconds }
}
