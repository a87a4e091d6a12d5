import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface AskedMessage {
  readonly role: string
  readonly content: string | null
  readonly tool_call_id?: string
  readonly tool_calls?: readonly {
    id: string
    function: { name: string; arguments: string }
    extra_content?: unknown
  }[]
  readonly [field: string]: unknown
}
export interface Asked {
  readonly model: string
  readonly messages: readonly AskedMessage[]
  readonly tools?: readonly { function: { name: string; parameters: Record<string, unknown> } }[]
  readonly [field: string]: unknown
}

/** Choices of the streamed chunks of an answer, of which `cut` breaks the connection; or a refusal. */
export type Answer =
  | readonly object[]
  | { readonly status: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> }

/** A provider that looks at what it is asked before it answers, as real ones do. */
export async function startStrictProvider(answer: (asked: Asked, count: number) => Answer | Promise<Answer>, port = 0) {
  const requests: Asked[] = []
  const headers: Record<string, unknown>[] = []
  /** Models whose requests the client gave up. */
  const aborted: string[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const data of request) text += data
    const asked = JSON.parse(text) as Asked
    requests.push(asked)
    headers.push(request.headers)
    response.on('close', () => response.writableFinished || aborted.push(asked.model))
    const given = await answer(asked, requests.length)
    if ('status' in given) {
      response.writeHead(given.status, { 'content-type': 'application/json', ...given.headers })
      return response.end(typeof given.body === 'string' ? given.body : JSON.stringify(given.body))
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const choice of given) {
      if ('cut' in choice) return setTimeout(() => response.destroy(), 100)
      const chunk = 'usage' in choice ? { choices: [], ...choice } : { choices: [{ index: 0, ...choice }] }
      response.write(`data: ${JSON.stringify({ id: 'x', model: asked.model, ...chunk })}\n\n`)
    }
    response.end('data: [DONE]\n\n')
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    headers,
    aborted,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Of an API before it. Many models, one for each test: what is learned of one is learned of no other. */
export const environmentBefore = (provider: { readonly url: string }, models: readonly string[]) => ({
  SESSION_SECRET: 's'.repeat(32),
  OPENAI_BASE_URL: provider.url,
  LLM_MODELS: models.join(','),
  LLM_MAX_RETRIES: '0',
  RATE_LIMIT_PER_MINUTE: '1000',
})

export const refuses = (message: string, more: object = {}, status = 400): Answer => ({
  status,
  body: { error: { message, type: 'invalid_request_error', ...more } },
})
export const says = (content: string): object[] => [{ delta: { content } }, { delta: {}, finish_reason: 'stop' }]
export const calls = (...tool_calls: object[]): object[] => [
  { delta: { tool_calls: tool_calls.map((call, index) => ({ index, type: 'function', ...call })) } },
  { delta: {}, finish_reason: 'tool_calls' },
]
export const calculate = (id: string, expression = '1 + 1', more: object = {}) => ({
  id,
  function: { name: 'calculator', arguments: JSON.stringify({ expression }) },
  ...more,
})
