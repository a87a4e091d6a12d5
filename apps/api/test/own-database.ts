import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'

/** An empty database in the tests' PostgreSQL, for what counts over all visitors; it goes with the server. */
export async function ownDatabase(): Promise<string> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const client = new pg.Client({ connectionString: inject('databaseUrl') })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  const url = new URL(inject('databaseUrl'))
  url.pathname = name
  return url.href
}
