/**
 * Telemetry of the chat as tools of MCP (docs/ask.md): over stdio, or with `--http` as a server at PORT (4320).
 * stdout belongs to the protocol.
 */
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { shutdownTelemetry } from '@repo/telemetry/node-sdk'
import { findBackend } from './find-backend.ts'
import { serveHttp } from './http.ts'
import { telemetryServer } from './tools.ts'

const end = () => shutdownTelemetry().then(() => process.exit(0))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end)

if (process.argv.includes('--http')) {
  const { HOST: host = '127.0.0.1', PORT: port = '4320' } = process.env
  const server = await serveHttp(() => telemetryServer(findBackend), host, Number(port))
  console.error(`telemetry-mcp: streamable HTTP at ${server.url}`)
} else {
  serveStdio(() => telemetryServer(findBackend))
  // Whoever started us is gone, however it ended.
  process.stdin.once('close', end)
}
