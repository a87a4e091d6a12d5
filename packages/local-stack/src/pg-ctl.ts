import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Account } from './postgres-binaries.ts'
import { isAlive } from './process-tree.ts'

const START_TIMEOUT_S = 60
const WATCH_INTERVAL_MS = 500

/** Ends the server when this process is gone, and with it the guard's input. */
const GUARD = `process.stdin.resume().on('error', () => {}).on('close', () =>
  require('node:child_process').spawnSync(process.argv[1], ['stop', '-m', 'fast', '-D', process.argv[2]]))`

/**
 * A server that PostgreSQL's own pg_ctl starts and ends, for Windows: an administrator's `postgres` refuses to run there,
 * and pg_ctl is what takes those rights away. The server then is no child of ours.
 */
export class PgCtl {
  readonly #program: string
  readonly #cluster: string
  readonly #name: string
  readonly #account: Account

  /** @param name of the cluster's folder for a process that is in it (cwd) */
  constructor(bin: string, cluster: string, name: string, account: Account) {
    this.#program = path.join(bin, 'pg_ctl')
    this.#cluster = cluster
    this.#name = name
    this.#account = account
  }

  /** Resolves with nothing once connections are accepted, or with the server's log when it did not start. */
  async start(settings: readonly string[]): Promise<string | undefined> {
    const log = path.join(this.#cluster, 'server.log')
    rmSync(log, { force: true })
    const options = settings.map((setting) => `-c ${setting}`).join(' ')
    const logForServer = path.join(this.#name, 'server.log')
    const code = await this.#run('start', '-w', '-t', `${START_TIMEOUT_S}`, '-l', logForServer, '-o', options)
    if (code === 0) return undefined
    return existsSync(log) ? readFileSync(log, 'utf8') : `pg_ctl ended with ${code}`
  }

  async isRunning(): Promise<boolean> {
    return (await this.#run('status')) === 0
  }

  /** Fast shutdown, and at once when it takes too long. */
  async stop(timeoutMs: number): Promise<void> {
    const code = await this.#run('stop', '-m', 'fast', '-t', `${Math.ceil(timeoutMs / 1000)}`)
    if (code !== 0 && (await this.isRunning())) await this.#run('stop', '-m', 'immediate')
  }

  /** Resolves when the server has ended. Until then it also ends when this process does. */
  async watch(): Promise<void> {
    const guard = spawn(process.execPath, ['-e', GUARD, this.#program, this.#name], {
      ...this.#account,
      cwd: this.#cluster,
      detached: true,
      windowsHide: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    const ended = once(guard, 'close')
    guard.unref()
    const pid = Number.parseInt(readFileSync(path.join(this.#cluster, 'postmaster.pid'), 'utf8'), 10)
    while (isAlive(pid)) await sleep(WATCH_INTERVAL_MS, undefined, { ref: false })
    guard.kill('SIGKILL')
    await ended
  }

  async #run(...args: string[]): Promise<number | null> {
    // Nothing to inherit: the server would keep a pipe open, and us waiting.
    const child = spawn(this.#program, [...args, '-D', this.#name], {
      ...this.#account,
      cwd: this.#cluster,
      windowsHide: true,
      stdio: 'ignore',
    })
    return (await once(child, 'close'))[0]
  }
}
