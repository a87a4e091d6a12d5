import { McpServer } from '@modelcontextprotocol/server'
import { attribute } from '@repo/telemetry/catalogue'
import { servedToolCall } from '@repo/telemetry/mcp-server'
import { z } from 'zod'
import { allowedLine } from './allowed.ts'
import type { Backend, Span } from './backend.ts'
import { boards, panels, runbook, runbooks } from './library.ts'
import { definitions } from './metrics.ts'
import { rowOf, treeOf } from './trace-tree.ts'

const MAX_CHARS = 16_000
const MAX_SPANS = 2000
const MAX_ROWS = 30
const MAX_LINES = 40
const outcomes = ['finished', 'stopped', 'disconnected', 'truncated', 'failed'] as const
const names = [...definitions.keys()] as [string, ...string[]]

const minutes = z.int().min(1).max(1440).default(60).describe('How far back to look.')
const traceId = z.string().regex(/^[\da-f]{32}$/, '32 hex digits in small letters, from find_traces')
const model = z.string().max(100).optional().describe('Exactly as the chat names it.')

/** What went wrong, in words for whoever asked: not a fault of ours. */
class Refusal extends Error {}

/**
 * The tools, over whatever `find` finds at each call. All of them only read; answers are bounded, and hold nothing that
 * `allowed.ts` does not allow.
 */
export function telemetryServer(find: () => Promise<Backend>): McpServer {
  const server = new McpServer({ name: 'chat-telemetry', version: '1.0.0' })

  function tool<Shape extends z.ZodRawShape>(
    name: string,
    title: string,
    description: string,
    inputSchema: z.ZodObject<Shape>,
    run: (input: z.infer<z.ZodObject<Shape>>) => Promise<object>,
  ): void {
    const annotations = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false }
    server.registerTool(name, { title, description, inputSchema, annotations }, async (input: unknown, { mcpReq }) => {
      try {
        const answer = await servedToolCall(name, mcpReq._meta, () => run(input as z.infer<z.ZodObject<Shape>>))
        return { content: [{ type: 'text', text: bounded(JSON.stringify(answer, null, 1)) }] }
      } catch (error) {
        return { content: [{ type: 'text', text: (error as Error).message }], isError: true }
      }
    })
  }

  tool(
    'find_traces',
    'Find traces',
    'Turns of the chat (a question and its answer), as rows with outcome, duration, time to first token, tokens, cost, the span that took most time, and a link for people. Slowest first unless asked otherwise.',
    z.object({
      sort: z.enum(['slowest', 'newest', 'dearest']).default('slowest'),
      outcome: z.enum(outcomes).optional(),
      model,
      slower_than_seconds: z.number().min(0).max(3600).default(0),
      cost_over_usd: z.number().min(0).max(1000).default(0),
      minutes,
      limit: z.int().min(1).max(10).default(5),
    }),
    async ({ slower_than_seconds: slowerThanSeconds, cost_over_usd: costOverUsd, ...asked }) => {
      const backend = await find()
      const looked = Math.min(asked.minutes, backend.maxMinutes)
      await known(backend, asked.model)
      const { ids, complete } = await backend.turns({ ...asked, minutes: looked, slowerThanSeconds, costOverUsd })
      const traces = await Promise.all(
        ids.map(async (id) => {
          const spans = await spansOf(backend, id).catch(() => [])
          return spans.length > 0
            ? rowOf(id, urlOf(backend, id), spans)
            : { trace_id: id, url: urlOf(backend, id), not_read: 'No answer in time.' }
        }),
      )
      return { minutes: looked, sort: asked.sort, complete, traces }
    },
  )

  tool(
    'read_trace',
    'Read a trace',
    'One trace as a tree: which service did what, when it began, how long it took, what failed. Of model calls with tokens, cost, retries and time to first token.',
    z.object({ trace_id: traceId }),
    async ({ trace_id: id }) => {
      const backend = await find()
      const spans = await spansOf(backend, id)
      if (spans.length === 0) throw new Refusal('There is no such trace, or not any more.')
      return { trace: rowOf(id, urlOf(backend, id), spans), tree: treeOf(spans) }
    },
  )

  tool(
    'query_metric',
    'Query a metric',
    'What a metric says of the last minutes: of histograms count, mean and percentiles, of counters the increase, of gauges the latest value; in the unit that stands beside it. "by" splits it by attributes of that metric, such as gen_ai.request.model, chat.outcome or error.type.',
    z.object({
      metric: z.enum(names),
      by: z.array(z.string().max(60)).max(3).default([]),
      model,
      minutes,
    }),
    async ({ metric: name, by, model: wanted, minutes: asked }) => {
      const definition = definitions.get(name)
      if (!definition) throw new Refusal('There is no such metric.')
      const { attributes, unit, kind, description } = definition
      const has = (key: string) => attributes.includes(key)
      if (!by.every(has))
        throw new Refusal(`"by" takes attributes of ${name}: ${attributes.join(', ') || 'it has none'}.`)
      if (wanted && !has(attribute.requestModel)) throw new Refusal(`${name} does not know the model.`)
      const backend = await find()
      const looked = Math.min(asked, backend.maxMinutes)
      await known(backend, wanted)
      const found = await backend.measure({ metric: definition, by, model: wanted, minutes: looked })
      const rows = found.map(({ labels, values }) => ({ ...labels, ...rounded(values, unit) }))
      const size = (row: Record<string, unknown>) => Number(row.count ?? row.increase ?? row.latest ?? 0)
      const some = rows.filter((row) => size(row) !== 0 || 'latest' in row).sort((a, b) => size(b) - size(a))
      return {
        ...{ metric: name, unit, kind, description, minutes: looked, rows: some.slice(0, MAX_ROWS) },
        ...(some.length > MAX_ROWS && { rows_left_out: some.length - MAX_ROWS }),
        ...(some.length === 0 && { nothing: rows.length > 0 ? 'It was 0 all the time.' : 'It was never measured.' }),
      }
    },
  )

  tool(
    'read_logs',
    'Read the log of a trace',
    'Log lines of one trace, oldest first, with their level and attributes. Text that could hold what people or models wrote is withheld.',
    z.object({ trace_id: traceId }),
    async ({ trace_id: id }) => {
      const backend = await find()
      const starts = (await spansOf(backend, id)).map(({ startMs }) => startMs)
      const sinceMs = starts.length > 0 ? Math.min(...starts) - 60_000 : Date.now() - 24 * 3_600_000
      const lines = await backend.lines(id, sinceMs, MAX_LINES)
      return { trace_id: id, lines: lines.map(allowedLine) }
    },
  )

  tool(
    'list_alerts',
    'List alerts',
    'Every alert with its state and what it means; with a name, its runbook.',
    z.object({
      name: z
        .string()
        .regex(/^\w{1,60}$/)
        .optional()
        .describe('Of an alert, for its runbook.'),
    }),
    async ({ name }) => {
      const written = runbooks()
      if (name) {
        if (written.length === 0) throw new Refusal('The runbooks are not here: docs/runbooks is missing.')
        const text = runbook(name)
        if (!text)
          throw new Refusal(`There is no such runbook. There are: ${written.map((one) => one.name).join(', ')}.`)
        return { name, runbook: text }
      }
      const alerts = await (await find()).alerts()
      if (!alerts) return { evaluated: 'Nothing evaluates alerts here: the demo has no ruler.', alerts: written }
      const meaning = new Map(written.map((one) => [one.name, one.meaning]))
      const worst = Map.groupBy(alerts, ({ name }) => name)
      const rank = (state = '') => (state === 'firing' ? 0 : state === 'pending' ? 1 : 2)
      return {
        alerts: Array.from(worst, ([name, some]) => ({
          ...some.toSorted((a, b) => rank(a.state) - rank(b.state))[0],
          ...(some.some(({ state }) => rank(state) < 2) && { meaning: meaning.get(name) }),
        })).sort((a, b) => rank(a.state) - rank(b.state)),
      }
    },
  )

  tool(
    'explain_panel',
    'Explain a panel',
    'What feeds a panel of the Grafana boards, what to do when it is red, its unit and its queries. Without a title: the boards and their panels.',
    z.object({
      panel: z.string().max(80).default('').describe('Title of the panel, or words in it.'),
      board: z.string().max(40).optional().describe('Its board, where several have one of that title.'),
    }),
    async ({ panel, board }) => {
      const all = boards()
      if (all.length === 0) throw new Refusal('The boards are not here: grafana/dashboards is missing.')
      if (!panel) return { boards: all }
      const found = panels(panel, board, 4)
      if (found.length === 0)
        throw new Refusal('No panel has these words in its title. Without a title I list them all.')
      return { panels: found }
    },
  )

  return server
}

const urlOf = ({ traceUrl }: Backend, id: string) => traceUrl.replace('{traceId}', id)

/** Each once, also where it was sent twice; no more than anybody reads. */
async function spansOf(backend: Backend, traceId: string): Promise<Span[]> {
  const spans = new Map((await backend.spans(traceId)).map((span) => [span.spanId, span]))
  return [...spans.values()].slice(0, MAX_SPANS)
}

/** Only names that are in use may become part of a query, and of the telemetry of that query. */
async function known(backend: Backend, wanted: string | undefined): Promise<void> {
  if (wanted === undefined) return
  const models = await backend.models()
  if (!models.includes(wanted))
    throw new Refusal(`No such model has been used. Known: ${models.join(', ') || 'none yet'}.`)
}

const shown = ['increase', 'latest', 'count', 'mean', 'p50', 'p95', 'p99']

/** With a mean in place of a sum, and as many digits as mean something: Prometheus makes fractions of what is counted. */
function rounded({ sum, ...values }: Readonly<Record<string, number>>, unit: string): Record<string, number> {
  const { count = 0 } = values
  const all: Record<string, number> = { ...values, ...(sum !== undefined && count > 0 && { mean: sum / count }) }
  const finite = shown.flatMap((name) => (Number.isFinite(all[name]) ? [[name, all[name] ?? 0] as const] : []))
  const isCounted = (name: string) => name === 'count' || (name === 'increase' && !/^s$|USD/.test(unit))
  return Object.fromEntries(
    finite.map(([name, value]) => [name, isCounted(name) ? Math.round(value) : Number(value.toPrecision(4))]),
  )
}

function bounded(text: string): string {
  return text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS)}\n... cut: ask for less.` : text
}
