import { createHash } from 'node:crypto'
import type { Mock } from '@repo/mock-llm/mock'
import type { Sink } from '@repo/viewer/sink'
import type { ChatClient, RunningAnswer } from './chat-client.ts'

/** Of an API whose answers end two seconds after their last reader has left. */
export const environmentOf = (databaseUrl: string, mock: Mock, sink: Sink) => ({
  DATABASE_URL: databaseUrl,
  OPENAI_BASE_URL: mock.url,
  LLM_MODEL: 'mock-standard',
  SESSION_SECRET: 's'.repeat(32),
  ANSWER_GRACE_SECONDS: '2',
  OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
})

/** Asks, reads the beginning, and loses the connection. */
export async function begunAndLost(client: ChatClient, question: string): Promise<RunningAnswer> {
  const leave = new AbortController()
  const running = await client.begin(question, { signal: leave.signal })
  await running.untilText()
  leave.abort()
  return running
}

/** @throws when nothing runs in the conversation */
export async function rejoined(
  client: ChatClient,
  conversationId: string,
  signal?: AbortSignal,
): Promise<RunningAnswer> {
  const answer = await client.rejoin(conversationId, signal)
  if (!answer) throw new Error('nothing runs')
  return answer
}

/** Of a long text, so that what differs does not fill the report. */
export const sum = (text: string) => createHash('sha256').update(text).digest('hex')
