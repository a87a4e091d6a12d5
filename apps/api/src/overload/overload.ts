import { constants, PerformanceObserver } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import type { RunningTurns } from '../chat/running-turns.ts'
import { integer, parseVariables } from '../config.ts'
import type { Pool } from '../db/database.ts'
import { ProblemError, rejected } from '../plugins/problems.ts'

/** When to come back: some answers end each second. */
const BUSY_SECONDS = 2
/** Of the memory for what lives on: what is above it is needed for the answers that run. */
const FULL_HEAP = 0.85
/** What V8 adds to that memory in its limit: three times the largest half of the young generation, by default. */
const YOUNG_BYTES = 192 * 2 ** 20
/** For how long a heap that was that full when its garbage was collected counts as full: if it is, it is collected again. */
const FULL_MS = 3000
/** A reader that takes nothing for so long is gone, or wants to hold our memory. A living one is sent a sign every 15 s. */
const STUCK_MS = 120_000

const variables = z.object({
  MAX_RUNNING_TURNS: integer(1, 100_000, 2000),
  MAX_STREAMS_PER_VISITOR: integer(1, 10_000, 20),
})

interface Services {
  readonly pool: Pool
  readonly running: RunningTurns
  enter: Enter
}

/** Lets a request for a stream in. @throws {ProblemError} 503, at once, with the time to come back */
export type Enter = (reply: FastifyReply, visitorId: string, asks: boolean) => void

/**
 * Everything that can pile up has a bound, and beyond it requests are refused at once instead of waiting: answers and
 * readers of this process and of one visitor, statements that wait for the database, memory, connections.
 */
export async function overload(app: FastifyInstance, services: Services): Promise<void> {
  const { pool, running } = services
  const { MAX_RUNNING_TURNS: mostTurns, MAX_STREAMS_PER_VISITOR: mostOfOne } = parseVariables(variables, process.env)
  let fullUntil = 0
  const collected = new PerformanceObserver((list) => {
    const isMajor = (entry: object) =>
      'detail' in entry && (entry.detail as { kind: number }).kind === constants.NODE_PERFORMANCE_GC_MAJOR
    const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics()
    const isFull = used > FULL_HEAP * (limit - YOUNG_BYTES)
    if (isFull && list.getEntries().some(isMajor)) fullUntil = performance.now() + FULL_MS
  })
  collected.observe({ entryTypes: ['gc'] })
  app.addHook('onClose', () => collected.disconnect())
  app.server.setTimeout(STUCK_MS)
  // Twice as many readers as answers, and as many again that ask for something short.
  app.server.maxConnections = 3 * mostTurns + 1000

  /** Requests whose streams are open: an answer can run without one, and begins only when the database has spoken. */
  const open = { ask: 0, join: 0 }
  const byVisitor = new Map<string, number>()

  services.enter = (reply, visitorId, asks) => {
    const ofOne = byVisitor.get(visitorId) ?? 0
    if (ofOne >= mostOfOne) {
      throw busy('You have too many answers open. Wait until one of them has ended, or close some, and try again.')
    }
    const isFull = asks ? Math.max(open.ask, running.size) >= mostTurns : open.join >= 2 * mostTurns
    // As many may begin at the same moment as may run; a statement that gets no connection gives up after seconds.
    const isExhausted = performance.now() < fullUntil || pool.waitingCount >= mostTurns
    if (isFull || isExhausted) {
      throw busy('Too many answers are being given right now. Your message was not sent; try again in a moment.')
    }
    const kind = asks ? 'ask' : 'join'
    open[kind]++
    byVisitor.set(visitorId, ofOne + 1)
    reply.raw.once('close', () => {
      open[kind]--
      const left = (byVisitor.get(visitorId) ?? 1) - 1
      if (left > 0) byVisitor.set(visitorId, left)
      else byVisitor.delete(visitorId)
    })
  }
}

const busy = (detail: string) => rejected('busy', new ProblemError(503, 'api-busy', detail, BUSY_SECONDS))
