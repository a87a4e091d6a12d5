import { randomUUID } from 'node:crypto'
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

describe('an export', () => {
  it('as Markdown reads like the conversation, as JSON it has every version', async () => {
    const client = new ChatClient(url)
    const first = await client.ask('A "title": with / signs', { model: 'mock-reasoning' })
    const { conversationId, questionId } = first
    const again = await client.ask('the same', { conversationId, questionId, trigger: 'regenerate-message' })

    const markdown = await client.fetch(
      `/api/conversations/${conversationId}/export?format=markdown&at=${first.messageId}`,
    )
    expect(Object.fromEntries(markdown.headers)).toMatchObject({
      'content-type': 'text/markdown; charset=utf-8',
      'content-disposition': expect.stringMatching(
        /^attachment; filename="conversation-[\d-]{10}\.md"; filename\*=UTF-8''A%20title%20with%20signs\.md$/,
      ),
    })
    const text = await markdown.text()
    expect(text).toContain('# A "title": with / signs\n\n## Question\n\n*20')
    expect(text).toContain(' · mock-reasoning · ')
    expect(text).toContain(`<details><summary>Reasoning</summary>\n\n${first.reasoning}`)
    expect(text.match(/## Answer/g)).toHaveLength(1)

    const json = await client.fetch(`/api/conversations/${conversationId}/export?format=json`)
    expect(json.headers.get('content-type')).toBe('application/json; charset=utf-8')
    const { messages, versions, ...conversation } = await client.conversation(conversationId)
    expect(await json.json()).toMatchObject({
      ...conversation,
      messages: [
        { id: questionId, parentId: null },
        { id: first.messageId, parentId: questionId, metadata: first.metadata },
        { id: again.messageId, parentId: questionId, parts: messages.at(-1)?.parts, createdAt: expect.any(String) },
      ],
    })
    const elsewhere = `/api/conversations/${conversationId}/export?format=markdown&at=${randomUUID()}`
    expect((await client.fetch(elsewhere)).status).toBe(404)
  })

  it("of another visitor's or a deleted conversation is none", async () => {
    const client = new ChatClient(url)
    const { conversationId } = await client.ask('Hello')
    const exported = `/api/conversations/${conversationId}/export?format=json`
    expect((await new ChatClient(url).fetch(exported)).status).toBe(404)
    await client.fetch(`/api/conversations/${conversationId}`, { method: 'DELETE' })
    expect((await client.fetch(exported)).status).toBe(404)
  })
})
