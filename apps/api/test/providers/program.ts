import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { endWithUs } from '@repo/local-stack/end-with-us'

/** A server's process, which can be killed and started again on the same port. */
export class Program {
  readonly #file: string
  readonly #args: readonly string[]
  readonly #env: NodeJS.ProcessEnv
  #child: ChildProcess | undefined
  #output = ''

  constructor(file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.#file = file
    this.#args = args
    this.#env = env
  }

  get running(): boolean {
    return this.#child?.exitCode === null && this.#child.signalCode === null
  }

  start(): void {
    if (this.running) return
    this.#output = ''
    const child = spawn(this.#file, this.#args, {
      env: { ...process.env, ...this.#env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data) => (this.#output = (this.#output + data).slice(-20_000)))
    const removeGuard = endWithUs(child)
    child.once('exit', () => void removeGuard())
    this.#child = child
  }

  /** Starts it if need be. @throws an Error with the end of its output when it ends, or does not answer in two minutes */
  async ready(url: string): Promise<void> {
    this.start()
    for (const deadline = Date.now() + 120_000; ; await sleep(100)) {
      const response = await fetch(url).catch(() => null)
      if (response?.ok) return
      if (!this.running || Date.now() > deadline) throw new Error(`${this.#file} does not answer:\n${this.#output}`)
    }
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child
    if (!child || !this.running) return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }

  /** CPU time of the process and of all below it, in whole seconds. */
  cpuSeconds(): number {
    const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,time='], { encoding: 'utf8' }).trim().split('\n')
    const rows = lines.map((line) => line.trim().split(/\s+/) as [string, string, string])
    const below = (pid: string): number =>
      rows.filter(([, parent]) => parent === pid).reduce((sum, [child]) => sum + below(child), own(pid))
    const own = (pid: string) => {
      const parts =
        rows
          .find(([id]) => id === pid)?.[2]
          .split(/[-:]/)
          .map(Number) ?? []
      return parts.reverse().reduce((sum, part, i) => sum + part * ([1, 60, 3600, 86_400][i] ?? 0), 0)
    }
    return below(String(this.#child?.pid))
  }
}
