import type { Board as Data, Summary } from '../server/board.ts'
import { Chart, type Line } from './chart.tsx'
import { count, money, percent, plural, seconds, short, speed } from './format.ts'
import { useData } from './live.ts'
import { useRoute } from './route.ts'
import { type Columns, Table } from './table.tsx'

type Series = [label: string, colorToken: string, value: (step: Summary) => number | null]
const outcome = (name: string, color: string): Series => [name, color, ({ outcomes }) => outcomes[name] ?? null]
const troubles = [outcome('failed', 'bad'), outcome('truncated', 'warn'), outcome('disconnected', 'quieter')]
const turns = [...troubles, outcome('stopped', 'quiet'), outcome('finished', 'good')]
const p50: Series = ['p50', 'accent', (step) => step.ttftP50]
const p95: Series = ['p95', 'warn', (step) => step.ttftP95]
// Cached is part of input and reasoning part of output: shown apart, the four add up.
const tokens: Series[] = [
  ['reasoning', 'warn', (step) => step.reasoningTokens],
  ['output', 'good', (step) => step.outputTokens && step.outputTokens - step.reasoningTokens],
  ['cached input', 'quieter', (step) => step.cachedTokens],
  ['input', 'accent', (step) => step.inputTokens && step.inputTokens - step.cachedTokens],
]
// There is no half turn to mark on an axis.
const whole = (value: number | null) => (value && value % 1 ? '' : short(value))
const charts: [title: string, note: string, stacked: boolean, format: (value: number | null) => string, Series[]][] = [
  ['Turns', 'by outcome', true, whole, turns],
  ['Time to first token', 'median and 95th percentile', false, seconds, [p50, p95]],
  ['Tokens', 'by type', true, whole, tokens],
  ['Cost', 'of calls with a known price', true, money, [['cost', 'accent', (step) => step.costUsd]]],
]

const unpriced = ({ unpricedCalls: n }: Summary) => n > 0 && `without ${plural(n, 'call')} of unknown price`
const ended = ({ outcomes }: Summary) => Object.entries(outcomes).filter(([, n]) => n > 0)
const tiles: [title: string, value: (total: Summary) => string, note: (total: Summary) => string][] = [
  [
    'Turns',
    (t) => count(t.turns),
    (t) =>
      ended(t)
        .map(([name, n]) => `${count(n)} ${name}`)
        .join(', '),
  ],
  ['Failed or truncated', (t) => (t.turns ? percent(t.problemShare) : '–'), () => 'of all turns'],
  [
    'Time to first token',
    (t) => (t.calls ? seconds(t.ttftP50) : '–'),
    (t) => `median${t.ttftP95 ? `, p95 ${seconds(t.ttftP95)}` : ''}`,
  ],
  ['Output speed', (t) => (t.calls ? speed(t.tokensPerSecond) : '–'), () => 'after the first token'],
  ['Tokens', (t) => `${count(t.inputTokens)} in`, (t) => `${count(t.outputTokens)} out`],
  ['Cost', (t) => money(t.costUsd), (t) => unpriced(t) || plural(t.calls, 'model call')],
]

const columns: Columns<Data['models'][number]> = [
  ['Model', ({ model }) => <a href={`/traces?turns=1&q=${encodeURIComponent(model)}`}>{model}</a>],
  ['Turns', (row) => count(row.turns)],
  ['Failed or truncated', (row) => <span className={row.problemShare ? 'bad' : ''}>{percent(row.problemShare)}</span>],
  ['TTFT p50', (row) => seconds(row.ttftP50)],
  ['TTFT p95', (row) => seconds(row.ttftP95)],
  ['Speed', (row) => speed(row.tokensPerSecond)],
  ['Tokens in', (row) => count(row.inputTokens)],
  ['Tokens out', (row) => count(row.outputTokens)],
  ['Cost', (row) => <span title={unpriced(row) || ''}>{money(row.costUsd)}</span>],
]

export function Board() {
  const { get, set } = useRoute()
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
      {!board.started && (
        <p className="notice">
          No turn yet. Ask a question in the chat at <a href="http://localhost:3000">http://localhost:3000</a>: it shows
          here within seconds.
        </p>
      )}
      <dl className="tiles">
        {tiles.map(([title, value, note]) => (
          <div key={title} className={`card ${title.startsWith('Failed') && board.total.problemShare ? 'bad' : ''}`}>
            <dt>{title}</dt>
            <dd>{value(board.total)}</dd>
            <dd>{note(board.total)}</dd>
          </div>
        ))}
      </dl>
      <div className="charts">
        {charts.map(([title, note, stacked, format, series]) => (
          <Chart key={title} lines={lines(series)} {...{ title, note, stacked, format, timesMs }} />
        ))}
      </div>
      {board.models.length > 0 && (
        <section className="card scroll">
          <h2>By model</h2>
          <Table rows={board.models} columns={columns} />
        </section>
      )}
    </>
  )
}
