/**
 * `npm run doctor`: makes one turn and follows it, hop by hop, to wherever its telemetry has to arrive. Exit code 0 only
 * when all is well. `--json` prints the results for machines.
 *
 * It looks at whatever runs: the compose stack when Alloy answers on 12345, else the demo's viewer.
 */
import { parseArgs } from 'node:util'
import { applicationChecks, newCanary } from './doctor/canary.ts'
import { type Result, runChecks } from './doctor/check.ts'
import { demoChecks } from './doctor/demo-checks.ts'

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } })
const env = (name: string, fallback: string) => (process.env[name] || fallback).replace(/\/$/, '')
const addresses = {
  web: env('WEB_URL', `http://localhost:${process.env.WEB_PORT || 3000}`),
  api: env('API_URL', `http://127.0.0.1:${process.env.API_PORT || 8000}`),
  viewer: env('VIEWER_URL', `http://127.0.0.1:${process.env.VIEWER_PORT || 4318}`),
}

const canary = newCanary()
const checks = [...applicationChecks(addresses, canary), ...demoChecks(addresses.viewer, canary)]
const results = await runChecks(checks, (result) => values.json || print(result))

const failed = results.filter(({ ok }) => !ok)
if (values.json) console.log(JSON.stringify({ ok: failed.length === 0, target: 'demo', results }, null, 2))
else console.log(failed.length === 0 ? '\nAll is well.' : `\n${failed.length} of ${results.length} checks failed.`)
process.exit(failed.length === 0 ? 0 : 1)

function print({ ok, name, detail, hint, seconds }: Result): void {
  console.log(`${ok ? 'ok  ' : 'FAIL'}  ${name.padEnd(12)}${seconds.toFixed(1).padStart(5)} s  ${detail}`)
  if (hint) console.log(`                        ${hint}`)
}
