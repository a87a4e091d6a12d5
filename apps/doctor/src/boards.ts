/**
 * `npm run boards [-- --record]`: asks the running stores everything that the boards ask: panels,
 * variables and annotations. A panel that finds nothing, although it should, fails by name. `--record` keeps what was
 * found for docs/panels.md.
 */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { RecordedRun } from '@repo/dashboards/recorded-run'
import { addresses } from '@repo/stores/addresses'
import { getJson } from '@repo/stores/http'
import { Stores } from '@repo/stores/stores'
import { askBoards, type BoardAnswer, isFault, nameOf } from './board-queries.ts'

const { values } = parseArgs({ options: { record: { type: 'boolean', default: false } } })
const answers = await askBoards(await Stores.find(addresses), (answer) => {
  const { found, error, excuse } = answer
  const mark = isFault(answer) ? 'FAIL' : found === 0 ? '    ' : 'ok  '
  console.log(
    `${mark}  ${String(found).padStart(5)}  ${nameOf(answer)}${error || excuse ? `: ${error ?? excuse}` : ''}`,
  )
})
const faults = answers.filter(isFault)
const empty = answers.filter(({ found }) => found === 0).length
console.log(`\n${answers.length} queries: ${empty} without data, ${faults.length} that should have it.`)
if (values.record) {
  const file = path.join(import.meta.dirname, '../../../packages/dashboards/recorded-run.json')
  writeFileSync(file, `${JSON.stringify(await recordedRun(answers), null, 2)}\n`)
  console.log(
    `Recorded in ${path.relative('.', file)}; \`pnpm --filter @repo/dashboards generate\` writes docs/panels.md.`,
  )
}
process.exitCode = faults.length > 0 ? 1 : 0

async function recordedRun(answers: readonly BoardAnswer[]): Promise<RecordedRun> {
  const { loki, tempo, mimir } = addresses
  const version = (url: string) =>
    getJson<{ version?: string }>(url).then(
      (one) => one.version || 'unknown',
      () => 'unknown',
    )
  const { data } = await getJson<{ data: { application?: string; version?: string } }>(
    `${mimir}/prometheus/api/v1/status/buildinfo`,
  )
  return {
    date: new Date().toISOString().slice(0, 16),
    stores: {
      Loki: await version(`${loki}/loki/api/v1/status/buildinfo`),
      Tempo: await version(`${tempo}/api/status/buildinfo`),
      'Metrics store': data.application ? `${data.application} ${data.version}` : 'a Prometheus in place of Mimir',
    },
    answers: answers.map(({ board, place, refId, text, found, error, excuse }) => ({
      board,
      place,
      refId,
      text,
      found,
      ...(error && { error }),
      ...(excuse && { excuse }),
    })),
  }
}
