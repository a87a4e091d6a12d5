// An OpenAI-compatible provider that costs nothing: CHUNKS prepared chunks, one write each, no delay.
import { createServer } from 'node:http'
import { setImmediate as nextTick } from 'node:timers/promises'

const chunks = Number(process.env.CHUNKS)
const chunk = (fields: object) =>
  `data: ${JSON.stringify({ id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 1, model: 'bench', ...fields })}\n\n`
const delta = chunk({ choices: [{ index: 0, delta: { content: ' token' }, finish_reason: null }] })
const end = [
  chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }),
  chunk({ choices: [], usage: { prompt_tokens: 10, completion_tokens: chunks, total_tokens: chunks + 10 } }),
  'data: [DONE]\n\n',
].join('')

const server = createServer(async (request, response) => {
  request.resume()
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (let i = 0; i < chunks; i++) {
    response.write(delta)
    await nextTick() // a write of its own each, as tokens come
  }
  response.end(end)
})
// The default of 5 s would end connections while other processes are measured.
server.keepAliveTimeout = 600_000
server.listen(Number(process.env.PORT), '127.0.0.1')
