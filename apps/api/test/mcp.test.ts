import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ApiProcess, startApi } from '@repo/local-stack/api-process'
import { errorType } from '@repo/telemetry/catalogue'
import { type Sink, startSink } from '@repo/viewer/sink'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { type Answered, ChatClient } from './chat-client.ts'
import { startHttpMcpServer } from './mcp-server.ts'
import { startScriptedProvider } from './scripted-provider.ts'

let folder: string
let sink: Sink
let http: Awaited<ReturnType<typeof startHttpMcpServer>>
let provider: Awaited<ReturnType<typeof startScriptedProvider>>
let api: ApiProcess
const script: object[][] = []

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'chat-mcp-'))
  sink = await startSink()
  http = await startHttpMcpServer()
  provider = await startScriptedProvider(script)
  const file = path.join(folder, 'mcp.json')
  const program = fileURLToPath(new URL('mcp-server.ts', import.meta.url))
  writeFileSync(
    file,
    JSON.stringify({
      mcpServers: {
        local: { command: process.execPath, args: [program], env: { PROBE_SECRET: `\${SECRET_FOR_PROBE}` } },
        remote: { url: http.url, headers: { Authorization: `Bearer \${SECRET_FOR_PROBE}` } },
        gone: { command: 'no-such-program-anywhere' },
        off: { command: process.execPath, args: [program], disabled: true },
        'old one': { url: http.url, type: 'sse' },
        'github.com/probe': { command: process.execPath, args: [program], cwd: folder },
      },
    }),
  )
  api = await startApi({
    DATABASE_URL: inject('databaseUrl'),
    OPENAI_BASE_URL: provider.url,
    LLM_MODEL: 'scripted',
    MCP_SERVERS_FILE: file,
    SECRET_FOR_PROBE: 's3cret',
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
  })
  await up('local', 1)
  await up('remote', 1)
})

afterAll(async () => {
  await api?.stop()
  await provider?.stop()
  await http?.stop()
  await sink?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const up = (server: string, value: 0 | 1) =>
  sink.waitFor(() => sink.metric('chat.mcp.server.up', { 'chat.mcp.server': server })[0]?.value === value, {
    timeoutMs: 20_000,
  })

const says = (content: string) => [{ delta: { content } }, { delta: {}, finish_reason: 'stop' }]
const calls = (name: string, input = '{"n":7}') => [
  { delta: { tool_calls: [{ index: 0, id: 'call-1', function: { name, arguments: input } }] } },
  { delta: {}, finish_reason: 'tool_calls' },
]

/** Asks; the model makes these answers. */
async function ask(...answers: object[][]) {
  script.splice(provider.requests.length, Number.POSITIVE_INFINITY, ...answers)
  const client = new ChatClient(api.url)
  const answer = await client.ask('Go.')
  const stored = await client.lastMessage(answer.conversationId)
  return { answer, client, tool: stored.parts.find((part) => part.type === 'dynamic-tool') }
}

/** Until a call of the tool succeeds. */
const works = (name: string) =>
  sink.waitFor(async () => (await ask(calls(name), says('Back.'))).tool?.state === 'output-available', {
    timeoutMs: 20_000,
  })

async function toolSpan({ metadata }: Answered) {
  const traceId = metadata.traceId ?? ''
  await sink.waitFor(() => sink.spans({ traceId, name: 'POST /api/chat' })[0])
  const [span, ...more] = sink.spans({ traceId }).filter(({ name }) => name.startsWith('execute_tool'))
  expect(more).toEqual([])
  return span
}

it.each([
  ['local', 'pipe'],
  ['remote', 'tcp'],
])('a tool of the server "%s" (%s) is called, and the trace goes on in the server', async (server, transport) => {
  const { answer, tool } = await ask(calls(`${server}__meta`), says('Done.'))
  expect(answer.text).toBe('Done.')
  const span = await toolSpan(answer)
  const { n, meta, secret, database } = JSON.parse(String(tool?.output))
  expect(n).toBe(7)
  expect(meta.traceparent).toBe(`00-${answer.metadata.traceId}-${span?.spanId}-01`)
  expect(meta).not.toHaveProperty('baggage')
  if (server === 'local') {
    expect(secret).toBe('s3cret')
    expect(database, 'a server inherits none of our secrets').toBeUndefined()
  } else expect(http.headers.at(-1)?.authorization).toBe('Bearer s3cret')

  expect(span).toMatchObject({ kind: 'INTERNAL', status: { code: 'UNSET' } })
  expect(span?.attributes).toMatchObject({
    'gen_ai.tool.name': `${server}__meta`,
    'gen_ai.tool.type': 'extension',
    'mcp.method.name': 'tools/call',
    'mcp.protocol.version': expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    'network.transport': transport,
    'chat.mcp.server': server,
  })
  const labels = { 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': 'meta', 'chat.mcp.server': server }
  await sink.waitFor(() => sink.metric('mcp.client.operation.duration', labels)[0]?.count === 1)
  expect(sink.metric('mcp.client.operation.duration', { 'mcp.method.name': 'tools/list' }).length).toBeGreaterThan(0)
  const names = (provider.requests[0] as unknown as { tools: { function: { name: string } }[] }).tools
  expect(names.map((one) => one.function.name)).toEqual(
    expect.arrayContaining(['calculator', 'local__meta', 'remote__meta']),
  )
})

it('one entry that cannot work is a warning that names it; names are mapped, and what is switched off stays off', async () => {
  await up('github.com/probe', 1)
  await ask(says('Fine.'))
  const offered = JSON.stringify((provider.requests.at(-1) as unknown as { tools: object[] }).tools)
  expect(offered).toContain('"github_com_probe__meta"')
  expect(offered).not.toMatch(/off__|old_one__/)
  const warning = api.logLines().find(({ msg }) => String(msg).includes('"old one"'))
  expect(warning?.msg).toMatch(/MCP_SERVERS_FILE is left out: its type is "sse"/)
})

it('a picture is told to the model and to the page in words, never as a bare success', async () => {
  const { tool } = await ask(calls('local__picture'), says('I cannot see it.'))
  expect(tool?.output).toBe('[The tool returned a picture (image/png, 3 bytes) that the model cannot see.]')
  expect(provider.requests.at(-1)?.messages.at(-1)).toMatchObject({ role: 'tool', content: tool?.output })
})

it('a server that limits requests keeps its tools', async () => {
  http.state.busy = true
  const { tool } = await ask(calls('remote__meta'), says('Later then.'))
  expect(tool).toMatchObject({ state: 'output-error', errorText: expect.stringContaining('is limiting requests') })
  const { refused } = http.state
  await expect.poll(() => http.state.refused, { timeout: 20_000 }).toBeGreaterThan(refused) // it was asked whether it is there
  await ask(says('Fine.'))
  expect(JSON.stringify(provider.requests.at(-1))).toContain('"remote__meta"')
  http.state.busy = false
  await works('remote__meta')
})

it('a failing tool of a server is an answer to the model', async () => {
  const { answer, tool } = await ask(calls('remote__fail'), says('Too bad.'))
  expect(answer.metadata.outcome).toBe('finished')
  expect(tool).toMatchObject({ state: 'output-error', errorText: '"out of paper"' })
  expect((await toolSpan(answer))?.attributes['error.type']).toBe(errorType.tool)
})

it('Stop ends a call that hangs, the part says so, and the conversation goes on', async () => {
  script.splice(provider.requests.length, Number.POSITIVE_INFINITY, calls('local__slow'))
  const client = new ChatClient(api.url)
  const running = await client.begin('Go.')
  await running.until(({ type }) => type === 'tool-input-available')
  await client.post(`/api/conversations/${running.conversationId}/stop`, {})
  const answer = await running.end()
  expect(answer.metadata).toMatchObject({ outcome: 'stopped', error: null })
  expect(answer.metadata.timeline.at(-1)?.phase).toBe('tool')
  expect(answer.chunks.find(({ type }) => type === 'tool-output-error')).toMatchObject({ errorText: 'stopped' })
  const { parts } = await client.lastMessage(answer.conversationId)
  expect(parts).toMatchObject([
    { type: 'data-notice' }, // of the server that is not there
    { type: 'dynamic-tool', state: 'output-error', errorText: 'stopped' },
  ])
  expect((await toolSpan(answer))?.attributes['chat.incomplete.reason']).toBe(errorType.cancelled)

  script.splice(provider.requests.length, Number.POSITIVE_INFINITY, says('Going on.'))
  expect((await client.ask('And now?', { conversationId: answer.conversationId })).text).toBe('Going on.')
  expect(provider.requests.at(-1)?.messages.map(({ role }) => role)).toEqual([
    'system',
    'user',
    'assistant',
    'tool',
    'assistant',
    'user',
  ])
})

it('a server that is not there is a notice before the answer, kept with it, and a gauge at 0', async () => {
  await up('gone', 0)
  const { answer, client } = await ask(says('Here I am.'))
  expect(answer.text).toBe('Here I am.')
  const notices = answer.chunks.filter(({ type }) => type === 'data-notice')
  expect(notices).toMatchObject([{ data: { server: 'gone', message: expect.stringContaining('"gone"') } }])
  const { parts } = await client.lastMessage(answer.conversationId)
  expect(parts).toMatchObject([...notices, { type: 'text', text: 'Here I am.' }])
})

it('a server that dies in the middle of a call fails that call only, and is started again', async () => {
  const { answer, tool } = await ask(calls('local__die'), says('It died.'))
  expect(answer.text).toBe('It died.')
  expect(tool).toMatchObject({ state: 'output-error', errorText: 'The MCP server "local" does not answer.' })
  expect((await toolSpan(answer))?.attributes['error.type']).toBe(errorType.connection)
  await works('local__meta')
})

it('an HTTP server that goes away is noticed by the next call, and comes back by itself', async () => {
  const port = Number(new URL(http.url).port)
  await http.stop()
  expect((await ask(calls('remote__meta'), says('Away.'))).tool?.state).toBe('output-error')
  await up('remote', 0)
  const { answer } = await ask(says('Without it.'))
  const notices = answer.chunks.flatMap((chunk) => (chunk.type === 'data-notice' ? [chunk.data] : []))
  expect(notices).toContainEqual(expect.objectContaining({ server: 'remote' }))
  http = await startHttpMcpServer(port)
  await works('remote__meta')
})

it('what tools are given and say, names that the model makes up, and secrets are nowhere in telemetry or logs', async () => {
  const { tool } = await ask(calls('canary_name'), calls('remote__meta', '{"n":1,"canary_input":1}'), says('Done.'))
  expect(tool).toMatchObject({ toolName: 'canary_name', errorText: 'There is no tool "canary_name".' })
  await api.stop()
  const sent = sink.rawBodies().join('\n')
  expect(sent).toContain('execute_tool _OTHER')
  for (const text of [sent, api.output()]) expect(text).not.toMatch(/canary|s3cret|out of paper/)
  expect(sink.spans({}).filter(({ parentSpanId, kind }) => !parentSpanId && kind === 'CLIENT')).toEqual([])
})
