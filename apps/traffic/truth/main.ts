/**
 * `pnpm truth`: makes a mixed run of turns, then compares what the clients were told with the database, the traces and
 * the metrics, and prints the table. Exit code 1 when they disagree.
 *
 * By itself it starts an API (`--apis 2`: two), the mock and a database of its own, with the tests' sink for the telemetry. `--stores`
 * takes the running stack of docker-compose.yml with Tempo and Mimir; nobody else may chat there meanwhile.
 */
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { inSink } from './in-sink.ts'
import { inStores } from './in-stores.ts'
import { format } from './sums.ts'
import { truth } from './truth.ts'

const { values } = parseArgs({
  options: {
    turns: { type: 'string', default: '1000' },
    parallel: { type: 'string', default: '40' },
    seed: { type: 'string', default: String(randomInt(2 ** 32)) },
    apis: { type: 'string', default: '1' },
    stores: { type: 'boolean', default: false },
  },
})
const [turns, parallel, seed, apis] = [values.turns, values.parallel, values.seed, values.apis].map(Number) as [
  number,
  number,
  number,
  number,
]
if (!(turns >= 1 && parallel >= 1 && seed >= 0 && apis >= 1)) {
  console.error(
    '--turns, --parallel (turns at once), --seed and --apis (processes) must be numbers, e.g. --turns 1000 --parallel 40 --seed 42 --apis 2.',
  )
  process.exit(2)
}

const sink = values.stores ? null : await inSink(apis)
try {
  const { rows, agrees, summary, took } = await truth(sink ?? (await inStores()), { turns, parallel, seed })
  console.log(`${summary.sent} turns in ${took.run.toFixed(1)} s, seed ${seed}`)
  console.log(format(rows))
  console.log(`Telemetry was complete ${took.arrival.toFixed(1)} s after the last turn.`)
  if (summary.mismatched > 0) console.log(`${summary.mismatched} turns did not end as planned, e.g.:`)
  for (const mismatch of summary.mismatches.slice(0, 5)) console.log(`  ${JSON.stringify(mismatch)}`)
  const different = rows.filter((row) => !row.agrees).length
  console.log(agrees ? 'All agree.' : `${different} of ${rows.length} rows disagree.`)
  process.exitCode = agrees ? 0 : 1
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
} finally {
  await sink?.stop()
}
