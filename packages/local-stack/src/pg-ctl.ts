import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Account } from './postgres-binaries.ts'
import { isAlive } from './process-tree.ts'

const START_TIMEOUT_S = 60 // recovery after a crash can take a while
const FAST_SHUTDOWN_S = 10
const WATCH_INTERVAL_MS = 100

/** A program for `node -e`: when its input closes, which it does when we are gone, it runs a command. */
const GUARD = `process.stdin.resume().on('error', () => {}).on('close', () => {
  const [command, args, options] = JSON.parse(process.argv[1])
  require('node:child_process').spawnSync(command, args, options)
})`

/**
 * PostgreSQL by its own pg_ctl, on every system alike. On Windows there is no other way: `postgres` refuses to run for an
 * administrator, and pg_ctl is what takes those rights away. So the server is no child of ours, and Ctrl-C in a terminal
 * does not end it before those who still write to it.
 */
export class PgCtl {
  readonly #command: string
  readonly #execution: object
  readonly #cluster: string
  readonly #name: string

  constructor(bin: string, cluster: string, account: Account) {
    this.#command = path.join(bin, 'pg_ctl')
    // PG* variables and locales of the caller stay out. With nothing to inherit, the server holds no pipe of ours open.
    const env = { PATH: process.env.PATH, LC_ALL: 'C' }
    this.#execution = { ...account, cwd: cluster, env, stdio: 'ignore', windowsHide: true }
    this.#cluster = cluster
    this.#name = clusterName(cluster, account)
  }

  /** Resolves with nothing once connections are accepted, or with the server's log when it did not start. */
  async start(settings: readonly string[]): Promise<string | undefined> {
    const log = path.join(this.#cluster, 'server.log')
    rmSync(log, { force: true })
    const options = settings.map((setting) => `-c ${setting}`).join(' ')
    const logging = ['-l', path.join(this.#name, 'server.log')]
    const code = await this.#run(['start', '-w', '-t', `${START_TIMEOUT_S}`, ...logging, '-o', options])
    if (code === 0) return undefined
    return existsSync(log) ? readFileSync(log, 'utf8') : `pg_ctl ended with ${code}`
  }

  /** Fast shutdown, or at once when that takes too long: what is lost then, recovery brings back. */
  async stop(): Promise<void> {
    const code = await this.#run(['stop', '-m', 'fast', '-t', `${FAST_SHUTDOWN_S}`])
    if (code !== 0 && (await this.isRunning())) await this.#run(['stop', '-m', 'immediate'])
  }

  async isRunning(): Promise<boolean> {
    return (await this.#run(['status'])) === 0
  }

  /** Resolves when the server, which runs, has ended. Until then it also ends when this process does, SIGKILL included. */
  async watch(): Promise<void> {
    const stop = JSON.stringify([this.#command, ['stop', '-m', 'fast', '-D', this.#name], this.#execution])
    const guard = spawn(process.execPath, ['-e', GUARD, stop], {
      detached: true, // Ctrl-C must not end the guard
      stdio: ['pipe', 'ignore', 'ignore'],
      windowsHide: true,
    })
    const guardEnded = once(guard, 'close')
    const pid = Number.parseInt(readFileSync(path.join(this.#cluster, 'postmaster.pid'), 'utf8'), 10)
    while (isAlive(pid)) await sleep(WATCH_INTERVAL_MS)
    guard.kill('SIGKILL')
    await guardEnded
  }

  async #run(args: readonly string[]): Promise<number | null> {
    const child = spawn(this.#command, [...args, '-D', this.#name], this.#execution)
    return (await once(child, 'close'))[0]
  }
}

/**
 * Root's account need not be able to enter the folders above the data (/root, `mktemp -d`): the process is put into
 * the data folder while it still is root, and Linux lets it reach its working folder under this name ever after.
 */
export function clusterName(cluster: string, account: Account): string {
  return account.uid !== undefined && process.platform === 'linux' ? '/proc/self/cwd' : cluster
}
