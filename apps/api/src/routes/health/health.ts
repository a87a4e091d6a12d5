import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'

const READY_TIMEOUT_MS = 2000

interface Options {
  /** Resolves when the database answers. */
  pingDatabase: () => Promise<unknown>
  isShuttingDown: () => boolean
}

export const healthRoutes: FastifyPluginAsyncZod<Options> = async (app, { pingDatabase, isShuttingDown }) => {
  const tags = ['health']
  const up = { tags, summary: 'The process is up', response: { 200: z.object({ status: z.literal('ok') }) } }
  app.get('/health', { logLevel: 'warn', schema: up }, async () => ({ status: 'ok' as const }))

  const readiness = z.object({
    status: z.enum(['ready', 'not ready', 'shutting down']),
    checks: z.object({ database: z.enum(['ok', 'failed']) }),
  })
  const ready = { tags, summary: 'Requests can be served', response: { 200: readiness, 503: readiness } }
  app.get('/ready', { logLevel: 'warn', schema: ready }, async (_request, reply) => {
    const timeout = new Promise((_, reject) => setTimeout(reject, READY_TIMEOUT_MS).unref())
    const database = await Promise.race([pingDatabase(), timeout]).then(
      () => 'ok' as const,
      () => 'failed' as const,
    )
    const status = isShuttingDown() ? 'shutting down' : database === 'ok' ? 'ready' : 'not ready'
    return reply.status(status === 'ready' ? 200 : 503).send({ status, checks: { database } })
  })
}
