import type { BillRow, Prices } from './bill.ts'
import type { Reached } from './limits.ts'
import { GIB, type Plan } from './plan.ts'

/** Three digits, and no more than that is known: `1,230`, `0.0123`. */
export function rounded(value: number): string {
  return new Intl.NumberFormat('en', { maximumSignificantDigits: 3 }).format(value)
}

/** `1.2 GiB`, by powers of 1,024. */
export function bytes(value: number): string {
  const names = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
  const power = value < 1 ? 0 : Math.min(Math.floor(Math.log2(value) / 10), names.length - 1)
  return `${rounded(value / 1024 ** power)} ${names[power]}`
}

/** Columns as wide as they need, those after the first to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  const cell = (text: string, column: number) =>
    column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0)
  return rows.map((row) => `  ${row.map(cell).join('  ').trimEnd()}`).join('\n')
}

/** For people; `--json` has the same. */
export function report(plan: Plan, reached: readonly Reached[], bill: readonly BillRow[], prices: Prices): string {
  const { turns, average, peak, kept, queue, parts, objects, runningAnswers, inputs } = plan
  const a = (what: string, usual: number, busy: number, show = rounded) => [what, show(usual), show(busy)]
  const total = bill.reduce((sum, { cost }) => sum + cost, 0)
  return [
    table([
      ['', 'average', 'peak'],
      a('turns a second', turns.average, turns.peak),
      ['answers at once', rounded(turns.average * inputs.answerSeconds), rounded(runningAnswers)],
      a('spans a second', average.spans, peak.spans),
      a('log lines a second', average.lines, peak.lines),
      a('series', average.series, peak.series),
      a('samples a second', average.samples, peak.samples),
      a('exemplars a second', average.exemplars, peak.exemplars),
      a('traces, logs, metrics to Alloy, a second', wire(average), wire(peak), bytes),
      a('written by PostgreSQL to its log, a second', average.databaseWal, peak.databaseWal, bytes),
    ]),
    table([
      ['', 'a day', 'kept', 'days'],
      ['log lines', bytes(kept.logs / inputs.logDays), bytes(kept.logs), String(inputs.logDays)],
      ['traces', bytes(kept.traces / inputs.traceDays), bytes(kept.traces), String(inputs.traceDays)],
      ['metrics', bytes(kept.metrics / inputs.metricDays), bytes(kept.metrics), String(inputs.metricDays)],
      [
        'conversations',
        bytes(kept.database / inputs.conversationDays),
        bytes(kept.database),
        String(inputs.conversationDays),
      ],
    ]),
    table([
      [`queues of Alloy, a store away for ${rounded(inputs.outageHours)} h at the peak`, 'bytes'],
      ...Object.entries(queue).map(([store, size]) => [store, bytes(size)]),
    ]),
    table([
      ['', 'replicas', 'cores at the peak', 'memory', 'volumes'],
      ...Object.entries(parts).map(([name, part]) => [
        name,
        String(part.replicas),
        rounded(part.cores),
        bytes(part.memory * GIB),
        part.disk > 0 ? bytes(part.disk * GIB) : '-',
      ]),
      ...(objects > 0 ? [['object store', '-', '-', '-', bytes(objects)]] : []),
    ]),
    table([
      ['what ends first', 'used at the peak', 'of', 'reached at turns/s'],
      ...reached.map(({ name, used, most, unit, at }) => [
        name,
        rounded(used),
        `${rounded(most)} ${unit}`,
        at === null ? 'never' : `${rounded(at)}${at <= turns.peak ? ' !' : ''}`,
      ]),
    ]),
    table([
      [`a month, prices: ${prices.source}, ${prices.date}`, 'amount', 'USD'],
      ...bill.map(({ what, amount, unit, cost }) => [what, `${rounded(amount)} ${unit}`, money(cost)]),
      ['all', '', money(total)],
    ]),
  ].join('\n\n')
}

const wire = ({ wireTraces, wireLogs, wireMetrics }: Plan['peak']) => wireTraces + wireLogs + wireMetrics

const money = (usd: number) =>
  new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(usd)
