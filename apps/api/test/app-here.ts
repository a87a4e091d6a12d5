import { ownDatabase } from '@repo/local-stack/own-database'
import pg from 'pg'
import { inject } from 'vitest'
import { buildApp } from '../src/app.ts'
import { parseConfig } from '../src/config.ts'

/**
 * An API in this process, with a database of its own, that listens.
 * @param environment beside the database
 * @param ofFeatures what features read from the process' environment when they start, as login does
 */
export async function startHere(environment: Record<string, string>, ofFeatures: Record<string, string> = {}) {
  const databaseUrl = await ownDatabase(inject('databaseUrl'))
  Object.assign(process.env, ofFeatures)
  const app = await buildApp(parseConfig({ DATABASE_URL: databaseUrl, LOG_LEVEL: 'silent', ...environment }))
  for (const name of Object.keys(ofFeatures)) delete process.env[name]
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 })
  const stop = async () => {
    await pool.end()
    await app.close()
  }
  return { app, url, pool, stop }
}
