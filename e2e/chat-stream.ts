import { randomUUID } from 'node:crypto'
import { type IncomingMessage, request } from 'node:http'

export interface ChatStream {
  readonly conversationId: string
  readonly response: IncomingMessage
  /** Hangs up, as a closed tab does. */
  hangUp(): void
}

/** Asks without a browser, so that a test sees the very bytes and when they come. */
export async function askOverHttp(origin: string, question: string, model?: string): Promise<ChatStream> {
  const conversationId = randomUUID()
  const message = { id: randomUUID(), role: 'user', parts: [{ type: 'text', text: question }] }
  const asking = request(new URL('/api/chat', origin), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'accept-encoding': 'gzip' },
  })
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    asking.once('response', resolve)
    asking.once('error', reject)
  })
  asking.end(JSON.stringify({ id: conversationId, trigger: 'submit-message', message, model }))
  const response = await answered
  response.on('error', () => {}) // of the connection that the test itself has cut
  return { conversationId, response, hangUp: () => asking.destroy() }
}
