import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** What a question begins with that the steady model answers. */
export const STEADY = 'steadily'
const WORDS = 40
const PAUSE_MS = 100
export const STEADY_SECONDS = (WORDS * PAUSE_MS) / 1000

const chunk = (fields: object) =>
  `data: ${JSON.stringify({ id: 'steady', object: 'chat.completion.chunk', ...fields })}\n\n`
const usage = { prompt_tokens: 10, completion_tokens: WORDS, total_tokens: 10 + WORDS, cost: 0.000123 }

/**
 * A model whose answers take some seconds and cost the machine nearly nothing: a word now and then. Many of them can run
 * on a build machine, where the mock's long answers would be all that it does.
 *
 * @param elsewhere the base URL that everything else is asked of
 */
export async function startSteadyModel(elsewhere: string): Promise<{ url: string; stop(): void }> {
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const data of request.setEncoding('utf8')) body += data
    response.on('error', () => {})
    const { content } = JSON.parse(body).messages.at(-1)
    if (!JSON.stringify(content).includes(STEADY)) {
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(`${elsewhere}/chat/completions`, { method: 'POST', headers, body }).catch(() => null)
      if (!answer?.body) return response.destroy()
      const passed = ['content-type', 'retry-after'].flatMap((name) => {
        const value = answer.headers.get(name)
        return value ? [[name, value] as const] : []
      })
      response.writeHead(answer.status, Object.fromEntries(passed))
      try {
        for await (const bytes of answer.body) response.write(bytes)
        response.end()
      } catch {
        response.destroy() // as it was cut itself
      }
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (let word = 0; word < WORDS && !response.destroyed; word++) {
      response.write(chunk({ choices: [{ index: 0, delta: { content: `word ${word} ` }, finish_reason: null }] }))
      await sleep(PAUSE_MS)
    }
    response.write(chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }))
    response.end(`${chunk({ choices: [], usage })}data: [DONE]\n\n`)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`,
    stop() {
      server.closeAllConnections()
      server.close()
    },
  }
}
