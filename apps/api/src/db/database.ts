import { observePool } from '@repo/telemetry/pool'
import pg from 'pg'
import { parseIntoClientConfig } from 'pg-connection-string'

export type Pool = pg.Pool

/** A pool of ten connections. Nothing connects before the first query. */
export function createPool(databaseUrl: string, onIdleError: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool({
    ...parseIntoClientConfig(databaseUrl), // telemetry names the pool by these parts, not by the URL
    application_name: 'chat-api',
    max: 10,
    connectionTimeoutMillis: 5000,
    // The server gives up first: what nobody waits for any more must not be done all the same.
    statement_timeout: 9000,
    query_timeout: 10_000,
    keepAlive: true,
  })
  // An idle connection that breaks emits here; without a listener it would end the process.
  pool.on('error', onIdleError)
  observePool(pool)
  return pool
}

/**
 * Of the connection (08), read-only (25006), deadlocks (40), out of room, memory or connections (53), timeouts, shutdown
 * and start (57), a broken disk (58), and what Node says of a network and of names in it.
 */
const UNAVAILABLE =
  /^(08...|25006|40...|53...|57...|58...|ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|E(HOST|NET)UNREACH)$/
const DRIVER_MESSAGES = /timeout exceeded when trying to connect|Connection terminated|Query read timeout/

/** Whether an error means that the database cannot do anything now, rather than that a query was wrong. */
export function isDatabaseUnavailable(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown }
  return UNAVAILABLE.test(String(code)) || DRIVER_MESSAGES.test(String(message))
}
