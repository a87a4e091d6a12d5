import { setTimeout as sleep } from 'node:timers/promises'
import { type BoardFile, type BoardQuery, queriesOf, readBoards, resolve } from '@repo/dashboards/board-file'
import { exemptionOf } from '@repo/dashboards/may-be-empty'
import type { Stores } from '@repo/stores/stores'
import { event, service } from '@repo/telemetry/catalogue'

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
  const conversation = await newestConversation(stores)
  for (const board of readBoards()) {
    for (const query of queriesOf(board)) {
      const answer = await ask(stores, board, query, { conversation })
      answers.push(answer)
      onAnswer(answer)
    }
  }
  return answers
}

export const isFault = ({ found, error, excuse }: BoardAnswer) =>
  error !== undefined || (found === 0 && excuse === undefined)

export const nameOf = ({ title, place, refId }: BoardAnswer) => `${title} / ${place}${refId && ` (${refId})`}`

/** For the board that shows one: who opens it comes from a link that names it. */
async function newestConversation(stores: Stores): Promise<string> {
  const turns = `{service_name="${service.api}"} | event_name="${event.turn}"`
  const [line] = await stores.logs(turns, Date.now() - RANGE_MINUTES * 60_000, undefined, 1).catch(() => [])
  return line?.labels.gen_ai_conversation_id ?? ''
}

type Values = Parameters<typeof resolve>[3]

async function ask(stores: Stores, board: BoardFile, query: BoardQuery, values: Values): Promise<BoardAnswer> {
  const answer = { ...query, title: board.title }
  const text = resolve(query.text, board, `${RANGE_MINUTES}m`, values)
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

async function count(stores: Stores, { language, instant }: BoardQuery, text: string): Promise<number> {
  if (language === 'traceql') return (await stores.search(text)).length
  // NaN is how a query of a single number says that it found nothing.
  if (language === 'logql' && instant) {
    return (await stores.logNumbers(text)).filter((value) => !Number.isNaN(value)).length
  }
  if (language === 'logql') {
    const lines = await stores.logs(text, Date.now() - RANGE_MINUTES * 60_000)
    return lines.filter(({ line }) => line !== 'NaN').length
  }
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
