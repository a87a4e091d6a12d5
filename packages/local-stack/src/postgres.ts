import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
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
import { freePort } from './ports.ts'
import { type Account, serverAccount, serverBinaries } from './postgres-binaries.ts'

export type PostgresOptions = {
  /** Made when missing; holds everything, the generated password (0600) too. Delete it to start afresh. */
  dataDir: string
  /** TCP port on 127.0.0.1; 0 or absent takes a free one. */
  port?: number | undefined
  /** Gets the server's own log, a line at a time. */
  log?: ((line: string) => void) | undefined
  /** `false` trades safety against power loss for speed, for tests. */
  durable?: boolean | undefined
}

export type Postgres = {
  /** Of the database `chat`, with a role that owns it and may create others. */
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
  if (!existsSync(cluster)) await createCluster(cluster, bin, account, options.durable ?? true)
  const password = readPassword(cluster)
  await takeOver(cluster)

  for (let attempt = 1; ; attempt++) {
    const port = options.port || (await freePort())
    const server = launch(cluster, bin, account, port, options)
    const failure = await server.ready
    if (!failure) {
      const url = `postgresql://chat:${password}@127.0.0.1:${port}/chat`
      return { url, stop: () => stop(server.process, server.exited), exited: server.exited }
    }
    if (failure.includes('lock file "postmaster.pid" already exists')) throw inUse(cluster)
    const taken = failure.includes('Address already in use')
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
async function createCluster(cluster: string, bin: string, account: Account, durable: boolean): Promise<void> {
  const partial = `${cluster}.partial-${process.pid}`
  rmSync(partial, { recursive: true, force: true })
  mkdirSync(partial, { mode: 0o700 })
  if (account.uid !== undefined && account.gid !== undefined) chownSync(partial, account.uid, account.gid)
  const name = clusterName(partial, account)
  const execution = { ...account, cwd: partial, env: environment }
  try {
    const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
    const access = ['--username=postgres', '--auth-local=reject', '--auth-host=scram-sha-256']
    const sync = durable ? [] : ['--no-sync']
    await promisify(execFile)(path.join(bin, 'initdb'), ['-D', name, ...locale, ...access, ...sync], execution)

    const password = randomBytes(24).toString('base64url')
    // Single-user mode: the role and the database are there before the first connection is possible.
    const single = spawnSync(path.join(bin, 'postgres'), ['--single', '-D', name, 'postgres'], {
      ...execution,
      input: `CREATE ROLE chat LOGIN CREATEDB PASSWORD '${password}'\nCREATE DATABASE chat OWNER chat\n`,
      encoding: 'utf8',
    })
    if (single.status !== 0 || /ERROR|FATAL/.test(single.stderr)) throw new Error(single.stderr)
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
async function takeOver(cluster: string): Promise<void> {
  const ownerFile = path.join(cluster, 'owner.pid')
  const serverFile = path.join(cluster, 'postmaster.pid')
  const pidIn = (file: string) => (existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : 0)
  const server = pidIn(serverFile)
  if (server && isAlive(server)) {
    if (!isServing(server, cluster)) {
      // After a reboot, or in a new container, the number belongs to somebody else, and PostgreSQL would refuse.
      rmSync(serverFile, { force: true })
    } else if (isAlive(pidIn(ownerFile))) {
      throw inUse(cluster)
    } else {
      process.kill(server, 'SIGINT')
      for (let waited = 0; isAlive(server) && waited < FAST_SHUTDOWN_MS; waited += 50) await sleep(50)
    }
  }
  rmSync(ownerFile, { force: true }) // 'wx' below: as root, never write through a link that the account has put here
  writeFileSync(ownerFile, String(process.pid), { flag: 'wx' })
}

function isAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
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

type Launched = { process: ChildProcess; exited: Promise<void>; ready: Promise<string | undefined> }

/** `ready` resolves with nothing once connections are accepted, or with the server's log when it ended before. */
function launch(cluster: string, bin: string, account: Account, port: number, options: PostgresOptions): Launched {
  const settings = ['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=', 'timezone=UTC']
  settings.push(`chat.data=${cluster}`) // means nothing to PostgreSQL: tells whose process it is, see isServing
  if (options.durable === false) settings.push('fsync=off', 'full_page_writes=off')
  // An own process group: Ctrl-C in a terminal must not end the database before those who still write to it.
  const server = spawn(
    path.join(bin, 'postgres'),
    ['-D', clusterName(cluster, account), ...settings.flatMap((setting) => ['-c', setting])],
    { ...account, cwd: cluster, env: environment, detached: true, stdio: ['ignore', 'ignore', 'pipe'] },
  )
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
      for (const line of lines) options.log?.(line)
      if (output.length < 10_000) output += chunk
      if (output.includes('database system is ready to accept connections')) settle()
    })
    server.once('error', (error) => settle(error.message))
    exited.then(() => settle(output || 'it ended without a message'))
  })
  return { process: server, exited, ready }
}

async function stop(server: ChildProcess, exited: Promise<void>): Promise<void> {
  const patience = setTimeout(() => server.kill('SIGQUIT'), FAST_SHUTDOWN_MS) // recovers at the next start
  server.kill('SIGINT')
  await exited
  clearTimeout(patience)
}
