import type { ToolUse } from './tool-use.ts'

// What a real model would do with the tools of apps/telemetry-mcp: three questions, asked of the telemetry and answered from
// what it says. Nothing here is known beforehand.

interface Trace {
  readonly url: string
  readonly seconds: number
  readonly model: string | null
  readonly outcome: string | null
  readonly error: string | null
  readonly first_token_seconds: number | null
  readonly cost_usd: number | null
  readonly most_time_in: string | null
}
interface Row {
  readonly 'gen_ai.request.model'?: string
  readonly count: number
  readonly p95?: number
}

/** What a tool said, or nothing where it said something else, such as why it could not. */
function read<T>(output: string | undefined): Partial<T> {
  try {
    return JSON.parse(output ?? '') as T
  } catch {
    return {}
  }
}

const link = ({ url, model, seconds }: Trace) => `[${model ?? 'a turn'}, ${seconds} s](${url})`
const firstId = (outputs: readonly string[]) =>
  read<{ traces: { trace_id: string }[] }>(outputs.at(-1)).traces?.[0]?.trace_id ?? ''

const readFirst = (answer: ToolUse['answer']): ToolUse => ({
  name: /__read_trace$/,
  input: (outputs) => JSON.stringify({ trace_id: firstId(outputs) }),
  skip: (outputs) => firstId(outputs) === '',
  answer,
})
const find = (input: object, next?: ToolUse, answer: ToolUse['answer'] = () => ''): ToolUse => ({
  name: /__find_traces$/,
  input: JSON.stringify(input),
  answer,
  ...(next && { next }),
})

export const whySlow: ToolUse = {
  name: /__query_metric$/,
  input: JSON.stringify({
    metric: 'gen_ai.client.inference.time_to_first_chunk',
    by: ['gen_ai.request.model'],
    minutes: 60,
  }),
  answer: (output) => output,
  next: find({ sort: 'slowest', minutes: 60, limit: 3 }, readFirst(slowAnswer)),
}

function slowAnswer(_: string, [metrics, found, tree]: readonly string[]): string {
  const { rows = [] } = read<{ rows: Row[] }>(metrics)
  const { traces = [] } = read<{ traces: Trace[] }>(found)
  const { trace } = read<{ trace: Trace }>(tree)
  if (traces.length === 0)
    return `The last hour has no turn that I could look at. The telemetry says: ${found ?? metrics}`
  const table = rows
    .toSorted((a, b) => (b.p95 ?? 0) - (a.p95 ?? 0))
    .map(
      (row) => `| ${row['gen_ai.request.model']} | ${Math.round(row.count)} | ${row.p95?.toFixed(2) ?? 'unknown'} s |`,
    )
  return [
    'I asked the telemetry of the last hour. Time to first token, 95th percentile, by model:',
    ['| model | calls | p95 |', '|---|---|---|', ...table].join('\n'),
    'The slowest turns:',
    traces
      .map(
        (one) => `- ${link(one)}: ${one.outcome ?? 'not ended'}, first token after ${one.first_token_seconds ?? '?'} s`,
      )
      .join('\n'),
    ...(trace
      ? [`In the slowest, most of the time is in \`${trace.most_time_in}\`. [Its trace](${trace.url}) shows when.`]
      : []),
  ].join('\n\n')
}

export const whatFailed: ToolUse = find(
  { sort: 'newest', outcome: 'failed', minutes: 60, limit: 5 },
  undefined,
  (output) => {
    const { traces = [] } = read<{ traces: Trace[] }>(output)
    if (traces.length === 0) return output.startsWith('{') ? 'No turn failed in the last hour.' : output
    const lines = traces.map((one) => `- ${link(one)}: \`${one.error ?? 'unknown'}\``)
    return ['These turns failed in the last hour, the newest first:', lines.join('\n')].join('\n\n')
  },
)

export const whichAlerts: ToolUse = {
  name: /__list_alerts$/,
  input: '{}',
  answer: (output) => {
    type Alert = { name: string; state?: string; summary?: string; meaning?: string }
    const { alerts = [], evaluated } = read<{ alerts: Alert[]; evaluated: string }>(output)
    if (evaluated) return `${evaluated} With \`docker compose up\` there would be ${alerts.length}.`
    const active = alerts.filter(({ state }) => state === 'firing' || state === 'pending')
    if (active.length === 0) return output.startsWith('{') ? `No alert is firing; there are ${alerts.length}.` : output
    return active.map(({ name, state, summary }) => `- **${name}** (${state}): ${summary}`).join('\n')
  },
}
