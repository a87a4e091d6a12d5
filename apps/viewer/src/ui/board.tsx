import type { Phase } from '@repo/telemetry/catalogue'
import { useState } from 'react'
import type { Board as Data, Summary } from '../server/board.ts'
import { Chart, type Line } from './chart.tsx'
import { count, money, percent, plural, seconds, short } from './format.ts'
import { useData } from './live.ts'
import { useRoute } from './route.ts'
import { type Columns, Table } from './table.tsx'

type Series = [label: string, colorToken: string, value: (step: Summary) => number | null]
const outcomes = { failed: 'bad', truncated: 'warn', disconnected: 'quieter', stopped: 'quiet', finished: 'good' }
const turns = Object.entries(outcomes).map(([name, color]): Series => [name, color, (step) => step.outcomes[name] ?? 0])
const phases = {
  tool: 's3',
  approval: 'quieter',
  answering: 'good',
  thinking: 'warn',
  waiting: 'accent',
  preparing: 'quiet',
}
const averageTurn = Object.entries(phases satisfies Record<Phase, string>).map(
  ([name, color]): Series => [name, color, (step) => (step.turns ? (step.phases[name] ?? 0) / step.turns : null)],
)
const p50: Series = ['p50', 'accent', (step) => step.ttftP50]
const p95: Series = ['p95', 'warn', (step) => step.ttftP95]
// Cached is part of input and reasoning part of output: shown apart, the four add up.
const tokens: Series[] = [
  ['reasoning', 'warn', (step) => step.reasoningTokens],
  ['output', 'good', (step) => step.outputTokens && step.outputTokens - step.reasoningTokens],
  ['input from cache', 'quieter', (step) => step.cachedTokens],
  ['input', 'accent', (step) => step.inputTokens && step.inputTokens - step.cachedTokens],
]
// There is no half turn to mark on an axis.
const whole = (value: number | null) => (value && value % 1 ? '' : short(value))
// Titles here and below are those of Grafana's boards where both show the same.
const charts: [title: string, note: string, stacked: boolean, format: (value: number | null) => string, Series[]][] = [
  ['Turns by outcome', '', true, whole, turns],
  ['Time to first token', 'median and 95th percentile', false, seconds, [p50, p95]],
  ['Average turn, by phase', '', true, seconds, averageTurn],
  ['Tokens, by type', '', true, whole, tokens],
  ['Cost', 'of calls with a known price', true, money, [['cost', 'accent', (step) => step.costUsd]]],
]

const unpriced = ({ unpricedCalls: n }: Summary) => n > 0 && `+ ${plural(n, 'call')} of unknown price`
const sum = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0)
const part = (value = 0, of = 0) => (of ? percent(value / of) : '–')
const listed = (counts: Record<string, number>, none: string, of = ' ') =>
  Object.entries(counts)
    .map(([name, n]) => `${count(n)}${of}${name}`)
    .join(', ') || none
type Tile = [title: string, value: string, note: string, bad?: boolean]
const tiles = ({ total: t, budget }: Data, minutes: number): Tile[] => [
  ['Turns', count(t.turns), `${short(t.turns / minutes)} a minute`],
  [
    'Ended well',
    part(t.turns - t.turns * (t.problemShare ?? 0), t.turns),
    `${count(t.outcomes.failed ?? 0)} failed, ${count(t.outcomes.truncated ?? 0)} cut off`,
    (t.problemShare ?? 0) > 0.05,
  ],
  [
    'Time to first token, p95',
    t.calls ? seconds(t.ttftP95) : '–',
    t.ttftP50 ? `median ${seconds(t.ttftP50)}` : '',
    (t.ttftP95 ?? 0) > 5,
  ],
  ['Output tokens a second', t.calls ? count(t.tokensPerSecond) : '–', 'once the answer has begun'],
  ['Tokens', `${count(t.inputTokens)} in`, `${count(t.outputTokens)} out`],
  ['Cost', money(t.costUsd), unpriced(t) || plural(t.calls, 'model call')],
  [
    'Budget left today',
    part(budget?.leftUsd, budget?.limitUsd),
    budget ? `${money(budget.leftUsd)} of ${money(budget.limitUsd)}` : 'no budget set',
    budget !== null && budget.leftUsd < 0.1 * budget.limitUsd,
  ],
  ['Retries', count(sum(t.retries)), listed(t.retries, 'none', ' × ')],
  ['Refused turns', count(sum(t.rejections)), listed(t.rejections, 'none')],
  ['Good ratings', part(t.ratings.up, sum(t.ratings)), listed(t.ratings, 'nothing rated yet')],
]

const failed = (share: number | null) => <span className={share ? 'bad' : ''}>{percent(share)}</span>
const turnsWith = (text: string) => <a href={`/traces?turns=1&q=${encodeURIComponent(text)}`}>{text}</a>
const models: Columns<Data['models'][number]> = [
  ['Model', (row) => turnsWith(row.model)],
  ['Turns', (row) => count(row.turns)],
  ['Failed or cut', (row) => failed(row.problemShare)],
  ['First token, p95', (row) => seconds(row.ttftP95)],
  ['Turn, p95', (row) => seconds(row.turnP95)],
  ['Output tokens', (row) => count(row.outputTokens)],
  ['Cost', (row) => <span title={unpriced(row) || ''}>{money(row.costUsd)}</span>],
]
const tools: Columns<Data['tools'][number]> = [
  ['Tool', (row) => turnsWith(row.tool)],
  ['Calls', (row) => count(row.calls)],
  ['Failed', (row) => failed(row.failedShare)],
  ['p95', (row) => seconds(row.p95)],
]

export function Board() {
  const { get, set } = useRoute()
  const [at, onPoint] = useState<number | null>(null)
  const minutes = get('minutes') || '15'
  const board = useData<Data>(`/api/board?minutes=${minutes}`)
  if (!board) return null
  const timesMs = board.steps.map((step) => step.timeMs)
  const lines = (series: Series[]) =>
    series.map(([label, color, value]): Line => [label, color, board.steps.map(value)])
  return (
    <>
      <header className="page">
        <h1>Board</h1>
        <div className="range">
          {['5', '15', '60'].map((value) => (
            <button type="button" key={value} aria-pressed={value === minutes} onClick={() => set('minutes', value)}>
              {value} min
            </button>
          ))}
        </div>
      </header>
      {board.total.turns === 0 && (
        <p className="notice">
          No turn in this time. Ask a question in the chat at <a href="http://localhost:3000">http://localhost:3000</a>:
          it shows here within seconds.
        </p>
      )}
      <dl className="tiles">
        {tiles(board, Number(minutes)).map(([title, value, note, bad]) => (
          <div key={title} className={`card ${bad ? 'bad' : ''}`}>
            <dt>{title}</dt>
            <dd>{value}</dd>
            <dd>{note}</dd>
          </div>
        ))}
      </dl>
      <div className="charts">
        {charts.map(([title, note, stacked, format, series]) => (
          <Chart key={title} lines={lines(series)} {...{ title, note, stacked, format, timesMs, at, onPoint }} />
        ))}
        {board.tools.length > 0 && (
          <section className="card">
            <h2>Tools</h2>
            <Table rows={board.tools} columns={tools} />
          </section>
        )}
      </div>
      {board.models.length > 0 && (
        <section className="card scroll">
          <h2>Models compared</h2>
          <Table rows={board.models} columns={models} />
        </section>
      )}
    </>
  )
}
