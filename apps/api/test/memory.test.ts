import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { ownDatabase } from '@repo/local-stack/own-database'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { buildApp } from '../src/app.ts'
import { parseConfig } from '../src/config.ts'
import { ChatClient } from './chat-client.ts'
import { startScriptedProvider } from './scripted-provider.ts'

const said = 'b'.repeat(200)
const script = Array.from({ length: 20 }, () => [{ delta: { content: said } }, { delta: {}, finish_reason: 'stop' }])
const folder = mkdtempSync(path.join(tmpdir(), 'memory-'))
let provider: Awaited<ReturnType<typeof startScriptedProvider>>
let app: Awaited<ReturnType<typeof buildApp>>
let client: ChatClient

beforeAll(async () => {
  provider = await startScriptedProvider(script)
  const prices = path.join(folder, 'prices.json')
  // 100 tokens of each answer and 8 around; instructions and what they are reckoned with are 500 and a little.
  writeFileSync(prices, JSON.stringify({ small: { input: 1, output: 1, contextWindow: 1700 } }))
  app = await buildApp(
    parseConfig({
      DATABASE_URL: await ownDatabase(inject('databaseUrl')),
      OPENAI_BASE_URL: provider.url,
      LLM_MODELS: 'small,unknown',
      LLM_PRICES_FILE: prices,
      LLM_TOOLS: 'false',
      MAX_OUTPUT_TOKENS: '1000',
      MAX_CONTEXT_MESSAGES: '6',
      SESSION_SECRET: 's'.repeat(32),
      LOG_LEVEL: 'silent',
    }),
  )
  client = new ChatClient(await app.listen({ host: '127.0.0.1', port: 0 }))
})

afterAll(async () => {
  await app?.close()
  await provider?.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** What the newest request had of the conversation: `u` a question, `a` an answer. */
const sent = () =>
  provider.requests
    .at(-1)
    ?.messages.map(({ role }) => role[0])
    .filter((role) => role !== 's')
    .join('')

it('what goes to a model fits into its window beside the longest answer, and the answer says what was left out', async () => {
  const { conversationId } = await client.ask('1', { model: 'small' })
  const left: (number | null)[] = []
  const seen = [sent()]
  for (const text of ['2', '3', '4', '5', '6']) {
    const { metadata } = await client.ask(text, { conversationId, model: 'small' })
    left.push(metadata.leftOutMessages)
    seen.push(sent())
  }
  // Two answers with their questions and the new one are 243 tokens, and there is room for 194.
  expect(seen).toEqual(['u', 'uau', 'uau', 'uau', 'uau', 'uau'])
  expect(left).toEqual([0, 2, 4, 6, 8])
  const { messages } = await client.conversation(conversationId)
  expect(messages.flatMap(({ metadata }) => metadata?.leftOutMessages ?? [])).toEqual([0, ...left])
})

it('of a model whose window nobody knows only the number of messages is limited, and counted all the same', async () => {
  const { conversationId } = await client.ask('1', { model: 'unknown' })
  const left: (number | null)[] = []
  for (const text of ['2', '3', '4', '5']) {
    const { metadata } = await client.ask(text, { conversationId, model: 'unknown' })
    left.push(metadata.leftOutMessages)
  }
  expect(sent()).toBe('uauau')
  expect(left).toEqual([0, 0, 2, 4])
})
