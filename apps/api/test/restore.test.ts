import type { ConversationPage } from '@repo/contract/conversation'
import { type Mock, startMock } from '@repo/mock-llm/mock'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { buildApp } from '../src/app.ts'
import { parseConfig } from '../src/config.ts'
import { ChatClient } from './chat-client.ts'

let mock: Mock
let app: Awaited<ReturnType<typeof buildApp>>
let url: string

beforeAll(async () => {
  mock = await startMock({ pace: 0 })
  const environment = { DATABASE_URL: inject('databaseUrl'), OPENAI_BASE_URL: mock.url, LOG_LEVEL: 'silent' }
  app = await buildApp(parseConfig(environment))
  url = await app.listen({ host: '127.0.0.1', port: 0 })
})

afterAll(async () => {
  await app?.close()
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
    const database = new pg.Client({ connectionString: inject('databaseUrl') })
    await database.connect()
    await database.query(text, [conversationId])
    await database.end()
    expect((await client.fetch(...restore(conversationId))).status).toBe(404)
  })
})

const restore = (id: string): [string, RequestInit] => [`/api/conversations/${id}/restore`, { method: 'POST' }]
