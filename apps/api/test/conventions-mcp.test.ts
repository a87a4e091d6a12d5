import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ApiProcess, startApi } from '@repo/local-stack/api-process'
import { deviations, mcpConvention, spanConventions, wanted } from '@repo/telemetry/document/conventions'
import { type Sink, type Span, startSink } from '@repo/viewer/sink'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { ChatClient } from './chat-client.ts'
import { startHttpMcpServer } from './mcp-server.ts'
import { startScriptedProvider } from './scripted-provider.ts'

const calls = (name: string, input = '{"n":7}') => [
  { delta: { tool_calls: [{ index: 0, id: 'call-1', function: { name, arguments: input } }] } },
  { delta: {}, finish_reason: 'tool_calls' },
]
const script = [
  ...[calls('remote__meta'), calls('remote__fail'), calls('remote__refuse'), calls('local__meta')],
  [{ delta: { content: 'Done.' } }, { delta: {}, finish_reason: 'stop' }],
]
let folder: string
let sink: Sink
let http: Awaited<ReturnType<typeof startHttpMcpServer>>
let port: number

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'chat-conventions-'))
  sink = await startSink()
  http = await startHttpMcpServer()
  port = Number(new URL(http.url).port)
  const provider = await startScriptedProvider(script)
  const file = path.join(folder, 'mcp.json')
  const program = fileURLToPath(new URL('mcp-server.ts', import.meta.url))
  const mcpServers = { local: { command: process.execPath, args: [program] }, remote: { url: http.url } }
  writeFileSync(file, JSON.stringify({ mcpServers }))
  const api: ApiProcess = await startApi({
    DATABASE_URL: inject('databaseUrl'),
    OPENAI_BASE_URL: provider.url,
    LLM_MODEL: 'scripted',
    MCP_SERVERS_FILE: file,
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
  })
  for (const server of ['local', 'remote'])
    await sink.waitFor(() => sink.metric('chat.mcp.server.up', { 'chat.mcp.server': server })[0]?.value === 1, {
      timeoutMs: 20_000,
    })
  await new ChatClient(api.url).ask('Go.')
  await api.stop()
  await provider.stop()
})

afterAll(async () => {
  await http?.stop()
  await sink?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const span = (name: string): Span | undefined => sink.spans({ name: `execute_tool ${name}` })[0]
const operations = (attributes: Record<string, string>) =>
  sink.metric('mcp.client.operation.duration', { 'mcp.method.name': 'tools/call', ...attributes })

it('a call over HTTP says which request it was, and where it went', () => {
  expect(span('remote__meta')?.attributes).toMatchObject({
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': 'remote__meta',
    'gen_ai.tool.type': 'extension',
    'mcp.method.name': 'tools/call',
    'jsonrpc.request.id': expect.stringMatching(/^\d+$/),
    'network.transport': 'tcp',
    'network.protocol.name': 'http',
    'server.address': '127.0.0.1',
    'server.port': port,
  })
  expect(span('remote__meta')?.attributes).not.toHaveProperty(['error.type'])
  expect(span('remote__meta')?.attributes).not.toHaveProperty(['rpc.response.status_code'])
})

it('each request has an id of its own', () => {
  const ids = ['meta', 'fail', 'refuse'].map((name) => span(`remote__${name}`)?.attributes['jsonrpc.request.id'])
  expect(new Set(ids).size).toBe(3)
})

it('a call over stdio has a pipe, and no address', () => {
  const attributes = span('local__meta')?.attributes ?? {}
  expect(attributes).toMatchObject({ 'network.transport': 'pipe', 'jsonrpc.request.id': expect.any(String) })
  for (const key of ['network.protocol.name', 'server.address', 'server.port'])
    expect(attributes).not.toHaveProperty([key])
})

it('an error of the protocol is its code, on span and metric', () => {
  const error = { 'error.type': '-32602', 'rpc.response.status_code': '-32602' }
  expect(span('remote__refuse')).toMatchObject({ status: { code: 'ERROR' }, attributes: error })
  expect(operations({ 'gen_ai.tool.name': 'refuse' })).toMatchObject([{ count: 1, attributes: error }])
  const [tool] = sink.metric('gen_ai.execute_tool.duration', { 'gen_ai.tool.name': 'remote__refuse' })
  expect(tool?.attributes).toMatchObject({ 'error.type': '-32602' })
})

it('a tool that says that it failed is a tool_error, and no error of the protocol', () => {
  expect(span('remote__fail')?.attributes).toMatchObject({ 'error.type': 'tool_error' })
  expect(span('remote__fail')?.attributes).not.toHaveProperty(['rpc.response.status_code'])
  const [point] = operations({ 'gen_ai.tool.name': 'fail' })
  expect(point?.attributes).toMatchObject({ 'error.type': 'tool_error' })
  expect(point?.attributes).not.toHaveProperty(['rpc.response.status_code'])
})

it('the metric of a call has the name in the request, and what follows from the server', () => {
  const [point] = operations({ 'gen_ai.tool.name': 'meta', 'chat.mcp.server': 'remote' })
  expect(point?.attributes).toEqual({
    'mcp.method.name': 'tools/call',
    'mcp.protocol.version': expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': 'meta',
    'chat.mcp.server': 'remote',
    'network.transport': 'tcp',
    'network.protocol.name': 'http',
    'server.address': '127.0.0.1',
    'server.port': port,
  })
  const [listing] = sink.metric('mcp.client.operation.duration', { 'mcp.method.name': 'tools/list' })
  expect(listing?.attributes).not.toHaveProperty(['gen_ai.operation.name'])
})

it('a session lasts from its connection to its end', () => {
  const sessions = sink.metric('mcp.client.session.duration')
  expect(sessions.map(({ attributes }) => attributes['chat.mcp.server']).sort()).toEqual(['local', 'remote'])
  for (const { count, sum, attributes } of sessions) {
    expect(count).toBe(1)
    expect(sum).toBeGreaterThan(0)
    expect(attributes).not.toHaveProperty(['error.type'])
  }
})

it('what a request lacks or has beside the conventions is listed', () => {
  const requests = sink.spans({ name: /^execute_tool (remote|local)__/ })
  // Only servers of the older protocol have sessions with an id; these have none.
  const keys = new Set(['mcp.session.id', ...requests.flatMap(({ attributes }) => Object.keys(attributes))])
  const tool = spanConventions.executeTool
  const known = new Set<string>([...wanted(mcpConvention), ...wanted(tool), ...mcpConvention.optIn])
  const differences = [
    ...wanted(mcpConvention).flatMap((key) => (keys.has(key) ? [] : [`MCP request: no ${key}`])),
    ...[...keys].flatMap((key) => (known.has(key) || key.startsWith('chat.') ? [] : [`MCP request: also ${key}`])),
  ]
  const listed = deviations.flatMap((one) => one.differences).filter((one) => one.startsWith('MCP request'))
  expect(differences.sort()).toEqual(listed.sort())
})
