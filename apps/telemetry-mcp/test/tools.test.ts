import { readFileSync } from 'node:fs'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { Stores } from '@repo/stores/stores'
import { attribute, metric } from '@repo/telemetry/catalogue'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Backend } from '../src/backend.ts'
import { serveHttp } from '../src/http.ts'
import { Lgtm } from '../src/lgtm.ts'
import { telemetryServer } from '../src/tools.ts'
import { Viewer } from '../src/viewer.ts'
import { CANARY, startStandIns, startViewer, TRACE } from './recorded.ts'

let viewer: Awaited<ReturnType<typeof startViewer>>
let standIns: Awaited<ReturnType<typeof startStandIns>>
beforeAll(async () => {
  ;[viewer, standIns] = await Promise.all([startViewer(), startStandIns()])
})
afterAll(() => Promise.all([viewer?.stop(), standIns?.stop()]))

const stores = () => {
  const { url } = standIns
  return new Lgtm(new Stores({ tempo: url, loki: url, mimir: url, grafana: url }), 'http://grafana/{traceId}')
}

describe.each<[string, () => Backend]>([
  ['the viewer', () => new Viewer(viewer.url)],
  ['stand-ins of the stores', stores],
])('of %s', (_, backend) => {
  let server: Awaited<ReturnType<typeof serveHttp>>
  let client: Client
  beforeAll(async () => {
    server = await serveHttp(() => telemetryServer(async () => backend()), '127.0.0.1', 0)
    client = new Client({ name: 'test', version: '1' })
    await client.connect(new StreamableHTTPClientTransport(new URL(server.url)))
  })
  afterAll(async () => {
    await client?.close()
    await server?.stop()
  })
  async function call(name: string, input: Record<string, unknown> = {}) {
    const { content, isError } = await client.callTool({ name, arguments: input })
    const [block] = content as { type: string; text: string }[]
    return { text: block?.text ?? '', isError: isError === true }
  }
  const json = async (name: string, input?: Record<string, unknown>) => JSON.parse((await call(name, input)).text)

  it('every tool says that it only reads', async () => {
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name).sort()).toEqual(
      ['explain_panel', 'find_traces', 'list_alerts', 'query_metric', 'read_logs', 'read_trace'].sort(),
    )
    for (const { annotations } of tools)
      expect(annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false })
  })

  it('no tool gives away what people or models wrote, wherever it stands in the telemetry', async () => {
    const texts = await Promise.all([
      ...['slowest', 'newest', 'dearest'].map((sort) => call('find_traces', { sort })),
      call('read_trace', { trace_id: TRACE }),
      call('read_logs', { trace_id: TRACE }),
      ...Object.values(metric).map(({ name, attributes }) =>
        call('query_metric', { metric: name, by: attributes.slice(0, 3) }),
      ),
      ...[{}, { name: 'TurnsFailing' }].map((input) => call('list_alerts', input)),
      call('explain_panel', {}),
    ])
    for (const { text, isError } of texts) {
      expect(text).not.toContain(CANARY)
      expect(text).not.toContain('4711')
      expect(isError).toBe(false)
    }
  }, 30_000)

  it('finds turns, with what they took and where', async () => {
    const { traces, complete } = await json('find_traces', {
      outcome: 'failed',
      model: 'mock-slow',
      cost_over_usd: 0.1,
    })
    expect(complete).toBe(true)
    expect(traces).toEqual([
      expect.objectContaining({
        ...{ trace_id: TRACE, url: expect.stringContaining(TRACE), seconds: 6.04, outcome: 'failed', error: '500' },
        ...{ model: 'mock-slow', first_token_seconds: 5.9, input_tokens: 12, output_tokens: 34, cost_usd: 0.25 },
        most_time_in: 'chat mock-slow: 6 s',
      }),
    ])
  })

  it('reads a trace as a tree', async () => {
    const { tree } = await json('read_trace', { trace_id: TRACE })
    expect(tree).toEqual([
      expect.stringMatching(/^POST \/api\/chat \[chat-api\] · at 0 s · 6.1 s/),
      expect.stringMatching(/^ {2}invoke_agent assistant .*FAILED.*chat.outcome=failed.*event chat.rejoin$/),
      expect.stringMatching(/^ {4}chat mock-slow .*time_to_first_chunk=5.9.*chat.cost=0.25/),
      expect.stringMatching(/^ {6}\(test\) \[chat-api\] · at 0.07 s · 5 s/),
      expect.stringMatching(/^ {4}postgresql settle \[chat-api\] · 5 times · 0.005 s/),
    ])
  })

  it('reads the lines of a trace, and their text where it is a sentence of ours', async () => {
    const { lines } = await json('read_logs', { trace_id: TRACE })
    expect(lines).toHaveLength(4)
    expect(lines[0]).toMatchObject({ text: 'turn failed in 6040 ms', event: 'chat.turn', 'chat.outcome': 'failed' })
    for (const line of lines.slice(1)) expect(line.text).toMatch(/^\(withheld/)
  })

  it('queries metrics with their units', async () => {
    const turns = await json('query_metric', { metric: 'chat.turns', by: [attribute.requestModel, attribute.outcome] })
    expect(turns).toMatchObject({ unit: '{turn}', kind: 'counter' })
    expect(turns.rows).toEqual([{ [attribute.requestModel]: 'mock-slow', [attribute.outcome]: 'failed', increase: 3 }])
    const ttft = await json('query_metric', { metric: metric.timeToFirstChunk.name, by: [attribute.requestModel] })
    expect(ttft.unit).toBe('s')
    expect(ttft.rows).toEqual([expect.objectContaining({ count: 2, mean: 4.5, p50: 5, p95: expect.closeTo(9.5) })])
    expect((await json('query_metric', { metric: 'chat.rejoins' })).nothing).toBe('It was never measured.')
  })

  it.each<[string, string, Record<string, unknown>, RegExp]>([
    ['a model that nobody used', 'find_traces', { model: `x" || "${CANARY}` }, /No such model.*Known: mock-slow/],
    ['a model that nobody used', 'query_metric', { metric: 'chat.turns', model: CANARY }, /No such model/],
    ['what is no trace id', 'read_trace', { trace_id: `${CANARY}" } | {` }, /32 hex digits/],
    ['what is no trace id', 'read_logs', { trace_id: '"} or {' }, /32 hex digits/],
    ['a trace that is not there', 'read_trace', { trace_id: '0'.repeat(32) }, /no such trace/i],
    ['a metric that is not there', 'query_metric', { metric: `up or ${CANARY}` }, /metric/],
    [
      'an attribute that is not there',
      'query_metric',
      { metric: 'chat.turns', by: [CANARY] },
      /takes attributes of chat.turns/,
    ],
    ['a range without an end', 'find_traces', { minutes: 1e9 }, /minutes/],
    ['a panel that is not there', 'explain_panel', { panel: CANARY }, /No panel/],
    ['a path for a runbook', 'list_alerts', { name: '../../AGENTS' }, /name/],
  ])('refuses %s in words, and without saying it again: %s', async (_, tool, input, words) => {
    const { text, isError } = await call(tool, input)
    expect(isError).toBe(true)
    expect(text).toMatch(words)
    expect(text).not.toContain(CANARY)
  })

  it('what is asked of the stores is read, and holds nothing that was written to the tool', () => {
    for (const { searchParams } of standIns.asked) expect(String(searchParams)).not.toContain(CANARY)
  })

  it('explains a panel with its queries', async () => {
    const { panels } = await json('explain_panel', { panel: 'first token', board: 'llm-overview' })
    expect(panels[0]).toMatchObject({ panel: 'First token', unit: 's', queries: [{ language: 'promql' }] })
    expect(panels[0].explanation.length).toBeGreaterThan(20)
  })

  it('lists alerts, the firing ones first, and their runbooks', async () => {
    const { alerts } = await json('list_alerts')
    expect(alerts.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['TurnsFailing', 'FirstTokenSlow']),
    )
    if (backend().name === 'stores')
      expect(alerts[0]).toMatchObject({ name: 'TurnsFailing', state: 'firing', severity: 'page' })
    expect((await json('list_alerts', { name: 'FirstTokenSlow' })).runbook).toContain('## Do')
  })

  it('a page of another origin, or under another name, is refused', async () => {
    const post = (headers: Record<string, string>) => fetch(server.url, { method: 'POST', headers, body: '{}' })
    expect((await post({ origin: 'http://evil.example' })).status).toBe(403)
  })
})

it('speaks stdio as a program, says in words that nothing runs, and ends with whoever started it', async () => {
  const nowhere = 'http://127.0.0.1:9'
  const program = new URL('../src/main.ts', import.meta.url).pathname
  const env = Object.fromEntries(['VIEWER', 'GRAFANA', 'TEMPO'].map((name) => [`${name}_URL`, nowhere]))
  const transport = new StdioClientTransport({ command: process.execPath, args: [program], env, stderr: 'pipe' })
  const client = new Client({ name: 'test', version: '1' })
  await client.connect(transport)
  const { content, isError } = await client.callTool({ name: 'find_traces', arguments: {} })
  expect(isError).toBe(true)
  expect(JSON.stringify(content)).toContain('npm run demo')
  const { pid } = transport
  await client.close()
  expect(() => process.kill(pid ?? 0, 0)).toThrow()
}, 30_000)

it('the file for MCP_SERVERS_FILE names a program that is there', () => {
  const { mcpServers } = JSON.parse(readFileSync(new URL('../servers.json', import.meta.url), 'utf8'))
  expect(mcpServers.telemetry.args.at(-1)).toBe('src/main.ts')
})
