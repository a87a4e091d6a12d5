import { fileURLToPath } from 'node:url'
import pg from 'pg'
import journal from '../../drizzle/meta/_journal.json' with { type: 'json' }
import type { Pool } from './database.ts'

/** Any constant: it only has to be the same in every API process, and no one else's. */
const MIGRATION_LOCK = 7_041_776
const newest = Math.max(...journal.entries.map(({ when }) => when))

/** Brings the schema up to date. Processes that start together wait for one another on an advisory lock. */
export async function migrate(pool: Pool): Promise<void> {
  if (await isCurrent(pool)) return
  // Only here: loading it takes as long as all the rest of the start.
  const { drizzle } = await import('drizzle-orm/node-postgres')
  const { migrate: runMigrations } = await import('drizzle-orm/node-postgres/migrator')
  // The pool's statements have seconds; these, and who waits for them, have as long as it takes.
  const { password } = pool.options // not among those that are copied
  const client = new pg.Client({ ...pool.options, password, query_timeout: 0, statement_timeout: 0 })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    await runMigrations(drizzle(client), { migrationsFolder: fileURLToPath(new URL('../../drizzle', import.meta.url)) })
  } finally {
    await client.end() // and with it the lock
  }
}

/** As the migrator finds it: by the time of the last one that was run. */
async function isCurrent(pool: Pool): Promise<boolean> {
  const table = 'drizzle.__drizzle_migrations'
  const { rows } = await pool.query(`select to_regclass('${table}') is not null as there`)
  if (!rows[0].there) return false
  return Number((await pool.query(`select max(created_at) as last from ${table}`)).rows[0].last) >= newest
}
