import type { TraceSummary } from '../server/trace-summary.ts'
import { clock, count, duration, money, plural } from './format.ts'
import { List } from './list.tsx'
import { type Columns, Table } from './table.tsx'

/** How a trace ended, in words. */
export function Status({ trace: { outcome, errors } }: { trace: TraceSummary }) {
  const bad = outcome === 'failed' || (!outcome && errors > 0)
  const text = outcome ?? (errors ? plural(errors, 'error') : 'ok')
  return <span className={`status ${bad ? 'bad' : outcome === 'truncated' ? 'warn' : ''}`}>{text}</span>
}

const columns: Columns<TraceSummary> = [
  [
    'Trace',
    ({ traceId, name, services, spans }) => (
      <>
        <a href={`/traces/${traceId}`}>{name}</a>
        <small>
          {services.join(', ')} · {plural(spans, 'span')}
        </small>
      </>
    ),
  ],
  ['Started', ({ startMs }) => clock(startMs).slice(0, 8)],
  ['Duration', ({ durationMs }) => duration(durationMs)],
  ['Status', (trace) => <Status trace={trace} />],
  ['Model', ({ isTurn, model }) => isTurn && (model ?? 'unknown')],
  ['Tokens in', ({ isTurn, inputTokens }) => isTurn && count(inputTokens)],
  ['Tokens out', ({ isTurn, outputTokens }) => isTurn && count(outputTokens)],
  ['Cost', ({ isTurn, costUsd }) => isTurn && money(costUsd)],
]

export const Traces = () => (
  <List<TraceSummary>
    title="Traces"
    searches="Name, model, trace id, attribute"
    switches={[
      ['turns', 'Turns only'],
      ['errors', 'Errors only'],
    ]}
    empty="No trace yet. Ask a question in the chat at http://localhost:3000."
  >
    {(rows) => (
      <div className="card scroll">
        <Table rows={rows} columns={columns} />
      </div>
    )}
  </List>
)
