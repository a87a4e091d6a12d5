import { ending } from '../src/plan.ts'

/** Who tells what a run came to: the messages as the clients got them, the rows, the spans and the counters. */
export const sources = ['client', 'database', 'traces', 'metrics'] as const
export type Source = (typeof sources)[number]

/** Amounts by what they count. What was never added is 0. */
export class Sums {
  readonly #amounts = new Map<string, number>()

  add(label: string, amount = 1): void {
    this.#amounts.set(label, (this.#amounts.get(label) ?? 0) + amount)
  }

  get(label: string): number {
    return this.#amounts.get(label) ?? 0
  }

  labels(): string[] {
    return [...this.#amounts.keys()]
  }
}

/** Null is unknown. */
export interface Tokens {
  readonly input: number
  readonly output: number
  readonly cached: number | null
  readonly written: number | null
  readonly reasoning: number | null
}
export interface Cost {
  readonly usd: number
  readonly source: string
}

export const label = {
  turns: (end: string) => `turns: ${end}`,
  turnsWithoutTokens: 'turns, tokens unknown',
  turnsWithoutCost: 'turns, cost unknown',
  input: 'input tokens',
  output: 'output tokens',
  cached: 'cached input tokens',
  written: 'cache-write input tokens',
  reasoning: 'reasoning output tokens',
  cost: (source: string) => `USD, price from ${source}`,
  calls: 'model calls',
  callsWithoutTokens: 'model calls, tokens unknown',
  callsWithoutPrice: 'model calls, price unknown',
  retries: 'model calls, retries',
  tool: (name: string) => `tool calls: ${name}`,
} as const

/** Which source can know a row. A turn can have several model calls, which only traces and metrics tell apart. */
function knows(source: Source, row: string): boolean {
  if (row.startsWith('model calls') || row.startsWith('tool calls')) return source === 'traces' || source === 'metrics'
  if (row === label.turnsWithoutTokens || row === label.turnsWithoutCost) return source !== 'metrics'
  return row !== label.written || source !== 'client'
}

export function addTokens(sums: Sums, tokens: Tokens): void {
  sums.add(label.input, tokens.input)
  sums.add(label.output, tokens.output)
  for (const kind of ['cached', 'written', 'reasoning'] as const)
    if (tokens[kind] !== null) sums.add(label[kind], tokens[kind])
}

export function addCost(sums: Sums, { usd, source }: Cost): void {
  sums.add(label.cost(source), usd)
}

/** A turn, as messages and rows have it: the sums of its calls, unknown as soon as one of them is. */
export function addTurn(sums: Sums, turn: { ending: string; tokens: Tokens | null; cost: Cost | null }): void {
  sums.add(label.turns(turn.ending))
  if (turn.tokens) addTokens(sums, turn.tokens)
  else sums.add(label.turnsWithoutTokens)
  if (turn.cost) addCost(sums, turn.cost)
  else sums.add(label.turnsWithoutCost)
}

/** How a turn ended, from what attributes and columns hold. */
export function endingOf(outcome: unknown, errorType: unknown): string {
  return ending(String(outcome) as 'finished', errorType ? String(errorType) : null)
}

export interface Row {
  readonly label: string
  /** Null: this source cannot know it. */
  readonly cells: Readonly<Record<Source, number | null>>
  readonly agrees: boolean
}

const order = ['turns', 'input', 'cached', 'cache-write', 'output', 'reasoning', 'USD', 'model', 'tool']
const rank = (row: string) => order.findIndex((start) => row.startsWith(start))

/** Row by row what each source says. Counts have to be equal, USD within 1e-9. */
export function compare(sums: Readonly<Record<Source, Sums>>): Row[] {
  const labels = [...new Set(sources.flatMap((source) => sums[source].labels()))]
  return labels
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b))
    .map((row) => {
      const cell = (source: Source) => (knows(source, row) ? sums[source].get(row) : null)
      const cells = {
        client: cell('client'),
        database: cell('database'),
        traces: cell('traces'),
        metrics: cell('metrics'),
      }
      const known = Object.values(cells).filter((amount) => amount !== null)
      const agrees = Math.max(...known) - Math.min(...known) <= (row.startsWith('USD') ? 1e-9 : 0)
      return { label: row, cells, agrees }
    })
}

/** The rows for people. */
export function format(rows: readonly Row[]): string {
  const line = (name: string, cells: readonly string[], verdict: string) =>
    `  ${name.padEnd(34)}${cells.map((cell) => cell.padStart(15)).join('')}  ${verdict}`.trimEnd()
  const amount = (value: number | null, row: string) => {
    if (value === null) return '-'
    return row.startsWith('USD') ? value.toFixed(9) : value.toLocaleString('en')
  }
  return [
    line('', sources, ''),
    ...rows.map(({ label: row, cells, agrees }) =>
      line(
        row,
        sources.map((source) => amount(cells[source], row)),
        agrees ? 'ok' : 'DIFFERENT',
      ),
    ),
  ].join('\n')
}
