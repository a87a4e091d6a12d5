import { AsyncLocalStorage } from 'node:async_hooks'
import pg from 'pg'
import { expect, inject, test } from 'vitest'
import { createPool } from '../src/db/database.ts'

test('a statement that waits for a connection keeps the context of its turn, and so its place in the trace', async () => {
  const turn = new AsyncLocalStorage<number>()
  const contexts: [own: number, seen: number | undefined][] = []
  const { query } = pg.Client.prototype
  pg.Client.prototype.query = function (this: pg.Client, ...args: Parameters<typeof query>) {
    const [{ values }] = args as unknown as [{ values: [number] }]
    contexts.push([values[0], turn.getStore()])
    return query.apply(this, args)
  } as typeof query
  const pool = createPool(inject('databaseUrl'), () => {})
  try {
    const ask = (id: number) => turn.run(id, () => pool.query({ text: 'select $1::int', values: [id] }))
    await Promise.all(Array.from({ length: 40 }, (_, id) => ask(id)))
  } finally {
    pg.Client.prototype.query = query
    await pool.end()
  }
  expect(contexts.toSorted(([a], [b]) => a - b)).toEqual(Array.from({ length: 40 }, (_, id) => [id, id]))
})
