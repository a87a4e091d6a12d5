import type { Result } from './evaluate.ts'
import type { Questions } from './questions.ts'
import { independent, wilson } from './wilson.ts'

export interface Line {
  readonly name: string
  readonly passed: number
  readonly answers: number
  /** Of the share that passed, 95 %. */
  readonly interval: readonly [low: number, high: number]
  /** USD and tokens of an answer on average; null: of one at least it is unknown. */
  readonly costUsd: number | null
  readonly outputTokens: number | null
  /** What failed first, and in which trace. */
  readonly failure: string | null
  readonly traceId: string | null
}

export interface Report {
  readonly questions: readonly Line[]
  readonly all: Line
  /** Of the system prompts that answered: one, unless it changed on the way. */
  readonly promptVersions: readonly string[]
}

export function reportOf(results: readonly Result[]): Report {
  const answers = results.flatMap((result) => result.answers)
  const verdicts = results.map((result) => result.answers.map(({ failures }) => failures.length === 0))
  const versions = new Set(answers.flatMap(({ answer }) => answer.metadata.promptVersion ?? []))
  return {
    questions: results.map((result) => lineOf(result.question.name, result.answers, result.answers.length)),
    all: { ...lineOf('all', answers, independent(verdicts)), failure: null, traceId: null },
    promptVersions: [...versions],
  }
}

/** @param n how many independent answers these are worth */
function lineOf(name: string, answers: Result['answers'], n: number): Line {
  const passed = answers.filter(({ failures }) => failures.length === 0).length
  const failed = answers.find(({ failures }) => failures.length > 0)
  return {
    name,
    passed,
    answers: answers.length,
    interval: wilson(passed / answers.length, n),
    costUsd: mean(answers.map(({ answer }) => answer.metadata.costUsd)),
    outputTokens: mean(answers.map(({ answer }) => answer.metadata.usage?.outputTokens ?? null)),
    failure: failed?.failures.join(', ') ?? null,
    traceId: failed?.answer.metadata.traceId ?? null,
  }
}

function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === values.length ? known.reduce((sum, one) => sum + one, 0) / known.length : null
}

const percent = (share: number) => `${Math.round(share * 100)} %`
const between = ([low, high]: Line['interval']) => `${percent(low)} to ${percent(high)}`
const usd = new Intl.NumberFormat('en', { style: 'currency', currency: 'USD', maximumFractionDigits: 6 })
/** Unknown is not 0. */
export const money = (value: number | null) => (value === null ? 'unknown' : usd.format(value))

/** For people: a row a question, then all of them. */
export function table({ questions, all }: Report): string {
  const rows = [
    ['question', 'passed', '95 %', 'cost', 'tokens', 'first failure'],
    ...[...questions, all].map(({ name, passed, answers, interval, costUsd, outputTokens, failure, traceId }) => [
      name,
      `${passed} of ${answers}`,
      between(interval),
      money(costUsd),
      outputTokens === null ? 'unknown' : String(Math.round(outputTokens)),
      failure ? `${failure}${traceId ? ` (trace ${traceId})` : ''}` : '',
    ]),
  ]
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/**
 * What keeps the run from passing, each a sentence; empty: nothing does. A threshold is held against the share that was seen,
 * not against its interval: with few answers both a pass and a failure can be luck, which the sentence shows.
 */
export function misses({ all }: Report, { passed, costUsd }: Questions['thresholds']): string[] {
  const share = all.passed / all.answers
  const sentences: string[] = []
  if (share < passed)
    sentences.push(
      `${percent(share)} of ${all.answers} answers passed (95 %: ${between(all.interval)}); at least ${percent(passed)} have to.`,
    )
  if (costUsd !== undefined && all.costUsd === null)
    sentences.push(
      `What an answer costs is unknown, so that nobody can say whether it is at most ${usd.format(costUsd)}.`,
    )
  if (costUsd !== undefined && all.costUsd !== null && all.costUsd > costUsd)
    sentences.push(`An answer costs ${money(all.costUsd)} on average; at most ${usd.format(costUsd)} is wanted.`)
  return sentences
}
