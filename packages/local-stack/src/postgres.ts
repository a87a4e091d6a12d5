import { execFile, spawn, spawnSync } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { endWithUs } from './end-with-us.ts'
import { PgCtl } from './pg-ctl.ts'
import { freePort } from './ports.ts'
import { type Account, serverAccount, serverBinaries } from './postgres-binaries.ts'
import { isAlive } from './process-tree.ts'

export type PostgresOptions = {
  /** Made when missing; holds everything, the generated password (0600) too. Delete it to start afresh. */
  dataDir: string
  /** TCP port on 127.0.0.1; 0 or absent takes a free one. */
  port?: number | undefined
  /** Gets the server's own log, a line at a time. */
  log?: ((line: string) => void) | undefined
  /** `false` trades safety against power loss for speed, for tests. */
  durable?: boolean | undefined
  /** Lets pg_ctl start the server, as on Windows; the log then is in the data's folder only. */
  viaPgCtl?: boolean | undefined
}

export type Postgres = {
  /** Of a database of the role `chat`, which may create others. */
  url: string
  /** Fast shutdown: connections are ended, data is written, the process is gone when this resolves. */
  stop(): Promise<void>
  /** Resolves when the server has ended, asked to or not. */
  exited: Promise<void>
}

const START_TIMEOUT_MS = 60_000 // recovery after a crash can take a while
const FAST_SHUTDOWN_MS = 10_000
const environment = { PATH: process.env.PATH, LC_ALL: 'C' } // PG* variables and locales of the caller stay out

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
  const { viaPgCtl = process.platform === 'win32', durable = true } = options
  const pgCtl = viaPgCtl ? new PgCtl(bin, cluster, clusterName(cluster, account), account) : undefined
  if (!existsSync(cluster)) await createCluster(cluster, bin, account, durable, viaPgCtl)
  const password = readPassword(cluster)
  await takeOver(cluster, pgCtl)

  for (let attempt = 1; ; attempt++) {
    const port = options.port || (await freePort())
    const settings = ['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=', 'timezone=UTC']
    if (!durable) settings.push('fsync=off', 'full_page_writes=off')
    const server = pgCtl ? launchByPgCtl(pgCtl, settings) : launch(cluster, bin, account, settings, options.log)
    const failure = await server.ready
    if (!failure) {
      const url = `postgresql://chat:${password}@127.0.0.1:${port}/${viaPgCtl ? 'postgres' : 'chat'}`
      return { url, stop: server.stop, exited: server.exited() }
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

/**
 * Root's account need not be able to enter the folders above the data (/root, `mktemp -d`): the process is put into
 * the data folder while it still is root, and Linux lets it reach its working folder under this name ever after.
 */
function clusterName(cluster: string, account: Account): string {
  return account.uid !== undefined && process.platform === 'linux' ? '/proc/self/cwd' : cluster
}

/** Made aside and renamed when whole, so that a killed first start leaves nothing half made. */
async function createCluster(
  cluster: string,
  bin: string,
  account: Account,
  durable: boolean,
  viaPgCtl: boolean,
): Promise<void> {
  const partial = `${cluster}.partial-${process.pid}`
  rmSync(partial, { recursive: true, force: true })
  mkdirSync(partial, { mode: 0o700 })
  if (account.uid !== undefined && account.gid !== undefined) chownSync(partial, account.uid, account.gid)
  const name = clusterName(partial, account)
  const execution = { ...account, cwd: partial, env: environment }
  try {
    const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
    const access = ['--auth-local=reject', '--auth-host=scram-sha-256', ...(durable ? [] : ['--no-sync'])]
    const initdb = (...more: string[]) =>
      promisify(execFile)(path.join(bin, 'initdb'), ['-D', name, ...locale, ...access, ...more], execution)
    const password = randomBytes(24).toString('base64url')
    if (viaPgCtl) {
      // No single-user mode for administrators either: the role is the one that initdb makes.
      const file = path.join(tmpdir(), `chat-postgres-${randomUUID()}`)
      writeFileSync(file, password, { mode: 0o600, flag: 'wx' })
      if (account.uid !== undefined && account.gid !== undefined) chownSync(file, account.uid, account.gid)
      await initdb('--username=chat', `--pwfile=${file}`).finally(() => rmSync(file))
    } else {
      await initdb('--username=postgres')
      // Single-user mode: the role and the database are there before the first connection is possible.
      const single = spawnSync(path.join(bin, 'postgres'), ['--single', '-D', name, 'postgres'], {
        ...execution,
        input: `CREATE ROLE chat LOGIN CREATEDB PASSWORD '${password}'\nCREATE DATABASE chat OWNER chat\n`,
        encoding: 'utf8',
      })
      if (single.status !== 0 || /ERROR|FATAL/.test(single.stderr)) throw new Error(single.stderr)
    }
    writeFileSync(path.join(partial, 'password'), password, { mode: 0o600, flag: 'wx' })
    renameSync(partial, cluster)
  } catch (error) {
    rmSync(partial, { recursive: true, force: true })
    if (!existsSync(cluster)) throw new Error(`Could not create the database in ${cluster}.`, { cause: error })
  }
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
async function takeOver(cluster: string, pgCtl: PgCtl | undefined): Promise<void> {
  const ownerFile = path.join(cluster, 'owner.pid')
  const serverFile = path.join(cluster, 'postmaster.pid')
  const pidIn = (file: string) => (existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : 0)
  const server = pidIn(serverFile)
  if (server && isAlive(server)) {
    const serves = pgCtl ? await pgCtl.isRunning() : isServing(server, cluster)
    if (!serves) {
      // After a reboot, or in a new container, the number belongs to somebody else, and PostgreSQL would refuse.
      rmSync(serverFile, { force: true })
    } else if (isAlive(pidIn(ownerFile))) {
      throw inUse(cluster)
    } else if (pgCtl) {
      await pgCtl.stop(FAST_SHUTDOWN_MS)
    } else {
      process.kill(server, 'SIGINT')
      for (let waited = 0; isAlive(server) && waited < FAST_SHUTDOWN_MS; waited += 50) await sleep(50)
    }
  }
  rmSync(ownerFile, { force: true }) // 'wx' below: as root, never write through a link that the account has put here
  writeFileSync(ownerFile, String(process.pid), { flag: 'wx' })
}

/** By the command line: unlike the working folder, it can be read of another account's process everywhere. */
function isServing(pid: number, cluster: string): boolean {
  if (process.platform !== 'linux') {
    return spawnSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' }).stdout.includes(cluster)
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(cluster)
  } catch {
    return false // gone
  }
}

function inUse(cluster: string): Error {
  return new Error(
    `The database in ${path.dirname(cluster)} is in use by another running process: stop that one first.`,
  )
}

interface Launched {
  /** Resolves with nothing once connections are accepted, or with the server's log when it ended before. */
  readonly ready: Promise<string | undefined>
  /** Of a server that has been ready: resolves when it is gone. */
  exited(): Promise<void>
  stop(): Promise<void>
}

function launchByPgCtl(pgCtl: PgCtl, settings: string[]): Launched {
  let watching: Promise<void> | undefined
  const exited = () => {
    watching ??= pgCtl.watch()
    return watching
  }
  const stop = async () => {
    await pgCtl.stop(FAST_SHUTDOWN_MS)
    await exited()
  }
  return { ready: pgCtl.start(settings), exited, stop }
}

function launch(
  cluster: string,
  bin: string,
  account: Account,
  settings: string[],
  log: PostgresOptions['log'],
): Launched {
  // The last means nothing to PostgreSQL: it tells whose process it is, see isServing.
  const all = [...settings, `chat.data=${cluster}`].flatMap((setting) => ['-c', setting])
  // An own process group: Ctrl-C in a terminal must not end the database before those who still write to it.
  const server = spawn(path.join(bin, 'postgres'), ['-D', clusterName(cluster, account), ...all], {
    ...account,
    cwd: cluster,
    env: environment,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const removeGuard = endWithUs(server, 'INT', account)
  const exited = Promise.race([once(server, 'close'), once(server, 'error')]).then(removeGuard)

  const ready = new Promise<string | undefined>((resolve) => {
    let output = ''
    const timer = setTimeout(() => server.kill('SIGKILL'), START_TIMEOUT_MS)
    const settle = (failure?: string) => {
      clearTimeout(timer)
      resolve(failure)
    }
    let rest = ''
    server.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) log?.(line)
      if (output.length < 10_000) output += chunk
      if (output.includes('database system is ready to accept connections')) settle()
    })
    server.once('error', (error) => settle(error.message))
    exited.then(() => settle(output || 'it ended without a message'))
  })
  const stop = async () => {
    const patience = setTimeout(() => server.kill('SIGQUIT'), FAST_SHUTDOWN_MS) // recovers at the next start
    server.kill('SIGINT')
    await exited
    clearTimeout(patience)
  }
  return { ready, exited: () => exited, stop }
}
