// `npm run backup FILE` and `npm run restore FILE`: all of the database as compressed SQL, and back from it. By pg_dump
// and psql: those on PATH where DATABASE_URL is set, else those in the container of `docker compose`.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, createWriteStream, existsSync, renameSync, rmSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { root } from '@repo/local-stack/run'

/** In the transaction of what follows: the database is as in the file, or as it was, and nothing of both. */
const EMPTY = `drop schema if exists drizzle cascade; drop schema if exists public cascade;
  create schema public; grant usage on schema public to public;\n`
const BUSY = `select count(*) from pg_stat_activity where datname = current_database() and application_name like 'chat-api%'`

class Refusal extends Error {}

/** How PostgreSQL's own programs are started. The password is in the environment: others can read arguments. */
function programs(): (name: string, args: string[]) => ChildProcess {
  const { DATABASE_URL } = process.env
  if (DATABASE_URL) {
    const url = new URL(DATABASE_URL)
    const password = decodeURIComponent(url.password) || process.env.PGPASSWORD
    url.password = ''
    const env = { ...process.env, ...(password && { PGPASSWORD: password }), PGDATABASE: '' }
    for (const name of ['pg_dump', 'psql'])
      if (spawnSync(name, ['--version']).error)
        throw new Refusal(`${name} is not on PATH. Install PostgreSQL's client, of the server's version or newer.`)
    return (name, args) => spawn(name, [...args, `--dbname=${url.href}`], { env, stdio: ['pipe', 'pipe', 'pipe'] })
  }
  const compose = spawnSync('docker', ['compose', 'ps', '--status=running', '--services'], {
    cwd: root,
    encoding: 'utf8',
  })
  if (!compose.stdout?.split('\n').includes('postgres'))
    throw new Refusal(
      'Which database? Set DATABASE_URL, or start the one of docker compose: docker compose up -d --wait postgres.',
    )
  const inside = ['compose', 'exec', '-T', 'postgres']
  return (name, args) =>
    spawn('docker', [...inside, name, ...args, '--username=chat', '--dbname=chat'], {
      cwd: root,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
}

/** @throws Refusal with what the program said, when it does not end with 0 */
async function ended(child: ChildProcess, what: string): Promise<void> {
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text) => (said += text))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Refusal(`${what}: ${said.trim() || `the program ended with ${code}`}`)
}

/** Of a backup. What ends before its last line commits nothing: not a file that was cut off, not one that is something else. */
async function* statementsOf(file: string): AsyncGenerator<string | Buffer> {
  let end = ''
  yield `begin;\n${EMPTY}`
  for await (const piece of createReadStream(file).pipe(createGunzip())) {
    end = (end + piece.toString('latin1')).slice(-1000)
    yield piece
  }
  if (!end.includes('PostgreSQL database dump complete')) throw new Error('it has no end')
  yield 'commit;\n'
}

async function backup(file: string): Promise<void> {
  if (existsSync(file)) throw new Refusal(`${file} is there already. Name another file.`)
  const partial = `${file}.partial`
  const dump = programs()('pg_dump', ['--no-owner', '--no-privileges'])
  try {
    const done = ended(dump, 'The database could not be read')
    const written = pipeline(dump.stdout as Readable, createGzip(), createWriteStream(partial, { mode: 0o600 }))
    await Promise.all([done, written])
    renameSync(partial, file) // whole, or not there
  } finally {
    rmSync(partial, { force: true })
  }
  console.log(`Written: ${file}. It holds what people wrote: keep it as safe as the database.`)
}

async function restore(file: string): Promise<void> {
  if (!existsSync(file)) throw new Refusal(`There is no ${file}.`)
  const start = programs()
  const asking = start('psql', ['--no-psqlrc', '--tuples-only', '--no-align', `--command=${BUSY}`])
  let busy = ''
  asking.stdout?.setEncoding('utf8').on('data', (text) => (busy += text))
  await ended(asking, 'The database could not be asked')
  if (Number(busy) > 0)
    throw new Refusal('The API is using the database. Stop it first (docker compose stop api), then restore.')
  const psql = start('psql', ['--no-psqlrc', '--quiet', '--set=ON_ERROR_STOP=1', '--output=/dev/null'])
  const restored = ended(psql, 'Nothing was changed')
  const sent = pipeline(Readable.from(statementsOf(file)), psql.stdin as NodeJS.WritableStream)
  const [program, own] = await Promise.allSettled([restored, sent])
  if (program.status === 'rejected') throw program.reason // it ended first: it says why
  if (own.status === 'rejected') throw new Refusal(`${file} is no whole backup. Nothing was changed.`)
  console.log(`The database is as it was in ${file}. Start the API: it brings an older one up to date.`)
}

const [what, file] = process.argv.slice(2)
try {
  if (!file) throw new Refusal(`Name a file: npm run ${what} chat-2026-11-26.sql.gz`)
  await (what === 'restore' ? restore(file) : backup(file))
} catch (error) {
  console.error(error instanceof Refusal ? error.message : error)
  process.exitCode = 1
}
