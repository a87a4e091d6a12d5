import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterEach, expect, test, vi } from 'vitest'
import { type Postgres, startPostgres } from './postgres.ts'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 }) // real servers; creating one takes a slow machine seconds

const running: Postgres[] = []
const folders: string[] = []

// mkdtemp makes the folder 0700: for root this is the case in which the server's account may not enter.
function newFolder() {
  const folder = mkdtempSync(path.join(tmpdir(), 'embedded-postgres-'))
  folders.push(folder)
  return folder
}

async function start(dataDir: string, port = 0) {
  const server = await startPostgres({ dataDir, port, durable: false })
  running.push(server)
  return server
}

async function query(url: string, sql: string) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

const readable = (file: string) => {
  try {
    return readlinkSync(file)
  } catch {
    return ''
  }
}
const processesIn = (folder: string) =>
  readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && readable(`/proc/${pid}/cwd`).startsWith(folder))

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()))
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

test('data is there after a restart, in a folder that only its owner may enter', async () => {
  const folder = newFolder()
  const dataDir = path.join(folder, 'not/there/yet')
  const first = await start(dataDir)
  await query(first.url, "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('größer')")
  await first.stop()
  const second = await start(dataDir)
  expect(await query(second.url, 'SELECT word FROM kept')).toEqual([{ word: 'größer' }])
  expect(await query(second.url, 'SHOW fsync')).toEqual([{ fsync: 'off' }])
})

test('a connection needs the generated password, which only the owner can read', async () => {
  const dataDir = newFolder()
  const { url } = await start(dataDir)
  await expect(query(url.replace(/:[^:@]+@/, ':guess@'), 'SELECT 1')).rejects.toThrow('password authentication failed')
  expect(statSync(path.join(dataDir, 'cluster/password')).mode & 0o777).toBe(0o600)
})

test('two servers run side by side, each with its own data', async () => {
  const [one, two] = await Promise.all([start(newFolder()), start(newFolder())])
  await query(one.url, 'CREATE TABLE only_here (id int)')
  await expect(query(two.url, 'SELECT * FROM only_here')).rejects.toThrow('does not exist')
})

test('a second start on the same data is refused with a sentence, and the first one goes on', async () => {
  const dataDir = newFolder()
  const { url } = await start(dataDir)
  await expect(start(dataDir)).rejects.toThrow(`The database in ${dataDir} is in use by another running process`)
  expect(await query(url, 'SELECT 1 AS fine')).toEqual([{ fine: 1 }])
})

test('a busy port is refused with a sentence that names it', async () => {
  const port = Number(new URL((await start(newFolder())).url).port)
  await expect(start(newFolder(), port)).rejects.toThrow(`Port ${port} of 127.0.0.1 is in use`)
})

test('the database starts again after the server was killed', async () => {
  const dataDir = newFolder()
  const first = await start(dataDir)
  await query(first.url, 'CREATE TABLE kept AS SELECT 7 AS id')
  process.kill(Number.parseInt(readFileSync(path.join(dataDir, 'cluster/postmaster.pid'), 'utf8'), 10), 'SIGKILL')
  await first.exited
  const second = await start(dataDir)
  expect(await query(second.url, 'SELECT id FROM kept')).toEqual([{ id: 7 }])
})

test.skipIf(process.platform !== 'linux')('stop leaves no process', async () => {
  const dataDir = newFolder()
  const server = await start(dataDir)
  expect(processesIn(dataDir)).not.toEqual([])
  await server.stop()
  expect(processesIn(dataDir)).toEqual([])
})

test.skipIf(process.platform !== 'linux')('the server ends when the process that started it is killed', async () => {
  const dataDir = newFolder()
  const module = new URL('postgres.ts', import.meta.url).href
  const program = `
    const { startPostgres } = await import(${JSON.stringify(module)})
    console.log((await startPostgres({ dataDir: ${JSON.stringify(dataDir)}, durable: false })).url)`
  const owner = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(owner.stdout, 'data')
  expect(processesIn(dataDir)).not.toEqual([])
  owner.kill('SIGKILL')
  for (let waited = 0; processesIn(dataDir).length > 0 && waited < 10_000; waited += 50) await sleep(50)
  expect(processesIn(dataDir)).toEqual([])
})
