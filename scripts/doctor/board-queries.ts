/**
 * `npm run boards [-- --record]`: asks the running stores everything that the boards ask: panels,
 * variables and annotations. A panel that finds nothing, although it should, fails by name. `--record` keeps what was
 * found for docs/panels.md.
 */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import {
  type BoardFile,
  type BoardQuery,
  queriesOf,
  readBoards,
  resolve,
} from '../../packages/dashboards/src/board-file.ts'
import { exemptionOf } from '../../packages/dashboards/src/may-be-empty.ts'
import type { RecordedRun } from '../../packages/dashboards/src/recorded-run.ts'
import { service } from '../../packages/telemetry/src/catalogue.ts'
import { root } from '../run.ts'
import { addresses } from './addresses.ts'
import { getJson } from './check.ts'
import { Stores } from './stores.ts'

/** What boards show when they open. */
const RANGE_MINUTES = 30

export interface BoardAnswer extends BoardQuery {
  readonly title: string
  /** Series, lines or traces that it found; those that are no number do not count. */
  readonly found: number
  /** Why the store refused it. */
  readonly error?: string
  /** Why it may find nothing. */
  readonly excuse?: string
}

/** @param onAnswer told of each, as it comes */
export async function askBoards(stores: Stores, onAnswer: (answer: BoardAnswer) => void = () => {}) {
  const answers: BoardAnswer[] = []
  for (const board of readBoards()) {
    for (const query of queriesOf(board)) {
      const answer = await ask(stores, board, query)
      answers.push(answer)
      onAnswer(answer)
    }
  }
  return answers
}

export const isFault = ({ found, error, excuse }: BoardAnswer) =>
  error !== undefined || (found === 0 && excuse === undefined)

export const nameOf = ({ title, place, refId }: BoardAnswer) => `${title} / ${place}${refId && ` (${refId})`}`

async function ask(stores: Stores, board: BoardFile, query: BoardQuery): Promise<BoardAnswer> {
  const answer = { ...query, title: board.title }
  const text = resolve(query.text, board, `${RANGE_MINUTES}m`)
  try {
    const found = await count(stores, query, text)
    if (found > 0) return { ...answer, found }
    const exemption = exemptionOf(query)
    const expected = exemption?.unless !== undefined && (await stores.metrics(exemption.unless)).length > 0
    return { ...answer, found, ...(exemption && !expected && { excuse: exemption.reason }) }
  } catch (error) {
    return { ...answer, found: 0, error: (error as Error).message }
  }
}

async function count(stores: Stores, { language }: BoardQuery, text: string): Promise<number> {
  if (language === 'traceql') return (await stores.search(text)).length
  // Loki is asked from ten minutes before this moment.
  if (language === 'logql') return (await stores.logs(text, Date.now() - (RANGE_MINUTES - 10) * 60_000)).length
  return (await stores.metrics(asPromql(text))).filter(({ value }) => !Number.isNaN(value)).length
}

/** Grafana's own queries as PromQL: values of a label, and the service graph, which it makes of these. */
function asPromql(text: string): string {
  if (text === '{}') return 'sum by (client, server) (rate(traces_service_graph_request_total[5m]))'
  const [, selector, label] = /^label_values\((.+), (\w+)\)$/.exec(text) ?? []
  return selector ? `count by (${label}) (${selector})` : text
}

/**
 * @returns what was asked, in words
 * @throws an Error that names each panel that is refused, or still empty although it should not be
 */
export async function checkBoards(stores: Stores, timeoutMs = 90_000): Promise<string> {
  let answers = await askBoards(stores)
  // Without the demo's traffic, what one turn has not touched is empty, and rightly so.
  const traffic = (await stores.metrics(`target_info{job=~".*/${service.traffic}"}`)).length > 0
  const names = () =>
    answers
      .filter((one) => isFault(one) && (traffic || one.error))
      .map((one) => `${nameOf(one)}${one.error ? `: ${one.error}` : ''}`)
  const deadline = performance.now() + timeoutMs
  // Right after a start, rates have nothing to compare with.
  while (names().length > 0 && performance.now() < deadline) {
    await sleep(5000)
    answers = await askBoards(stores)
  }
  if (names().length > 0) throw new Error(`without data, or refused: ${names().join('; ')}`)
  const empty = answers.filter(({ found }) => found === 0)
  if (empty.length === 0) return `${answers.length} queries, all with data`
  const reasons = new Set(empty.map(({ excuse }) => excuse ?? 'there is no traffic'))
  return `${answers.length} queries are valid, ${empty.length} without data: ${[...reasons].join('; ')}`
}

async function main(): Promise<void> {
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
    const file = path.join(root, 'packages/dashboards/recorded-run.json')
    writeFileSync(file, `${JSON.stringify(await recordedRun(answers), null, 2)}\n`)
    console.log(
      `Recorded in ${path.relative(root, file)}; \`pnpm --filter @repo/dashboards generate\` writes docs/panels.md.`,
    )
  }
  process.exitCode = faults.length > 0 ? 1 : 0
}

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

if (import.meta.main) await main()
