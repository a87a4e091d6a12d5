import type { Board as Data, Summary } from '../server/board.ts'
import { Chart, type Line } from './chart.tsx'
import { count, money, percent, plural, seconds, short, speed } from './format.ts'
import { useData } from './live.ts'
import { useRoute } from './route.ts'
import { type Columns, Table } from './table.tsx'

type Series = [label: string, colorToken: string, value: (step: Summary) => number | null]
const charts: [title: string, note: string, stacked: boolean, format: (value: number | null) => string, Series[]][] = [
  [
    'Turns',
    'by outcome',
    true,
    short,
    Object.entries({
      failed: 'bad',
      truncated: 'warn',
      disconnected: 'quieter',
      stopped: 'quiet',
      finished: 'good',
    }).map(([outcome, color]): Series => [outcome, color, ({ outcomes }) => outcomes[outcome] ?? null]),
  ],
  [
    'Time to first token',
    'median and 95th percentile',
    false,
    seconds,
    [
      ['p50', 'accent', ({ ttftP50 }) => ttftP50],
      ['p95', 'warn', ({ ttftP95 }) => ttftP95],
    ],
  ],
  [
    'Tokens',
    'by type',
    true,
    short,
    [
      ['reasoning', 'warn', ({ reasoningTokens }) => reasoningTokens],
      ['output', 'good', (step) => step.outputTokens && step.outputTokens - step.reasoningTokens],
      ['cached input', 'quieter', ({ cachedTokens }) => cachedTokens],
      ['input', 'accent', (step) => step.inputTokens && step.inputTokens - step.cachedTokens],
    ],
  ],
  ['Cost', 'of calls with a known price', true, money, [['cost', 'accent', ({ costUsd }) => costUsd]]],
]

const unpriced = ({ unpricedCalls: n }: Summary) => n > 0 && `without ${plural(n, 'call')} of unknown price`
const outcomesOf = ({ outcomes }: Summary) =>
  Object.entries(outcomes)
    .flatMap(([name, n]) => (n ? [`${count(n)} ${name}`] : []))
    .join(', ')

const tiles: [title: string, value: (total: Summary) => string, note: (total: Summary) => string][] = [
  ['Turns', ({ turns }) => count(turns), (total) => outcomesOf(total) || 'in this time'],
  ['Failed or truncated', ({ turns, problemShare }) => (turns ? percent(problemShare) : '–'), () => 'of all turns'],
  [
    'Time to first token',
    ({ calls, ttftP50 }) => (calls ? seconds(ttftP50) : '–'),
    ({ ttftP95 }) => `median${ttftP95 ? `, p95 ${seconds(ttftP95)}` : ''}`,
  ],
  [
    'Output speed',
    ({ calls, tokensPerSecond }) => (calls ? speed(tokensPerSecond) : '–'),
    () => 'after the first token',
  ],
  ['Tokens', ({ inputTokens }) => `${count(inputTokens)} in`, ({ outputTokens }) => `${count(outputTokens)} out`],
  ['Cost', ({ costUsd }) => money(costUsd), (total) => unpriced(total) || plural(total.calls, 'model call')],
]

const columns: Columns<Data['models'][number]> = [
  ['Model', ({ model }) => <a href={`/traces?turns=1&q=${encodeURIComponent(model)}`}>{model}</a>],
  ['Turns', ({ turns }) => count(turns)],
  [
    'Failed or truncated',
    ({ problemShare }) => <span className={problemShare ? 'bad' : ''}>{percent(problemShare)}</span>,
  ],
  ['TTFT p50', ({ ttftP50 }) => seconds(ttftP50)],
  ['TTFT p95', ({ ttftP95 }) => seconds(ttftP95)],
  ['Speed', ({ tokensPerSecond }) => speed(tokensPerSecond)],
  ['Tokens in', ({ inputTokens }) => count(inputTokens)],
  ['Tokens out', ({ outputTokens }) => count(outputTokens)],
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
