import { randomUUID } from 'node:crypto'
import { type Mock, startMock } from '@repo/mock-llm/mock'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { buildApp } from '../src/app.ts'
import { parseConfig } from '../src/config.ts'
import { ChatClient, textOf } from './chat-client.ts'

let mock: Mock
let app: Awaited<ReturnType<typeof buildApp>>
let url: string
const database = new pg.Pool({ connectionString: inject('databaseUrl'), max: 1 })

beforeAll(async () => {
  mock = await startMock({ pace: 0 })
  app = await buildApp(
    parseConfig({
      DATABASE_URL: inject('databaseUrl'),
      OPENAI_BASE_URL: mock.url,
      LLM_MODELS: 'mock-standard,mock-large',
      LOG_LEVEL: 'silent',
    }),
  )
  url = await app.listen({ host: '127.0.0.1', port: 0 })
})

afterAll(async () => {
  await app?.close()
  await mock?.stop()
  await database.end()
})

/** What the model got to see of the question that contains `text`. */
const seen = (text: string) =>
  mock
    .requests()
    .findLast(({ body }) => JSON.stringify(body?.messages.at(-1)?.content).includes(text))
    ?.body?.messages.slice(1)
    .map(({ content }) => content)

describe('versions of messages', () => {
  it('a regenerated answer stands beside the earlier one, and both can be reached', async () => {
    const client = new ChatClient(url)
    const first = await client.ask('mock-echo: once')
    const { conversationId, questionId } = first
    const again = await client.ask('mock-echo: once', { conversationId, questionId, trigger: 'regenerate-message' })

    const shown = await client.conversation(conversationId)
    expect(shown.messages.map(({ id }) => id)).toEqual([questionId, again.messageId])
    expect(shown.versions).toEqual({ [again.messageId]: [first.messageId, again.messageId] })
    const earlier = await client.conversation(conversationId, first.messageId)
    expect(earlier.messages.map(({ id }) => id)).toEqual([questionId, first.messageId])
    expect(earlier.versions).toEqual({ [first.messageId]: [first.messageId, again.messageId] })
  })

  it('an edited question stands beside the one that it replaces, and the model does not see that one', async () => {
    const client = new ChatClient(url)
    const first = await client.ask('mock-echo: begin')
    const { conversationId } = first
    const draft = await client.ask('mock-echo: draft', { conversationId, parentId: first.messageId })
    const later = await client.ask('mock-echo: later', { conversationId })
    const edited = await client.ask('mock-echo: edited', { conversationId, parentId: first.messageId })
    expect(seen('edited')).toEqual(['mock-echo: begin', 'begin', 'mock-echo: edited'])

    const shown = await client.conversation(conversationId)
    expect(shown.messages.map(textOf)).toEqual(seen('edited')?.concat('edited'))
    expect(shown.versions).toEqual({ [edited.questionId]: [draft.questionId, edited.questionId] })
    // The way back through the earlier version leads to the end of what was said there.
    const back = await client.conversation(conversationId, draft.questionId)
    expect(back.messages.at(-1)?.id).toBe(later.messageId)
  })

  it('the first question can be edited too', async () => {
    const client = new ChatClient(url)
    const { conversationId, questionId } = await client.ask('mock-echo: frist')
    const edited = await client.ask('mock-echo: first', { conversationId, parentId: null })
    expect(seen('mock-echo: first')).toEqual(['mock-echo: first'])
    const { messages, versions } = await client.conversation(conversationId)
    expect(messages.map(({ id }) => id)).toEqual([edited.questionId, edited.messageId])
    expect(versions[edited.questionId]).toEqual([questionId, edited.questionId])
  })

  it('two tabs that ask at once branch, and each keeps its own path', async () => {
    const client = new ChatClient(url)
    const { conversationId, messageId: parentId } = await client.ask('mock-echo: start')
    const tabs = await Promise.all(
      ['a', 'b', 'c'].map((tab) => client.ask(`mock-echo: tab ${tab}`, { conversationId, parentId })),
    )
    for (const { questionId, messageId, text } of tabs) {
      const { messages } = await client.conversation(conversationId, questionId)
      expect(messages).toHaveLength(4)
      expect(messages.slice(2).map(({ id }) => id)).toEqual([questionId, messageId])
      expect(seen(`mock-echo: ${text}`)).toEqual(['mock-echo: start', 'start', `mock-echo: ${text}`])
    }
  })

  it('a question that follows a message of another conversation is refused and not stored', async () => {
    const client = new ChatClient(url)
    const elsewhere = await client.ask('mock-echo: elsewhere')
    const here = await client.ask('mock-echo: here')
    const { conversationId } = here
    for (const parentId of [elsewhere.messageId, randomUUID()]) {
      await expect(client.ask('mock-echo: astray', { conversationId, parentId })).rejects.toThrow(/404/)
      await expect(client.ask('mock-echo: astray', { parentId })).rejects.toThrow(/404/)
    }
    expect((await client.conversation(conversationId)).messages).toHaveLength(2)
    const { rowCount } = await database.query(
      `select from message where parts::text like '%mock-echo: astray%'
      union all select from conversation where title = 'mock-echo: astray'`,
    )
    expect(rowCount).toBe(0)
    expect(seen('astray')).toBeUndefined()
    expect((await client.fetch(`/api/conversations/${conversationId}?at=${elsewhere.messageId}`)).status).toBe(404)
  })
})

describe('the model of a conversation', () => {
  it('is the one that was picked last, and null while none was', async () => {
    const client = new ChatClient(url)
    const { conversationId } = await client.ask('mock-echo: hello')
    const model = async () => (await client.conversation(conversationId)).model
    expect(await model()).toBeNull()
    await client.ask('mock-echo: hello', { conversationId, model: 'mock-large' })
    expect(await model()).toBe('mock-large')
    await client.ask('mock-echo: hello', { conversationId })
    expect(await model()).toBe('mock-large')
  })
})
