import { execFile, spawnSync } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { clusterName, PgCtl } from './pg-ctl.ts'
import { freePort } from './ports.ts'
import { type Account, serverAccount, serverBinaries } from './postgres-binaries.ts'
import { isAlive } from './process-tree.ts'

export type PostgresOptions = {
  /** Made when missing; holds everything, the generated password (0600) and the server's log too. Delete it to start afresh. */
  dataDir: string
  /** TCP port on 127.0.0.1; 0 or absent takes a free one. */
  port?: number | undefined
  /** `false` trades safety against power loss for speed, for tests. */
  durable?: boolean | undefined
}

export type Postgres = {
  /** Of the database `chat`, with a role that may create others. */
  url: string
  /** Fast shutdown: connections are ended, data is written, the process is gone when this resolves. */
  stop(): Promise<void>
  /** Resolves when the server has ended, asked to or not. */
  exited: Promise<void>
}

/**
 * Starts a real PostgreSQL on 127.0.0.1, creating the data on the first start. The server ends with this process,
 * also when this process is killed.
 *
 * @throws an Error with one sentence for the user when the data is in use, the port is taken or the server fails.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  mkdirSync(options.dataDir, { recursive: true })
  const cluster = path.join(realpathSync(options.dataDir), 'cluster')
  const account = serverAccount(cluster)
  const bin = serverBinaries(account)
  const { durable = true } = options
  if (!existsSync(cluster)) await createCluster(cluster, bin, account, durable)
  const password = readPassword(cluster)
  const pgCtl = new PgCtl(bin, cluster, account)
  await takeOver(cluster, pgCtl)

  for (let attempt = 1; ; attempt++) {
    const port = options.port || (await freePort())
    const settings = ['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=', 'timezone=UTC']
    const failure = await pgCtl.start(durable ? settings : [...settings, 'fsync=off', 'full_page_writes=off'])
    if (!failure) {
      const exited = pgCtl.watch()
      const stop = async () => {
        await pgCtl.stop()
        await exited
      }
      const url = new URL(`postgresql://chat:${password}@127.0.0.1:${port}/chat`)
      await createDatabase(url)
      return { url: url.href, stop, exited }
    }
    if (failure.includes('lock file "postmaster.pid" already exists')) throw inUse(cluster)
    const taken = /Address already in use|Only one usage of each socket address/.test(failure)
    if (taken && options.port) throw new Error(`Port ${port} of 127.0.0.1 is in use by another program.`)
    // A killed server's children live on for a moment and hold its memory; a free port may be taken before we are.
    if ((!taken && !failure.includes('pre-existing shared memory block')) || attempt === 10) {
      throw new Error(`PostgreSQL did not start from ${cluster}:\n${failure}`)
    }
    await sleep(300)
  }
}

/** One with empty data, which goes when it stops: for tests and benches. */
export async function startTemporaryPostgres({ durable = false } = {}): Promise<Postgres> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'chat-postgres-'))
  const server = await startPostgres({ dataDir, durable })
  const stop = async () => {
    await server.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
  return { ...server, stop }
}

/** Made aside and renamed when whole, so that a killed first start leaves nothing half made. */
async function createCluster(cluster: string, bin: string, account: Account, durable: boolean): Promise<void> {
  const { uid, gid } = account
  const partial = `${cluster}.partial-${process.pid}`
  const passwordFile = path.join(tmpdir(), `chat-postgres-${randomUUID()}`) // initdb wants the folder to be empty
  try {
    rmSync(partial, { recursive: true, force: true })
    mkdirSync(partial, { mode: 0o700 })
    const password = randomBytes(24).toString('base64url')
    writeFileSync(passwordFile, password, { mode: 0o600, flag: 'wx' })
    if (uid !== undefined && gid !== undefined) for (const file of [partial, passwordFile]) chownSync(file, uid, gid)
    const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
    const access = ['--username=chat', `--pwfile=${passwordFile}`, '--auth-local=reject', '--auth-host=scram-sha-256']
    await promisify(execFile)(
      path.join(bin, 'initdb'),
      ['-D', clusterName(partial, account), ...locale, ...access, ...(durable ? [] : ['--no-sync'])],
      { ...account, cwd: partial, env: { PATH: process.env.PATH, LC_ALL: 'C' } },
    )
    writeFileSync(path.join(partial, 'password'), password, { mode: 0o600, flag: 'wx' })
    renameSync(partial, cluster)
  } catch (error) {
    if (!existsSync(cluster)) throw new Error(`Could not create the database in ${cluster}.`, { cause: error })
  } finally {
    for (const file of [partial, passwordFile]) rmSync(file, { recursive: true, force: true })
  }
}

async function createDatabase(url: URL): Promise<void> {
  const client = new pg.Client({ connectionString: new URL('/postgres', url).href })
  await client.connect()
  const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = 'chat'")
  if (rowCount === 0) await client.query('CREATE DATABASE chat')
  await client.end()
}

function readPassword(cluster: string): string {
  try {
    return readFileSync(path.join(cluster, 'password'), 'utf8')
  } catch (error) {
    const denied = (error as NodeJS.ErrnoException).code === 'EACCES'
    const why = denied ? 'belongs to another user (was it started as root before?)' : 'is not a database of ours'
    throw new Error(`${cluster} ${why}: use that user, another data folder, or delete it.`, { cause: error })
  }
}

/** Refuses data that a living process uses; ends a server whose process was killed. */
async function takeOver(cluster: string, pgCtl: PgCtl): Promise<void> {
  const ownerFile = path.join(cluster, 'owner.pid')
  const serverFile = path.join(cluster, 'postmaster.pid')
  const pidIn = (file: string) => (existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : 0)
  const server = pidIn(serverFile)
  if (isAlive(server)) {
    if (!(await isServing(server, cluster, pgCtl))) {
      // After a reboot, or in a new container, the number belongs to somebody else, and PostgreSQL would refuse.
      rmSync(serverFile, { force: true })
    } else if (isAlive(pidIn(ownerFile))) {
      throw inUse(cluster)
    } else {
      await pgCtl.stop()
    }
  }
  rmSync(ownerFile, { force: true }) // 'wx' below: as root, never write through a link that the account has put here
  writeFileSync(ownerFile, String(process.pid), { flag: 'wx' })
}

/** Whether the process is the server of this data; pg_ctl only asks Windows' processes whether they are a server. */
async function isServing(pid: number, cluster: string, pgCtl: PgCtl): Promise<boolean> {
  if (process.platform === 'win32') return pgCtl.isRunning()
  if (process.platform !== 'linux') {
    return spawnSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' }).stdout.includes(cluster)
  }
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === cluster
  } catch {
    return false // gone, or another account's
  }
}

function inUse(cluster: string): Error {
  return new Error(
    `The database in ${path.dirname(cluster)} is in use by another running process: stop that one first.`,
  )
}
