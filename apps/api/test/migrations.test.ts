import { createHash, randomUUID } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { ownDatabase } from '@repo/local-stack/own-database'
import { type Mock, startMock } from '@repo/mock-llm/mock'
import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate as runMigrations } from 'drizzle-orm/node-postgres/migrator'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import journal from '../drizzle/meta/_journal.json' with { type: 'json' }
import { buildApp } from '../src/app.ts'
import { parseConfig } from '../src/config.ts'
import { migrate } from '../src/db/migrate.ts'

/** Those that `main` has had. One that others have run is never changed: what is wrong in it, the next one mends. */
const known: Record<string, string> = {
  '0000_initial': '1c5d4d821c53a11a',
  '0001_timeline_and_feedback': '6dcf6f60d2910141',
  '0002_versions_search_deletion': '51bc902f985b24f0',
  '0003_usage_and_limits': 'cdd8a7b5cb1d8a9b',
  '0004_attachments': 'afc8a364e90a2ae2',
  '0005_approval': 'cbfe71f499f61dc8',
  '0006_estimates': '53d8b56616c26d67',
  '0007_accounts': '0cc7f8633c77392e',
  '0008_admin': '1729f8ee5eb5589b',
  '0009_prompt_version': '49c97641f84caf7d',
}

const folder = path.join(import.meta.dirname, '../drizzle')
const textOf = (tag: string) => readFileSync(path.join(folder, `${tag}.sql`), 'utf8')
const tags = journal.entries.map(({ tag }) => tag)

let mock: Mock
const copies: string[] = []

beforeAll(async () => {
  mock = await startMock({ pace: 0 })
})

afterAll(async () => {
  for (const copy of copies) rmSync(copy, { recursive: true, force: true })
  await mock?.stop()
})

describe('a migration', () => {
  it('that others have run is as it was', () => {
    const hashes = tags.map((tag) => [tag, createHash('sha256').update(textOf(tag)).digest('hex').slice(0, 16)])
    // A new one is added to the list with its hash.
    expect(Object.fromEntries(hashes)).toEqual(known)
  })

  it('only adds: the version before goes on beside it, on the same database', () => {
    for (const tag of tags) {
      const text = textOf(tag).replaceAll(/^\s*--.*$/gm, '')
      expect(text, tag).not.toMatch(/\b(DROP|RENAME|TRUNCATE|DELETE FROM|SET NOT NULL|SET DATA TYPE|LOCK TABLE)\b/i)
      for (const [added] of text.matchAll(/ADD COLUMN [^;]*/gi))
        if (/NOT NULL/i.test(added)) expect(added, tag).toMatch(/DEFAULT/i)
      // A constraint on a table that has rows already could refuse what the version before writes.
      for (const [, table] of text.matchAll(/ALTER TABLE "(\w+)" ADD CONSTRAINT/gi))
        expect(text, tag).toContain(`CREATE TABLE "${table}"`)
    }
  })
})

/** The database as `main` left it after its first `count` migrations. */
async function databaseAfter(count: number): Promise<{ url: string; pool: pg.Pool }> {
  const url = await ownDatabase(inject('databaseUrl'))
  const pool = new pg.Pool({ connectionString: url, max: 2 })
  const copy = mkdtempSync(path.join(tmpdir(), 'migrations-'))
  copies.push(copy)
  mkdirSync(path.join(copy, 'meta'))
  const entries = journal.entries.slice(0, count)
  for (const { tag } of entries) cpSync(path.join(folder, `${tag}.sql`), path.join(copy, `${tag}.sql`))
  writeFileSync(path.join(copy, 'meta/_journal.json'), JSON.stringify({ ...journal, entries }))
  await runMigrations(drizzle(pool), { migrationsFolder: copy })
  return { url, pool }
}

interface Column {
  readonly table: string
  readonly name: string
  readonly type: string
  readonly identity: boolean
  /** What it refers to. */
  readonly parent: string | null
}

const COLUMNS = `
  select c.table_name as table, c.column_name as name, c.udt_name as type, c.is_identity = 'YES' as identity,
    (select pg_class.relname from pg_constraint join pg_class on pg_class.oid = confrelid
      join pg_attribute on attrelid = conrelid and attnum = conkey[1]
      where contype = 'f' and conrelid = format('%I.%I', c.table_schema, c.table_name)::regclass
        and attname = c.column_name) as parent
  from information_schema.columns as c where table_schema = 'public' order by c.table_name, ordinal_position`

const ROWS = 3
/** Where any value of the type would not be one that the product writes. */
const values: Record<string, (row: number) => unknown> = {
  'message.role': (row) => (row === 1 ? 'assistant' : 'user'),
  'message.status': (row) => (row === 1 ? 'finished' : null),
  'message.parts': (row) => JSON.stringify([{ type: 'text', text: `What was said, ${row}` }]),
  'message.timeline': () => '[]',
  'message.parent_id': () => null,
  'message.writer': () => null,
  'message.cost_source': () => 'table',
  'message.error_type': () => null,
  'conversation.deleted_at': () => null,
  'feedback.rating': () => 'up',
  'attachment.media_type': () => 'image/png',
  'approval.decision': () => 'once',
}
const ofType: Record<string, (row: number) => unknown> = {
  uuid: () => randomUUID(),
  _uuid: () => [randomUUID()],
  text: (row) => `text ${row}`,
  int4: (row) => row + 1,
  int8: (row) => row + 1,
  float8: (row) => row + 0.5,
  numeric: (row) => `0.00${row}1`,
  bool: (row) => row % 2 === 0,
  date: (row) => `2026-09-0${row + 1}`,
  timestamptz: (row) => `2026-09-0${row + 1}T10:00:00.123Z`,
  jsonb: () => '{}',
  bytea: (row) => Buffer.from([1, 2, row]),
}

/** Rows in every table that there is, whichever version made it. */
async function fill(pool: pg.Pool): Promise<void> {
  const { rows: columns } = await pool.query<Column>(COLUMNS)
  const tables = Map.groupBy(columns, ({ table }) => table)
  const ids = new Map<string, string[]>()
  // First those that refer to nothing that is not there yet.
  for (let left = [...tables]; left.length > 0; ) {
    const ready = left.filter(([, own]) => own.every(({ parent }) => !parent || ids.has(parent)))
    expect(ready, 'tables that refer to each other').not.toEqual([])
    for (const [table, own] of ready) {
      ids.set(table, [])
      const filled = own.filter(({ identity }) => !identity)
      for (let row = 0; row < ROWS; row++) {
        const given = filled.map(({ name, type, parent }) => {
          if (parent) return ids.get(parent)?.[row]
          return (values[`${table}.${name}`] ?? ofType[type])?.(row)
        })
        const names = filled.map(({ name }) => `"${name}"`)
        const text = `insert into "${table}" (${names}) values (${names.map((_, i) => `$${i + 1}`)}) returning *`
        const { rows } = await pool.query<{ id?: string }>(text, given)
        ids.get(table)?.push(rows[0]?.id ?? '')
      }
    }
    left = left.filter(([table]) => !ids.has(table))
  }
}

/** Every row, with the columns that there are now. */
async function contents(pool: pg.Pool): Promise<Record<string, Record<string, unknown>[]>> {
  const { rows } = await pool.query(
    `select distinct table_name as name from information_schema.columns where table_schema = 'public'`,
  )
  const all = rows.map(async ({ name }) => {
    const found = await pool.query(`select to_jsonb(one) as row from "${name}" as one order by to_jsonb(one)::text`)
    return [name, found.rows.map(({ row }) => row)] as const
  })
  return Object.fromEntries(await Promise.all(all))
}

const SCHEMA = `
  select 'column ' || table_name || '.' || column_name || ' ' || udt_name || ' ' || is_nullable || ' ' ||
    coalesce(column_default, '') as what from information_schema.columns where table_schema = 'public'
  union all select indexdef from pg_indexes where schemaname = 'public'
  union all select conrelid::regclass || ': ' || pg_get_constraintdef(oid) from pg_constraint
    where connamespace = 'public'::regnamespace
  union all select pg_get_functiondef(oid) from pg_proc where pronamespace = 'public'::regnamespace
  order by 1`
const schemaOf = async (pool: pg.Pool) => (await pool.query(SCHEMA)).rows.map(({ what }) => what)

describe('a database of an earlier version, with data in it,', () => {
  let fresh: string[]
  beforeAll(async () => {
    const { pool } = await databaseAfter(tags.length)
    fresh = await schemaOf(pool)
    await pool.end()
  })

  it.each(tags.map((tag, index) => [tag, index + 1] as const))(
    'after %s is brought up to date, keeps every row, and is used',
    async (_, count) => {
      const { url, pool } = await databaseAfter(count)
      await fill(pool)
      const before = await contents(pool)
      await migrate(pool)
      expect(await schemaOf(pool)).toEqual(fresh)
      const after = await contents(pool)
      for (const [table, rows] of Object.entries(before)) {
        const names = Object.keys(rows[0] ?? {})
        expect(rows, table).toHaveLength(ROWS)
        const asBefore = (after[table] ?? []).map((row) => Object.fromEntries(names.map((name) => [name, row[name]])))
        expect(asBefore, table).toEqual(expect.arrayContaining(rows))
      }
      await migrate(pool) // again: nothing
      expect(await contents(pool)).toEqual(after)

      const secret = 'before and after every migration'
      const environment = { DATABASE_URL: url, OPENAI_BASE_URL: mock.url, SESSION_SECRET: secret, LOG_LEVEL: 'silent' }
      const app = await buildApp(parseConfig(environment))
      const [old] = after.conversation ?? []
      const headers = { cookie: `visitor=${encodeURIComponent(app.signCookie(String(old?.visitor_id)))}` }
      const read = () => app.inject({ url: `/api/conversations/${old?.id}`, headers })
      expect((await read()).json().messages).toHaveLength(1)
      const message = { id: randomUUID(), role: 'user', parts: [{ type: 'text', text: 'Hello' }] }
      const payload = { id: old?.id, trigger: 'submit-message', message }
      const answer = await app.inject({ method: 'POST', url: '/api/chat', headers, payload })
      expect(answer.statusCode, answer.body).toBe(200)
      expect((await read()).json().messages).toHaveLength(3)
      expect((await app.inject({ url: '/api/usage', headers })).statusCode).toBe(200)
      await app.close()
      await pool.end()
    },
  )
})

it('waits for another process that migrates for longer than a statement has', async () => {
  const { url, pool: other } = await databaseAfter(tags.length - 1)
  const holder = await other.connect()
  await holder.query('select pg_advisory_lock($1)', [7_041_776])
  const pool = new pg.Pool({ connectionString: url, statement_timeout: 200, query_timeout: 200 })
  const migrated = migrate(pool)
  await new Promise((resolve) => setTimeout(resolve, 500))
  holder.release(true)
  await migrated
  expect(await schemaOf(pool)).not.toEqual([])
  await Promise.all([pool.end(), other.end()])
})
