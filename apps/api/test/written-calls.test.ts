import { type ApiProcess, startApi } from '@repo/local-stack/api-process'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { ChatClient } from './chat-client.ts'
import { startScriptedProvider } from './scripted-provider.ts'

const written = '<tool_call>\n{"name": "calculator", "arguments": {"expression": "6*7"}}\n</tool_call>'
const said = (content: string) => [{ delta: { content } }, { delta: {}, finish_reason: 'stop' }]
const refused = { status: 400, body: { error: { message: 'This model does not support tools', param: 'tools' } } }

let provider: Awaited<ReturnType<typeof startScriptedProvider>>
let api: ApiProcess

beforeAll(async () => {
  provider = await startScriptedProvider([
    said(`I will see. ${written}`),
    said('It is 42.'),
    said('You are welcome.'),
    [refused],
    said(written),
  ])
  api = await startApi({
    DATABASE_URL: inject('databaseUrl'),
    OPENAI_BASE_URL: provider.url,
    LLM_MODELS: 'm1,no-tools',
    LLM_MAX_RETRIES: '0',
    OTEL_SDK_DISABLED: 'true',
  })
})
afterAll(async () => {
  await api?.stop()
  await provider?.stop()
})

it('goes back as calls do, without its marks, with its result', async () => {
  const client = new ChatClient(api.url)
  const { conversationId, text } = await client.ask('What is 6 times 7?', { model: 'm1' })
  expect(text).toBe('I will see. It is 42.')
  await client.ask('Thanks.', { model: 'm1', conversationId })
  for (const { messages } of provider.requests.slice(1, 3)) {
    const [, , answer, result] = messages
    const calls = [{ type: 'function', function: { name: 'calculator', arguments: '{"expression":"6*7"}' } }]
    expect(answer).toMatchObject({ role: 'assistant', content: 'I will see. ', tool_calls: calls })
    expect(result).toMatchObject({ role: 'tool', tool_call_id: answer?.tool_calls?.[0]?.id, content: '42' })
  }
})

it('is a text where the model was offered no tools', async () => {
  const { text, metadata } = await new ChatClient(api.url).ask('How does Hermes call?', { model: 'no-tools' })
  expect([text, metadata.outcome]).toEqual([written, 'finished'])
  expect(provider.requests).toHaveLength(5)
})
