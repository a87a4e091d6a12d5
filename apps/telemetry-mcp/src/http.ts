import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import {
  createMcpHandler,
  hostHeaderValidationResponse,
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  type McpServer,
  originValidationResponse,
} from '@modelcontextprotocol/server'

const isLoopback = (host: string) => /^(localhost|::1|127(\.\d{1,3}){3})$/.test(host)

/**
 * Streamable HTTP at `/mcp`. On loopback only for requests that name this machine, and from no page of another origin: what
 * is told here is for whoever sits at it.
 * @throws the server's own error, such as `EADDRINUSE`
 */
export async function serveHttp(make: () => McpServer, host: string, port: number) {
  const handler = createMcpHandler(make)
  const server = createServer(async (incoming, response) => {
    const { method = 'GET', url } = incoming
    const headers = new Headers(incoming.headers as Record<string, string>)
    const body = await text(incoming)
    const request = new Request(`http://${host}${url}`, { method, headers, ...(body && { body }) })
    const refused = isLoopback(host)
      ? (hostHeaderValidationResponse(request, localhostAllowedHostnames()) ??
        originValidationResponse(request, localhostAllowedOrigins()))
      : undefined
    const there = new URL(request.url).pathname === '/mcp'
    const answer = refused ?? (there ? await handler.fetch(request) : new Response('Not here: /mcp', { status: 404 }))
    response.writeHead(answer.status, Object.fromEntries(answer.headers))
    for await (const data of answer.body ?? []) response.write(data)
    response.end()
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve))
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}/mcp`,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
