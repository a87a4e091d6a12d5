import { createHash } from 'node:crypto'
import type { ChatClient, RunningAnswer } from './chat-client.ts'

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
