import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { startTemporaryPostgres } from '@repo/local-stack/postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = path.join(import.meta.dirname, '../..')
/** Of the embedded server; an older pg_dump refuses a newer server. */
const SERVER = 18
const version = Number(/\d+/.exec(spawnSync('pg_dump', ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[0] ?? 0)

async function run(what: string, file: string, DATABASE_URL: string) {
  const args = [path.join(root, 'scripts/backup.ts'), what, file]
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, DATABASE_URL }
  return promisify(execFile)(process.execPath, args, { env }).then(
    ({ stdout }) => ({ code: 0, said: stdout }),
    ({ code, stderr }) => ({ code, said: String(stderr) }),
  )
}

test('without a database, and without a file, they say what is wanted', async () => {
  expect(await run('backup', '', 'postgresql://x@127.0.0.1:1/x')).toEqual({
    code: 1,
    said: expect.stringContaining('Name a file'),
  })
  const missing = await run('restore', '/nowhere/x.sql.gz', 'postgresql://x@127.0.0.1:1/x')
  expect(missing).toEqual({ code: 1, said: expect.stringContaining('There is no /nowhere/x.sql.gz') })
  if (version === 0) return
  const away = await run('backup', path.join(tmpdir(), 'x.sql.gz'), 'postgresql://x:canary8401@127.0.0.1:1/x')
  expect(away.said).toContain('The database could not be read')
  expect(away.said).not.toContain('canary8401')
}, 60_000)

describe.skipIf(version < SERVER)(`with pg_dump ${SERVER} (skipped where it is older or missing)`, () => {
  let folder: string
  let server: Awaited<ReturnType<typeof startTemporaryPostgres>>

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'backup-'))
    server = await startTemporaryPostgres()
    const migrations = path.join(root, 'apps/api/drizzle')
    for (const file of readdirSync(migrations).filter((name) => name.endsWith('.sql')))
      psql(readFileSync(path.join(migrations, file), 'utf8'))
    psql(`create schema drizzle; create table drizzle.__drizzle_migrations (id serial, hash text, created_at bigint);
      insert into drizzle.__drizzle_migrations (hash, created_at) values ('x', 1);
      insert into conversation (id, visitor_id, title) select gen_random_uuid(), gen_random_uuid(), 'Ünïcode ''; drop ' || i
        from generate_series(1, 500) as i;
      insert into message (id, conversation_id, role, parts) select gen_random_uuid(), id, 'user',
        jsonb_build_array(jsonb_build_object('type', 'text', 'text', E'a\\nb\\\\. ' || title)) from conversation;
      insert into attachment (id, visitor_id, media_type, width, height, data) values
        (gen_random_uuid(), gen_random_uuid(), 'image/png', 1, 1, decode('00ff0a5c', 'hex'))`)
  }, 60_000)
  afterAll(async () => {
    await server?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  function psql(sql: string): string {
    const args = ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-f', '-', server.url]
    const { status, stdout, stderr } = spawnSync('psql', args, { input: sql, encoding: 'utf8' })
    expect(stderr.replaceAll(/^.*NOTICE.*$/gm, '').trim(), sql.slice(0, 200)).toBe('')
    expect(status).toBe(0)
    return stdout
  }
  const tables = ['conversation', 'message', 'attachment', 'drizzle.__drizzle_migrations']
  const contents = () =>
    psql(tables.map((one) => `select md5(string_agg(x::text, '|' order by x::text)) from ${one} as x;`).join('\n'))

  test('what was backed up is there again after everything was lost, and what came later is gone', async () => {
    const before = contents()
    const file = path.join(folder, 'chat.sql.gz')
    expect(await run('backup', file, server.url)).toMatchObject({ code: 0 })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    psql(`truncate conversation cascade; delete from attachment; create table later (id int);
      alter table conversation add column later text; delete from drizzle.__drizzle_migrations`)
    expect(contents()).not.toBe(before)
    expect(await run('restore', file, server.url)).toMatchObject({ code: 0 })
    expect(contents()).toBe(before)
    expect(psql(`select to_regclass('later') is null`).trim()).toBe('t')
    expect((await run('backup', file, server.url)).said).toContain('is there already')
    // Identities go on after what is there.
    psql(
      `insert into message (id, conversation_id, role, parts) select gen_random_uuid(), id, 'user', '[]' from conversation limit 1`,
    )
    psql(`delete from message where parts = '[]'`)
  }, 60_000)

  test('a file that is cut off, or none of ours, changes nothing', async () => {
    const file = path.join(folder, 'whole.sql.gz')
    await run('backup', file, server.url)
    const before = contents()
    const bytes = readFileSync(file)
    for (const [name, broken] of [
      ['cut', bytes.subarray(0, bytes.length / 2)],
      ['other', Buffer.from('select 1;')],
      ['nearly', gzipSync('select 1;')],
    ] as const) {
      writeFileSync(path.join(folder, name), broken)
      const { code, said } = await run('restore', path.join(folder, name), server.url)
      expect(code, said).toBe(1)
      expect(contents(), name).toBe(before)
    }
    expect(readdirSync(folder).filter((name) => name.endsWith('.partial'))).toEqual([])
  }, 60_000)
})
