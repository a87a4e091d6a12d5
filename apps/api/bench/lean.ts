// Baseline: Fastify and the openai client, text to server-sent events, and nothing else.
import { Readable } from 'node:stream'
import Fastify from 'fastify'
import OpenAI from 'openai'

const client = new OpenAI({ apiKey: 'bench', baseURL: process.env.OPENAI_BASE_URL as string, maxRetries: 0 })
const app = Fastify()

app.get('/ready', async () => 'ok')
app.post('/api/chat', async (_request, reply) => {
  const chunks = await client.chat.completions.create({
    model: 'bench',
    messages: [{ role: 'user', content: 'Hello' }],
    stream: true,
    stream_options: { include_usage: true },
  })
  const body = new Readable({ read() {} })
  void (async () => {
    for await (const chunk of chunks) {
      const text = chunk.choices[0]?.delta.content
      if (text) body.push(`data: ${JSON.stringify({ text })}\n\n`)
    }
    body.push(null)
  })()
  return reply.header('content-type', 'text/event-stream').send(body)
})
await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) })
