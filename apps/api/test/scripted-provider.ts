import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * Choices of the streamed chunks of each answer, one after the other; what has `usage` or `choices` is a chunk of its own.
 * One with a `status` is the whole answer: it is refused with that and its `body`. After one with `hang` nothing comes.
 */
export type Script = readonly (readonly object[])[]

interface Request {
  readonly messages: readonly { role: string; tool_call_id?: string; tool_calls?: { id: string }[] }[]
  readonly tool_choice?: string
}

/** A provider that streams what the test wants, for what the mock model does not do. */
export async function startScriptedProvider(script: Script) {
  const requests: Request[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const data of request) body += data
    const choices = script[requests.length] ?? []
    requests.push(JSON.parse(body))
    const [first] = choices
    if (first && 'status' in first) {
      response.writeHead(Number(first.status), { 'content-type': 'application/json' })
      return response.end(JSON.stringify('body' in first ? first.body : {}))
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const choice of choices) {
      if ('hang' in choice) return
      const chunk = 'usage' in choice || 'choices' in choice ? { choices: [], ...choice } : { choices: [choice] }
      response.write(`data: ${JSON.stringify({ id: 'x', ...chunk })}\n\n`)
    }
    response.end('data: [DONE]\n\n')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    stop: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}
