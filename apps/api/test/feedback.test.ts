import type { Feedback } from '@repo/contract/message'
import { type ApiProcess, startApi } from '@repo/local-stack/api-process'
import { type Mock, startMock } from '@repo/mock-llm/mock'
import { type Sink, startSink } from '@repo/viewer/sink'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { ChatClient } from './chat-client.ts'

let mock: Mock
let sink: Sink
let api: ApiProcess

beforeAll(async () => {
  mock = await startMock({ pace: 0 })
  sink = await startSink()
  api = await startApi({
    DATABASE_URL: inject('databaseUrl'),
    OPENAI_BASE_URL: mock.url,
    LLM_MODEL: 'mock-standard',
    LLM_MODELS: 'mock-standard,mock-large',
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
  })
})

afterAll(async () => {
  await api?.stop()
  await mock?.stop()
  await sink?.stop()
})

async function rate(client: ChatClient, messageId: string, feedback: unknown): Promise<number> {
  const headers = { 'content-type': 'application/json' }
  const path = `/api/messages/${messageId}/feedback`
  return (await client.fetch(path, { method: 'PUT', headers, body: JSON.stringify(feedback) })).status
}

async function shown(client: ChatClient, conversationId: string): Promise<Feedback | null | undefined> {
  return (await client.lastMessage(conversationId)).metadata?.feedback
}

describe('a rating', () => {
  it('comes back with the answer, can be changed, commented and taken back', async () => {
    const client = new ChatClient(api.url)
    const { conversationId, messageId } = await client.ask('Hello')
    expect(await shown(client, conversationId)).toBeNull()
    expect(await rate(client, messageId, { rating: 'up' })).toBe(204)
    expect(await shown(client, conversationId)).toEqual({ rating: 'up' })
    expect(await rate(client, messageId, { rating: 'down', comment: ' too\0 short ' })).toBe(204)
    expect(await shown(client, conversationId)).toEqual({ rating: 'down', comment: 'too short' })
    const removed = await client.fetch(`/api/messages/${messageId}/feedback`, { method: 'DELETE' })
    expect(removed.status).toBe(204)
    expect(await shown(client, conversationId)).toBeNull()
  })

  it('is only for answers, and only for your own', async () => {
    const [mine, other] = [new ChatClient(api.url), new ChatClient(api.url)]
    const { messageId, questionId } = await mine.ask('Hello')
    await other.ask('Hello')
    expect(await rate(mine, questionId, { rating: 'up' })).toBe(404)
    for (const client of [other, new ChatClient(api.url)]) {
      expect(await rate(client, messageId, { rating: 'up' })).toBe(404)
      expect((await client.fetch(`/api/messages/${messageId}/feedback`, { method: 'DELETE' })).status).toBe(404)
    }
    expect(await rate(mine, messageId, { rating: 'great' })).toBe(400)
  })

  it('is counted once for each change and part of the turn’s trace; its comment is nowhere in telemetry', async () => {
    const client = new ChatClient(api.url)
    const model = 'mock-large' // no other test rates its answers, so its counters are this test's own
    const { conversationId, messageId, metadata } = await client.ask('Hello', { model })
    await rate(client, messageId, { rating: 'up' })
    await rate(client, messageId, { rating: 'up', comment: 'canary-in-a-comment' })
    await rate(client, messageId, { rating: 'down', comment: 'canary-in-a-comment' })

    const traceId = metadata.traceId as string
    const events = await sink.waitFor(() => {
      const found = sink.logs({ traceId, attributes: { 'event.name': 'gen_ai.evaluation.result' } })
      return found.length === 2 && found
    })
    const [turn] = await sink.waitFor(() => {
      const found = sink.spans({ traceId, name: 'invoke_agent assistant' })
      return found.length > 0 && found
    })
    expect(events.map(({ spanId }) => spanId)).toEqual([turn?.spanId, turn?.spanId])
    expect(events.map(({ attributes }) => attributes)).toMatchObject([
      {
        'gen_ai.evaluation.name': 'user_feedback',
        'gen_ai.evaluation.score.value': 1,
        'gen_ai.evaluation.score.label': 'up',
        'gen_ai.response.id': expect.any(String),
        'gen_ai.conversation.id': conversationId,
      },
      { 'gen_ai.evaluation.score.value': 0, 'gen_ai.evaluation.score.label': 'down' },
    ])
    const counted = (rating: string) =>
      sink.metric('chat.feedback', { 'chat.feedback.rating': rating, 'gen_ai.request.model': model })[0]?.value
    await sink.waitFor(() => counted('up') === 1 && counted('down') === 1)
    const lines = await sink.waitFor(() => {
      const found = sink.logs({
        attributes: { 'event.name': 'chat.feedback', 'gen_ai.conversation.id': conversationId },
      })
      return found.length === 2 && found
    })
    expect(lines.every((line) => line.traceId && line.traceId !== traceId)).toBe(true)
    expect(api.output()).not.toContain('canary-in-a-comment')
    expect(JSON.stringify([sink.spans({}), sink.logs({})])).not.toContain('canary-in-a-comment')
  })
})
