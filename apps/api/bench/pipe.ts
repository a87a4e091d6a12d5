// Floor: what it costs in Node to hand the upstream's bytes on, without looking at them.
import { createServer, request as httpRequest } from 'node:http'

const server = createServer((request, response) => {
  if (request.url === '/ready') return void response.end()
  const upstream = httpRequest(`${process.env.OPENAI_BASE_URL}/chat/completions`, { method: 'POST' }, (answer) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    answer.pipe(response)
  })
  upstream.end('{}')
  request.resume()
})
// The default of 5 s would end connections while other processes are measured.
server.keepAliveTimeout = 600_000
server.listen(Number(process.env.PORT), '127.0.0.1')
