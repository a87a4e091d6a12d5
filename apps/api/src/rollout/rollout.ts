import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { RunningTurns } from '../chat/running-turns.ts'
import { writesWaiting } from '../db/kept-write.ts'

/** Until nobody opens connections to this process any more: every node of a cluster has to hear that it goes. */
const SETTLE_MS = 3000
const LOOK_MS = 250

/**
 * `GET /drain`, from this container itself: what Kubernetes asks before it ends the pod (`preStop`). It is answered when no
 * answer runs here, nobody reads one, and the database has them all, should it be away just then. Until then each response
 * ends its connection, because a web server that keeps connections would go on asking here; requests that come meanwhile
 * are served as ever.
 */
export async function rollout(app: FastifyInstance, { running }: { readonly running: RunningTurns }): Promise<void> {
  let draining = false
  let open = 0
  app.addHook('onRequest', async ({ url }, { raw }) => {
    // One whose client has left before this was asked does not close again.
    if (url === '/drain' || raw.destroyed) return
    open++
    raw.once('close', () => open--)
  })
  app.addHook('onSend', async (_request, reply) => {
    if (draining) reply.header('connection', 'close')
  })
  app.get('/drain', { schema: { hide: true } }, async (request, reply) => {
    const { remoteAddress, localAddress } = request.socket
    if (remoteAddress !== localAddress) throw app.nothingAt(request)
    draining = true
    request.log.info('draining: %d answers run here', running.size)
    const settled = sleep(SETTLE_MS)
    const isBusy = () => running.size + open + writesWaiting() > 0
    while (isBusy()) await sleep(LOOK_MS)
    await settled
    for (app.server.closeIdleConnections(); isBusy(); ) await sleep(LOOK_MS)
    return reply.status(204).send()
  })
}
