import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ApiProcess, startApi } from '@repo/local-stack/api-process'
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest'
import { ChatClient } from './chat-client.ts'
import { startScriptedProvider } from './scripted-provider.ts'

let folder: string
let provider: Awaited<ReturnType<typeof startScriptedProvider>>
let api: ApiProcess
const script: object[][] = []

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'chat-approval-'))
  provider = await startScriptedProvider(script)
  const file = path.join(folder, 'mcp.json')
  const program = fileURLToPath(new URL('mcp-server.ts', import.meta.url))
  const server = { command: process.execPath, args: [program] }
  const mcpServers = {
    Books: server,
    Trusted: { ...server, alwaysAllow: ['note'] },
    Known: { ...server, autoApprove: ['note'] },
  }
  writeFileSync(file, JSON.stringify({ mcpServers }))
  api = await startApi({
    DATABASE_URL: inject('databaseUrl'),
    OPENAI_BASE_URL: provider.url,
    LLM_MODEL: 'scripted',
    MCP_SERVERS_FILE: file,
    OTEL_SDK_DISABLED: 'true',
  })
  await vi.waitFor(() => expect(api.output().match(/ offers \d+ tools/g)).toHaveLength(3), { timeout: 20_000 })
})

afterAll(async () => {
  await api?.stop()
  await provider?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const says = (content: string) => [{ delta: { content } }, { delta: {}, finish_reason: 'stop' }]
const calls = (name: string) => [
  { delta: { tool_calls: [{ index: 0, id: 'call-1', function: { name, arguments: '{"n":7}' } }] } },
  { delta: {}, finish_reason: 'tool_calls' },
]

it.each([
  ['Books__note', false, 'Writes a number down.'],
  ['Books__erase', true, 'Writes a number down.'],
])('%s, which its server does not call read-only, asks first', async (name, destructive, description) => {
  script.splice(provider.requests.length, Number.POSITIVE_INFINITY, calls(name), says('Done.'))
  const client = new ChatClient(api.url)
  const running = await client.begin('Go.')
  let approvalId = ''
  await running.until((chunk) => {
    if (chunk.type !== 'tool-approval-request') return false
    approvalId = chunk.approvalId
    expect(chunk.approvalDescriptor).toMatchObject({ server: 'Books', destructive, description })
    return true
  })
  await client.post(`/api/conversations/${running.conversationId}/approvals/${approvalId}`, { decision: 'once' })
  const answer = await running.end()
  expect(answer.chunks.find(({ type }) => type === 'tool-output-available')).toBeDefined()
})

it.each([
  ['its server calls read-only', 'Books__meta', false],
  ['the operator always allows', 'Trusted__note', false],
  ['the operator approves automatically', 'Known__note', false],
  ['the operator does not name beside one that is always allowed', 'Trusted__erase', true],
])('one that %s: whether it asks', async (_, name, asks) => {
  script.splice(provider.requests.length, Number.POSITIVE_INFINITY, calls(name), says('Done.'))
  const client = new ChatClient(api.url)
  const running = await client.begin('Go.')
  await running.until(({ type }) => type === 'tool-approval-request' || type === 'tool-output-available')
  await client.post(`/api/conversations/${running.conversationId}/stop`, {})
  const { chunks } = await running.end()
  expect(chunks.some(({ type }) => type === 'tool-approval-request')).toBe(asks)
})
