import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { z } from 'zod'

/** A small real MCP server: `node test/mcp-server.ts` speaks stdio, `startHttpMcpServer` streamable HTTP. */
function probe(): McpServer {
  const server = new McpServer({ name: 'probe', version: '1.0.0' })
  const text = (value: unknown) => ({ content: [{ type: 'text' as const, text: JSON.stringify(value) }] })
  const inputSchema = z.object({ n: z.number().optional() })
  const about = (description: string) => ({ description, inputSchema, annotations: { readOnlyHint: true } })
  server.registerTool('meta', about('What came with the request.'), ({ n }, { mcpReq }) =>
    text({ n, meta: mcpReq._meta, secret: process.env.PROBE_SECRET, database: process.env.DATABASE_URL }),
  )
  server.registerTool('fail', about('Fails.'), () => ({ ...text('out of paper'), isError: true }))
  server.registerTool('picture', about('Paints.'), () => ({
    content: [{ type: 'image' as const, data: 'AAAA', mimeType: 'image/png' }],
  }))
  server.registerTool('refuse', about('Is refused by startHttpMcpServer.'), () => text(null))
  server.registerTool('slow', about('Never answers.'), () => new Promise(() => {}))
  const writes = { description: 'Writes a number down.', inputSchema }
  server.registerTool('note', writes, ({ n }) => text({ noted: n }))
  server.registerTool('erase', { ...writes, annotations: { destructiveHint: true } }, () => text('gone'))
  server.registerTool('die', about('Ends the process.'), () => process.exit(1))
  return server
}

/** @returns the address, the headers of each request, how to make it refuse all with 429, and how to stop it */
export async function startHttpMcpServer(port = 0) {
  const handler = createMcpHandler(probe)
  const headers: Record<string, unknown>[] = []
  const state = { busy: false, refused: 0 }
  const server = createServer(async (request, response) => {
    if (state.busy) {
      state.refused++
      return response.writeHead(429).end()
    }
    headers.push(request.headers)
    const body: Buffer[] = []
    for await (const data of request) body.push(data)
    const { id, params } = body.length > 0 ? JSON.parse(String(Buffer.concat(body))) : {}
    if (params?.name === 'refuse') {
      const error = { code: -32602, message: 'No such thing.' }
      return response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ jsonrpc: '2.0', id, error }))
    }
    const sent = new Headers(request.headers as Record<string, string>)
    const answer = await handler.fetch(
      new Request(`http://127.0.0.1${request.url}`, {
        method: request.method ?? 'GET',
        headers: sent,
        ...(body.length > 0 && { body: Buffer.concat(body) }),
      }),
    )
    response.writeHead(answer.status, Object.fromEntries(answer.headers))
    for await (const data of answer.body ?? []) response.write(data)
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    headers,
    state,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

if (import.meta.main) serveStdio(probe)
