import type { Server } from 'node:http'

const STANDARD = { headersMs: 10_000, requestMs: 120_000, lookMs: 5000 }

/**
 * Ends requests that take too long to arrive: who sends a byte a minute would otherwise hold a connection for ever
 * (Fastify waits without end). Answers may take as long as they like.
 *
 * @param server that does not listen yet
 */
export function limitSlowness(server: Server, { headersMs, requestMs, lookMs } = STANDARD): void {
  server.headersTimeout = headersMs
  server.requestTimeout = requestMs // a picture of 5 MiB, at 350 kbit/s
  // Node reads it when the server begins to listen; its types do not have it.
  Object.assign(server, { connectionsCheckingInterval: lookMs })
}
