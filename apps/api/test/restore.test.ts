import type { ConversationPage } from '@repo/contract/conversation'
import { type Mock, startMock } from '@repo/mock-llm/mock'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHere } from './app-here.ts'
import { ChatClient } from './chat-client.ts'

let mock: Mock
let here: Awaited<ReturnType<typeof startHere>>
let url: string

beforeAll(async () => {
  mock = await startMock({ pace: 0 })
  here = await startHere({ OPENAI_BASE_URL: mock.url })
  url = here.url
})

afterAll(async () => {
  await here?.stop()
  await mock?.stop()
})

describe('an undo', () => {
  it('brings all of a deleted conversation back', async () => {
    const client = new ChatClient(url)
    const { conversationId, messageId } = await client.ask('Do you remember zanzibar?')
    await client.fetch(`/api/conversations/${conversationId}`, { method: 'DELETE' })
    expect((await new ChatClient(url).fetch(...restore(conversationId))).status).toBe(404)
    const restored = await client.fetch(...restore(conversationId))
    expect(restored.status).toBe(200)
    const { messages, ...conversation } = await client.conversation(conversationId)
    expect(await restored.json()).toEqual({ ...conversation, versions: undefined })
    expect(messages.map(({ id }) => id)).toContain(messageId)
    const { items } = (await (await client.fetch('/api/conversations')).json()) as ConversationPage
    expect(items).toHaveLength(1)
  })

  it('is possible for an hour', async () => {
    const client = new ChatClient(url)
    const { conversationId } = await client.ask('Delete me')
    await client.fetch(`/api/conversations/${conversationId}`, { method: 'DELETE' })
    const text = `update conversation set deleted_at = now() - interval '61 minutes' where id = $1`
    await here.pool.query(text, [conversationId])
    expect((await client.fetch(...restore(conversationId))).status).toBe(404)
  })
})

const restore = (id: string): [string, RequestInit] => [`/api/conversations/${id}/restore`, { method: 'POST' }]
