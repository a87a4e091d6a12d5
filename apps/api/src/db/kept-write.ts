import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import { isDatabaseUnavailable } from './database.ts'

/** Seconds before each further attempt; some ten minutes in all. A process that ends before leaves it to `closeAbandoned`. */
const WAITS_S = [0.5, 1, 2, 4, 8, 15, 30, 60, 120, 300]

/** Of this process: what the database has not taken yet. */
let waiting = 0
export const writesWaiting = () => waiting

/**
 * Writes what must not be lost: where the database is away, it is tried again in the background. Resolves after the first
 * attempt, whatever comes of it, and never rejects: nobody is to wait for a database that is away.
 * @param what for the log
 * @param write may have been done already when it is called again: its answer can be lost with the connection
 */
export async function keptWrite(what: string, write: () => Promise<void>, log: FastifyBaseLogger): Promise<void> {
  await write().catch((err) => {
    log.error({ err }, '%s could not be stored', what)
    if (!isDatabaseUnavailable(err)) return
    waiting++
    void again(what, write, log).finally(() => waiting--)
  })
}

async function again(what: string, write: () => Promise<void>, log: FastifyBaseLogger): Promise<void> {
  for (const seconds of WAITS_S) {
    await sleep(seconds * 1000, undefined, { ref: false })
    const isWritten = await write().then(
      () => true,
      () => false,
    )
    if (isWritten) return log.info('%s is stored after all', what)
  }
  log.error('%s is given up', what)
}
