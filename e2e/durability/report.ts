import { Console } from 'node:console'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '@repo/stores/eventually'
import {
  countedByDatabase,
  countedByStore,
  counters,
  type FoundLines,
  type FoundTrace,
  findLines,
  findTrace,
  longestGap,
} from './arrivals.ts'
import type { SteadyTurns, Turn } from './turns.ts'

const out = new Console(process.stdout)
export const say = (line: string) => out.log(line)

/** What a turn leaves when nothing is broken, and how it was before the first. */
export interface Expected {
  /** Milliseconds of the epoch. */
  readonly began: number
  readonly before: number[]
  readonly trace: FoundTrace
  readonly lines: FoundLines
}

const SETTLE_MS = 60_000
const METRIC_INTERVAL_S = 5 // as docker-compose.yml has it
const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0)
/** Sums of doubles differ by their order. */
const same = (a: number, b: number | undefined) => Math.abs(a - (b ?? Number.NaN)) <= 1e-9 * Math.max(Math.abs(a), 1)

/** Prints what was sent and what is there. Returns the promises that are broken. */
export async function report({ turns, failures }: SteadyTurns, expected: Expected): Promise<string[]> {
  return [...failures, ...(await tracesAndLines(turns, expected)), ...(await metrics(turns, expected))]
}

async function tracesAndLines(turns: Turn[], { began, trace, lines }: Expected): Promise<string[]> {
  const isWhole = ({ spans, connected }: FoundTrace) => spans >= trace.spans && connected
  const traces = await findTraces(turns, isWhole)
  const read = await findLines(began, Date.now())

  const row = (of: Turn[]) => {
    const found = of.flatMap((turn) => traces.get(turn) ?? [])
    const written = of.map(({ metadata }) => read.get(metadata.traceId) ?? { turn: 0, request: 0 })
    const once = (kind: keyof FoundLines) => sum(written.map((line) => Math.min(line[kind], lines[kind])))
    const twice = (kind: keyof FoundLines) => sum(written.map((line) => Math.max(line[kind] - lines[kind], 0)))
    return {
      turns: of.length,
      'whole traces': found.filter(isWhole).length,
      'spans sent': of.length * trace.spans,
      arrived: sum(found.map(({ spans }) => spans)),
      'spans twice': sum(found.map(({ twice }) => twice)),
      'chat.turn lines': once('turn'),
      'request lines sent': of.length * lines.request,
      'arrived ': once('request'),
      'lines twice': twice('turn') + twice('request'),
    }
  }
  const phases = [...new Set(turns.map(({ phase }) => phase))]
  const all = row(turns)
  const byPhase = phases.map((phase) => [phase, row(turns.filter((turn) => turn.phase === phase))])
  out.table({ ...Object.fromEntries(byPhase), 'in all': all })

  const promises = {
    'every trace is in Tempo, whole': all['whole traces'] === all.turns,
    'every turn has its line in Loki': all['chat.turn lines'] === all.turns,
    'every request has its lines in Loki': all['arrived '] === all['request lines sent'],
    'no span is there twice': all['spans twice'] === 0,
    'no line is there twice': all['lines twice'] === 0,
  }
  return Object.entries(promises).flatMap(([promise, kept]) => (kept ? [] : promise))
}

/** The traces of all turns; those that are not whole are asked for again, for a minute. */
async function findTraces(turns: Turn[], isWhole: (trace: FoundTrace) => boolean): Promise<Map<Turn, FoundTrace>> {
  const traces = new Map<Turn, FoundTrace>()
  const deadline = Date.now() + SETTLE_MS
  for (let left = turns; ; await sleep(5000)) {
    const incomplete: Turn[] = []
    for (const turn of left) {
      const trace = await findTrace(turn)
      traces.set(turn, trace)
      if (!isWhole(trace)) incomplete.push(turn)
    }
    if (incomplete.length === 0 || Date.now() > deadline) return traces
    left = incomplete
  }
}

async function metrics(turns: Turn[], { began, before }: Expected): Promise<string[]> {
  const database = await countedByDatabase()
  const increase = async () => (await countedByStore()).map((value, index) => value - (before[index] ?? 0))
  const equal = async () => (await increase()).every((value, index) => same(value, database[index]))
  await eventually(equal, '', SETTLE_MS).catch(() => {}) // the table shows what is not
  const stored = await increase()
  const rows = counters.map(({ metric, of }, index) => ({
    name: metric.name,
    answers: sum(turns.map(({ metadata }) => of(metadata) ?? 0)),
    database: database[index] ?? Number.NaN,
    'metrics store': stored[index] ?? Number.NaN,
  }))
  out.table(Object.fromEntries(rows.map(({ name, ...row }) => [name, row])))
  const gap = await longestGap((Date.now() - began) / 1000)
  say(
    `The longest time without a sample of a counter is ${gap.toFixed(1)} s; one is sent every ${METRIC_INTERVAL_S} s.`,
  )

  const unequal = rows.filter((row) => !same(row.database, row.answers) || !same(row.database, row['metrics store']))
  const broken = unequal.map(({ name }) => `${name} is the same in answers, database and metrics store`)
  return gap <= 3 * METRIC_INTERVAL_S ? broken : [...broken, 'the metrics of an outage are filled in afterwards']
}
