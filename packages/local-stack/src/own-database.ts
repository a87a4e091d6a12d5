import { randomUUID } from 'node:crypto'
import pg from 'pg'

/**
 * An empty database of a server that others use too; it goes with the server.
 *
 * @param serverUrl of any database there, with a role that may create others
 */
export async function ownDatabase(serverUrl: string): Promise<string> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  const url = new URL(serverUrl)
  url.pathname = name
  return url.href
}
