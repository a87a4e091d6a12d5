import { type ApiProcess, startApi } from '@repo/local-stack/api-process'
import { type Mock, startMock } from '@repo/mock-llm/mock'
import { type Sink, startSink } from '@repo/viewer/sink'
import { DefaultChatTransport, readUIMessageStream } from 'ai'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { ChatClient, textOf } from './chat-client.ts'
import { begunAndLost, environmentOf, rejoined, sum } from './lost-reader.ts'

let mock: Mock
let sink: Sink
let api: ApiProcess
const environment = () => environmentOf(inject('databaseUrl'), mock, sink)

beforeAll(async () => {
  mock = await startMock({ pace: 0.3 })
  sink = await startSink()
  api = await startApi(environment())
})

afterAll(async () => {
  await api?.stop()
  await mock?.stop()
  await sink?.stop()
})

const upstream = (text: string) =>
  mock.requests().filter(({ body }) => JSON.stringify(body?.messages.at(-1)?.content).includes(text))

describe('a reader that comes back', () => {
  it('gets what there is so far and then the rest, with the same id, and the turn finishes', async () => {
    const client = new ChatClient(api.url)
    const { conversationId, text } = await begunAndLost(client, 'mock-long and a lost connection')
    const answer = await (await rejoined(client, conversationId)).end()
    expect(answer.metadata.outcome).toBe('finished')
    expect(answer.text).toHaveLength(20_000)
    expect(answer.text.startsWith(text)).toBe(true)
    const stored = await client.lastMessage(conversationId)
    expect(stored.id).toBe(answer.messageId)
    expect(sum(textOf(stored))).toBe(sum(answer.text))
    expect(upstream('and a lost connection')).toHaveLength(1)
    expect(await client.rejoin(conversationId)).toBeNull()
  })

  it('is one of several, who all read the same', async () => {
    const client = new ChatClient(api.url)
    const first = await client.begin('mock-long and many readers')
    await first.untilText()
    const others = await Promise.all([1, 2, 3].map(() => rejoined(client, first.conversationId)))
    const [own, ...rest] = await Promise.all([first, ...others].map((reader) => reader.end()))
    for (const one of rest) {
      expect(sum(one.text)).toBe(sum(own?.text as string))
      expect(one.metadata).toEqual(own?.metadata)
    }
  })

  it("is seen in the turn's trace, and counted", async () => {
    const before = sink.metric('chat.rejoins')[0]?.value ?? 0
    const client = new ChatClient(api.url)
    const { conversationId } = await begunAndLost(client, 'mock-long and a trace')
    const { metadata } = await (await rejoined(client, conversationId)).end()
    const traceId = metadata.traceId as string
    await sink.waitFor(() => sink.spans({ traceId, name: 'invoke_agent assistant' })[0])
    const [turn] = sink.spans({ traceId, name: 'invoke_agent assistant' })
    expect(turn?.events.map(({ name }) => name)).toEqual(['chat.rejoin'])
    const [link] = turn?.links ?? []
    await sink.waitFor(() => sink.spans({ traceId: link?.traceId as string, name: 'GET /api/chat/:id/stream' })[0])
    await sink.waitFor(() => sink.metric('chat.rejoins')[0]?.value === before + 1)
  })

  it('before the first token of a second answer finds that one, not the first', async () => {
    const client = new ChatClient(api.url)
    const question = await client.ask('mock-slow, answered twice')
    const { conversationId, questionId } = question
    const again = { conversationId, questionId, trigger: 'regenerate-message' } as const
    const running = await client.begin('mock-slow, answered twice', again)
    await expect.poll(async () => (await client.lastMessage(conversationId)).metadata?.outcome).toBeNull()
    const { id, parts } = await client.lastMessage(conversationId)
    expect([id === question.messageId, parts]).toEqual([false, []])
    const back = await (await rejoined(client, conversationId)).end()
    expect([back.messageId, (await running.end()).messageId]).toEqual([id, id])
    expect(textOf(await client.lastMessage(conversationId))).toBe(back.text)
  })

  it('is any client of the protocol', async () => {
    const client = new ChatClient(api.url)
    const { conversationId } = await begunAndLost(client, 'mock-long and the SDK')
    const transport = new DefaultChatTransport({ api: `${api.url}/api/chat`, headers: { cookie: client.cookie } })
    const stream = await transport.reconnectToStream({ chatId: conversationId })
    if (!stream) throw new Error('nothing runs')
    let text = ''
    for await (const message of readUIMessageStream({ stream })) {
      const now = message.parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
      expect(now.startsWith(text)).toBe(true)
      text = now
    }
    expect(sum(text)).toBe(sum(textOf(await client.lastMessage(conversationId))))
    expect(await transport.reconnectToStream({ chatId: conversationId })).toBeNull()
  })

  it('can stop', async () => {
    const client = new ChatClient(api.url)
    const { conversationId } = await begunAndLost(client, 'mock-stall and a reader who stops')
    const answer = await rejoined(client, conversationId)
    await answer.untilText()
    await client.post(`/api/conversations/${conversationId}/stop`, {})
    expect((await answer.end()).metadata.outcome).toBe('stopped')
  })

  it('is the same visitor: nobody else gets anything', async () => {
    const client = new ChatClient(api.url)
    const running = await client.begin('mock-stall and a stranger')
    await running.untilText()
    const stranger = new ChatClient(api.url)
    await expect(stranger.rejoin(running.conversationId)).rejects.toThrow(/^404/)
    await stranger.ask('Hello')
    await expect(stranger.rejoin(running.conversationId)).rejects.toThrow(/^404/)
    await client.post(`/api/conversations/${running.conversationId}/stop`, {})
    await running.end()
  })
})

it('an answer that nobody comes back to ends after the grace time as disconnected, and the provider with it', async () => {
  const client = new ChatClient(api.url)
  const { conversationId, text } = await begunAndLost(client, 'mock-long and nobody comes back')
  const lost = performance.now()
  await expect.poll(() => upstream('nobody comes back')[0]?.state, { timeout: 10_000 }).toBe('aborted')
  expect(performance.now() - lost).toBeGreaterThan(1500)
  await expect.poll(async () => (await client.lastMessage(conversationId)).metadata?.outcome).toBe('disconnected')
  expect(textOf(await client.lastMessage(conversationId)).length).toBeGreaterThan(text.length)
  expect(await client.rejoin(conversationId)).toBeNull()
})
