import { startApi } from '@repo/local-stack/api-process'
import { type Mock, startMock } from '@repo/mock-llm/mock'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { ChatClient, textOf } from './chat-client.ts'

let mock: Mock
const environment = () => ({
  DATABASE_URL: inject('databaseUrl'),
  OPENAI_BASE_URL: mock.url,
  LLM_MODEL: 'mock-standard',
  SESSION_SECRET: 's'.repeat(32),
  OTEL_SDK_DISABLED: 'true',
})

beforeAll(async () => {
  mock = await startMock({ pace: 0.05 })
})

afterAll(async () => {
  await mock?.stop()
})

it('a turn is stopped by whichever API process gets the request', async () => {
  const [other, first] = await Promise.all([startApi(environment()), startApi(environment())])
  const client = new ChatClient(first.url)
  const running = await client.begin('mock-stall across processes')
  await running.untilText()
  const elsewhere = new ChatClient(other.url)
  elsewhere.cookie = client.cookie
  expect((await elsewhere.post(`/api/conversations/${running.conversationId}/stop`, {})).status).toBe(202)
  expect((await running.end()).metadata.outcome).toBe('stopped')
  await Promise.all([other.stop(), first.stop()])
})

it('a process that is killed leaves a partial answer, which the next start closes as disconnected, and no start before', async () => {
  const doomed = await startApi(environment())
  const client = new ChatClient(doomed.url)
  const running = await client.begin('mock-stall until I am killed')
  await running.untilText()
  const stored = async (url: string) => {
    const reader = new ChatClient(url)
    reader.cookie = client.cookie
    return reader.lastMessage(running.conversationId)
  }
  // A second process that starts while the first lives leaves its answer alone.
  const bystander = await startApi(environment())
  await expect.poll(async () => (await stored(bystander.url)).role).toBe('assistant')
  expect((await stored(bystander.url)).metadata?.outcome).toBeNull()
  await doomed.stop('SIGKILL')
  const next = await startApi(environment())
  const closed = await stored(next.url)
  expect(closed.metadata?.outcome).toBe('disconnected')
  expect(textOf(closed)).not.toBe('')
  await Promise.all([bystander.stop(), next.stop()])
})

it('what a killed process leaves is closed by those that go on, within a minute', async () => {
  const [doomed, survivor] = [await startApi(environment()), await startApi(environment())]
  const client = new ChatClient(doomed.url)
  const running = await client.begin('mock-stall until I am killed', { model: 'mock-standard' })
  await running.untilText()
  const reader = new ChatClient(survivor.url)
  reader.cookie = client.cookie
  const stored = async () => {
    const { messages } = await reader.conversation(running.conversationId)
    return messages.at(-1)?.metadata?.outcome
  }
  await expect.poll(stored).toBeNull()
  await doomed.stop('SIGKILL')
  await expect.poll(stored, { timeout: 60_000, interval: 500 }).toBe('disconnected')
  expect(textOf(await reader.lastMessage(running.conversationId))).not.toBe('')
  expect(survivor.output()).toContain('closed 1 answers that a dead process left streaming')
  await survivor.stop()
})
