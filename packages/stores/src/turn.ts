import { randomUUID } from 'node:crypto'
import type { MessageMetadata } from '@repo/contract/message'
import { get } from './http.ts'

const TURN_TIMEOUT_MS = 60_000

export interface Question {
  readonly text: string
  /** Of the allowed ones; the default, if there is none. */
  readonly model?: string | undefined
  /** A new one, if there is none. */
  readonly conversationId?: string
}

/**
 * Makes one turn as a browser does, each time as a new visitor.
 *
 * @param url web app or API
 * @returns what stands under the answer
 * @throws when the question is refused, or the answer ends without its metadata
 */
export async function ask(url: string, { text, model, conversationId }: Question): Promise<MessageMetadata> {
  const message = { id: randomUUID(), role: 'user', parts: [{ type: 'text', text }] }
  const body = { id: conversationId ?? randomUUID(), trigger: 'submit-message', message, model }
  const response = await get(`${url}/api/chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(TURN_TIMEOUT_MS),
  })
  const chunks = (await response.text())
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice(6)) as { messageMetadata?: MessageMetadata })
  const metadata = chunks.findLast((chunk) => chunk.messageMetadata)?.messageMetadata
  if (!metadata) throw new Error('the answer ended without its metadata')
  return metadata
}
