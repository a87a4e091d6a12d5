import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { killTree, ownTree } from './process-tree.ts'

export const root = fileURLToPath(new URL('../../..', import.meta.url))

const running = new Map<ChildProcess, Promise<unknown>>()

/** Ends what `run` has started, with everything below it. Resolves when it is gone. */
export async function endRunning(): Promise<void> {
  await Promise.all(
    [...running].map(async ([child, closed]) => {
      killTree(child, 'SIGINT') // what Ctrl-C would send: the runners tidy up then
      const timer = setTimeout(() => killTree(child, 'SIGKILL'), 20_000)
      await closed
      clearTimeout(timer)
    }),
  )
}

type RunOptions = { show?: boolean; env?: NodeJS.ProcessEnv; timeoutMs?: number }

/**
 * Runs a command of the workspace (`node_modules/.bin` is on its PATH) from the root.
 *
 * @param options.show lets its output through; otherwise it is only seen when the command fails
 * @param options.timeoutMs ends it with everything below it
 * @throws an Error with the output, unless shown already, when it does not end with 0
 */
export async function run(
  command: string,
  args: string[],
  { show = false, env = {}, timeoutMs }: RunOptions = {},
): Promise<void> {
  const child = spawn(command, args, {
    cwd: root,
    // Their own statistics stay off: nothing that this repository starts reports to anybody.
    env: {
      ...process.env,
      TURBO_TELEMETRY_DISABLED: '1',
      NEXT_TELEMETRY_DISABLED: '1',
      ...env,
      PATH: [path.join(root, 'node_modules/.bin'), process.env.PATH].join(path.delimiter),
    },
    ...ownTree,
    shell: process.platform === 'win32', // what is in .bin are .cmd files there
    stdio: show ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (output += text))
  const name = [command, ...args].join(' ')
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`${name} could not be started: ${error.message}`)))
    child.once('close', resolve)
  })
  running.set(
    child,
    closed.catch(() => {}),
  )
  const timer = timeoutMs && setTimeout(() => killTree(child, 'SIGKILL'), timeoutMs)
  const code = await closed.finally(() => {
    running.delete(child)
    clearTimeout(timer)
  })
  if (code !== 0) throw new Error(`${output}${name} failed with ${code ?? 'a signal'}.`)
}

/** Calls `work` and prints one line: what, and how many seconds it took. */
export async function step(title: string, work: () => Promise<unknown>): Promise<void> {
  const start = performance.now()
  process.stdout.write(`  ${title.padEnd(22)}`)
  try {
    await work()
    console.log(`${((performance.now() - start) / 1000).toFixed(1).padStart(6)} s`)
  } catch (error) {
    console.log('failed')
    throw error
  }
}

/**
 * Calls `end` once, on Ctrl-C, SIGTERM, a closed terminal, or when the process that started us is gone.
 * Repeated signals are expected (npm, the terminal and with-node.mjs each pass Ctrl-C on) and change nothing.
 */
export function onStop(end: () => void): void {
  let called = false
  const once = () => {
    if (!called) end()
    called = true
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, once)
  process.on('disconnect', once)
  process.channel?.unref() // the channel alone must not keep us running
}
