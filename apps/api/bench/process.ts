import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '@repo/local-stack/ports'

const root = fileURLToPath(new URL('..', import.meta.url))
const reporter = new URL('./cpu-reporter.ts', import.meta.url).href
const children = new Set<ChildProcess>()

export interface Reading {
  /** User and system, since it began. */
  readonly cpuMs: number
  readonly rssBytes: number
}

/** A process of the bench: what is measured, or what it needs. */
export interface Part {
  readonly name: string
  readonly port: number
  /** From its beginning to its first 200, in milliseconds. */
  readonly startMs: number
  /** Sends it a message, and returns what it says. */
  tell(message: object): Promise<Reading>
  stop(): Promise<void>
}

/** Starts one of the bench's own Node processes, and waits until it answers. */
export async function startPart(
  name: string,
  script: string,
  env: Record<string, string> = {},
  { preload = [], folder = root, args = [] }: { preload?: string[]; folder?: string; args?: string[] } = {},
): Promise<Part> {
  const port = await freePort()
  const began = performance.now()
  const child = spawn(process.execPath, [...preload, '--import', reporter, script, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, NODE_ENV: 'production', PORT: String(port), ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  children.add(child)
  await answering(child, `http://127.0.0.1:${port}/ready`)
  return {
    name,
    port,
    startMs: performance.now() - began,
    async tell(message) {
      child.send(message)
      return (await once(child, 'message'))[0] as Reading
    },
    stop: () => end(child),
  }
}

/** Starts any other program, and waits until it answers. */
export async function startProgram(command: string, args: string[], env: Record<string, string>, url: string) {
  const child = spawn(command, args, {
    env: { PATH: `${path.dirname(command)}:${process.env.PATH}`, PYTHONDONTWRITEBYTECODE: '1', ...env },
    stdio: 'ignore',
  })
  children.add(child)
  await once(child, 'spawn')
  await answering(child, url)
  return child
}

/** Kills what has been started. */
export async function stopAll(): Promise<void> {
  await Promise.all([...children].map(end))
}

export async function end(child: ChildProcess): Promise<void> {
  children.delete(child)
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

/** @throws when nothing answers within a minute, or the process has ended */
export async function answering(child: ChildProcess, url: string): Promise<void> {
  const deadline = Date.now() + 60_000
  for (;;) {
    const response = await fetch(url).catch(() => null)
    await response?.arrayBuffer()
    if (response && response.status < 500) return
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`${child.spawnargs.join(' ')} did not start`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
