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
    query_timeout: 10_000,
    keepAlive: true,
  })
  // An idle connection that breaks emits here; without a listener it would end the process.
  pool.on('error', onIdleError)
  observePool(pool)
  return pool
}

/** Class 08 (connection), 53300 (too many connections), 57P0x (shutdown, starting up), and the driver's own. */
const UNAVAILABLE = /^(08...|53300|57P0[1-3]|ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|ETIMEDOUT)$/
const DRIVER_MESSAGES = /timeout exceeded when trying to connect|Connection terminated|Query read timeout/

/** Whether an error means that the database cannot be reached, rather than that a query was wrong. */
export function isDatabaseUnavailable(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown }
  return UNAVAILABLE.test(String(code)) || DRIVER_MESSAGES.test(String(message))
}
