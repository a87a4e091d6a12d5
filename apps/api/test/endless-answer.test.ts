import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type ApiProcess, startApi } from '@repo/local-stack/api-process'
import { errorType } from '@repo/telemetry/catalogue'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { ChatClient, textOf } from './chat-client.ts'

const deltas: Record<string, (at: number) => object> = {
  text: () => ({ content: 'more ' }),
  thoughts: () => ({ reasoning_content: 'hm ' }),
  'the input of a call': (at) => ({
    tool_calls: [
      at === 0 ? { index: 0, id: 'a', function: { name: 'calculator' } } : { index: 0, function: { arguments: ' ' } },
    ],
  }),
  calls: (at) => ({
    tool_calls: [{ index: at, id: `c${at}`, function: { name: 'calculator', arguments: '{"a":1}' } }],
  }),
}

let closed = 0
/** A server that knows no limit: it goes on until its client goes. */
const server = createServer(async (request, response) => {
  let body = ''
  for await (const data of request) body += data
  const { content } = JSON.parse(body).messages.at(-1)
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.on('close', () => closed++)
  for (let at = 0; !response.destroyed; at++) {
    response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta: deltas[content]?.(at) }] })}\n\n`)
    if (at % 50 === 0) await new Promise(setImmediate)
  }
})
let api: ApiProcess

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  api = await startApi({
    DATABASE_URL: inject('databaseUrl'),
    OPENAI_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    LLM_MODEL: 'endless',
    MAX_OUTPUT_TOKENS: '10',
    OTEL_SDK_DISABLED: 'true',
  })
})

afterAll(async () => {
  await api?.stop()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

it.each([
  ['text', errorType.length],
  ['thoughts', errorType.spentThinking],
  ['the input of a call', errorType.length],
  ['calls', errorType.length],
])('%s without end is cut, and the server is left', async (what, error) => {
  const before = closed
  const client = new ChatClient(api.url)
  const { metadata, text, reasoning, conversationId } = await client.ask(what)
  expect(metadata).toMatchObject({ outcome: 'truncated', error: { type: error } })
  expect(text.length + reasoning.length).toBeLessThan(400)
  await expect.poll(() => closed).toBe(before + 1)
  expect(textOf(await client.lastMessage(conversationId))).toBe(text)
})
