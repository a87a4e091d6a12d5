// An OpenAI-compatible provider that costs nothing: prepared chunks, one write each, no delay. The bench says how many
// by message: `{ chunks }`, and with `{ pauseMs }` how long to wait between two.
import { createServer } from 'node:http'
import { setImmediate as nextTick, setTimeout as sleep } from 'node:timers/promises'

let chunks = 16
let pauseMs = 0
process.on('message', (told: { chunks: number; pauseMs?: number }) => {
  chunks = told.chunks
  pauseMs = told.pauseMs ?? 0
  process.send?.({})
})

const chunk = (fields: object) =>
  `data: ${JSON.stringify({ id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 1, model: 'bench', ...fields })}\n\n`
// Two in turn: LiteLLM ends an answer that repeats one chunk for a hundred times.
const deltas = [' token', ' after'].map((content) =>
  chunk({ choices: [{ index: 0, delta: { content }, finish_reason: null }] }),
)
const end = [
  chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }),
  chunk({ choices: [], usage: { prompt_tokens: 10, completion_tokens: 16, total_tokens: 26 } }),
  'data: [DONE]\n\n',
].join('')

const server = createServer(async (request, response) => {
  request.resume()
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (let sent = 0; sent < chunks; sent++) {
    response.write(deltas[sent % 2])
    await (pauseMs ? sleep(pauseMs) : nextTick()) // a write of its own each, as tokens come
  }
  response.end(end)
})
// The default of 5 s would end connections while other processes are measured.
server.keepAliveTimeout = 600_000
server.listen(Number(process.env.PORT), '127.0.0.1')
