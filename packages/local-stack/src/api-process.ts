import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { endWithUs } from './end-with-us.ts'
import { freePort } from './ports.ts'

const folder = fileURLToPath(new URL('../../../apps/api', import.meta.url))

/** The API as it runs in production: its own process, instrumented, listening. */
export interface ApiProcess {
  readonly url: string
  /** Everything that it wrote to stdout and stderr. */
  output(): string
  /** pino lines of stdout. */
  logLines(): Record<string, unknown>[]
  readonly process: ChildProcess
  /** Ends it and waits; resolves with its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/**
 * @param env on top of the test defaults; `PORT` and `OTEL_*` too
 * @param cwd of the API, where it is not this tree's
 */
export async function startApi(env: Record<string, string>, cwd = folder): Promise<ApiProcess> {
  const port = await freePort()
  const child = spawn(process.execPath, ['--import', '@repo/telemetry/register', 'src/server.ts'], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      OTEL_BSP_SCHEDULE_DELAY: '100',
      OTEL_BLRP_SCHEDULE_DELAY: '100',
      OTEL_METRIC_EXPORT_INTERVAL: '500',
      OTEL_METRIC_EXPORT_TIMEOUT: '500',
      ...env,
    },
  })
  let output = ''
  child.stdout?.on('data', (data) => (output += data))
  child.stderr?.on('data', (data) => (output += data))
  const removeGuard = endWithUs(child) // also where a test fails before it stops it
  const exited = once(child, 'exit').then(removeGuard)
  const api: ApiProcess = {
    url: `http://127.0.0.1:${port}`,
    process: child,
    output: () => output,
    logLines: () =>
      output
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line)),
    async stop(signal = 'SIGTERM') {
      child.kill(signal)
      await exited
      return child.exitCode
    },
  }
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the API did not start:\n${output}`)
    const ready = await fetch(`${api.url}/ready`).catch(() => null)
    if (ready?.ok) return api
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
