/**
 * `npm run doctor`: makes one turn and follows it, hop by hop, to wherever its telemetry has to arrive. Exit code 0 only
 * when all is well. `--json` prints the results for machines.
 *
 * It looks at whatever runs: the stack of docker-compose.yml when a part of that answers, else the demo with its viewer.
 * `--target=stack` or `--target=demo` decides instead. Ports and addresses come from the variables of .env.example.
 */
import { parseArgs } from 'node:util'
import { addresses } from '@repo/stores/addresses'
import { Stores } from '@repo/stores/stores'
import { applicationChecks, newCanary } from './canary.ts'
import { type Result, runChecks } from './check.ts'
import { demoChecks } from './demo-checks.ts'
import { stackChecks } from './stack-checks.ts'

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, target: { type: 'string' } },
})

/** Any part of the stack that answers makes it the target: the others are then missing, and that has to be said. */
async function stackRuns(): Promise<boolean> {
  const { alloy, loki, tempo, mimir, grafana } = addresses
  const asked = [`${alloy}/-/ready`, `${loki}/ready`, `${tempo}/ready`, `${mimir}/ready`, `${grafana}/api/health`]
  const answers = asked.map((url) => fetch(url, { signal: AbortSignal.timeout(2000) }).catch(() => null))
  return (await Promise.all(answers)).some((answer) => answer !== null)
}

const mark = { ok: 'ok  ', failed: 'FAIL', skipped: '    ' }
const canary = newCanary()
const target = values.target ?? ((await stackRuns()) ? 'stack' : 'demo')
if (target !== 'stack' && target !== 'demo') {
  console.error(`--target is stack or demo, not ${target}.`)
  process.exit(2)
}
const pipeline =
  target === 'demo'
    ? await demoChecks(addresses.viewer, canary)
    : await stackChecks(addresses, await Stores.find(addresses), canary)
const checks = [...applicationChecks(addresses, canary), ...pipeline]
const results = await runChecks(checks, (result) => values.json || print(result))

const failed = results.filter(({ status }) => status !== 'ok')
if (values.json) console.log(JSON.stringify({ ok: failed.length === 0, target, results }, null, 2))
else
  console.log(
    failed.length === 0
      ? '\nAll is well.'
      : `\n${results.length - failed.length} of ${results.length} checks are fine.`,
  )
process.exit(failed.length === 0 ? 0 : 1)

function print({ status, name, detail, hint, seconds }: Result): void {
  console.log(`${mark[status]}  ${name.padEnd(18)}${seconds.toFixed(1).padStart(5)} s  ${detail}`)
  if (hint) console.log(`                              ${hint}`)
}
