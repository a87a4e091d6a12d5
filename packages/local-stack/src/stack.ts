import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { endWithUs } from './end-with-us.ts'
import { embeddedParts, type Ports } from './ports.ts'
import { type Postgres, startPostgres } from './postgres.ts'
import { killTree, ownTree } from './process-tree.ts'
import { root } from './run.ts'

export type StackOptions = {
  ports: Ports
  /** What the parts get, and what decides which parts there are: a database, model or collector named here is used. */
  env: NodeJS.ProcessEnv
  /** Holds the database, the session secret and the logs. */
  dataDir: string
  /** Reload on change, logs to the terminal. Otherwise production builds, which must be there. */
  dev?: boolean
  /** Gets one line for each part that is ready. */
  log: (line: string) => void
}

export type Stack = {
  /** Resolves when every part answers, or when stopped before. Rejects with the reason, in words for the user, when one does not. */
  ready: Promise<void>
  /** Resolves with the reason when a part ends that nobody asked to. */
  failed: Promise<string>
  /** Ends one part, told to or killed, and starts it again at the same place, later. Resolves when it answers. */
  restart(name: 'api' | 'web' | 'viewer', signal?: NodeJS.Signals, awayMs?: number): Promise<void>
  /** Ends every part, those that send telemetry before those that receive it. Resolves when no process is left. */
  stop(): Promise<void>
}

type Service = {
  name: string
  folder: string
  args: string[]
  env: NodeJS.ProcessEnv
  ready: string
  after?: Promise<void>
}

const READY_TIMEOUT_MS = 60_000
const STOP_TIMEOUT_MS = 10_000

/** Starts the whole application below this process. */
export function startStack({ ports, env, dataDir, dev = false, log }: StackOptions): Stack {
  const embedded = embeddedParts(env)
  const logs = path.join(dataDir, 'logs')
  mkdirSync(logs, { recursive: true })
  const processes = new Map<string, ChildProcess>()
  const services = new Map<string, Service>()
  /** Parts that are ending because they were asked to. */
  const ending = new Set<string>()
  const { promise: failed, resolve: fail } = Promise.withResolvers<string>()
  const failure = failed.then((reason) => Promise.reject(new Error(reason)))
  failure.catch(() => {}) // `ready` or `failed` tells
  let stopping = false

  const shared: NodeJS.ProcessEnv = {
    NODE_ENV: dev ? 'development' : 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    API_URL: `http://127.0.0.1:${ports.api}`,
    PUBLIC_URL: `http://localhost:${ports.web}`,
    OTEL_RESOURCE_ATTRIBUTES: `deployment.environment.name=${dev ? 'development' : 'demo'}`,
    ...(embedded.mock && { OPENAI_BASE_URL: `http://127.0.0.1:${ports.mock}/api/v1` }),
    ...(embedded.viewer && {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${ports.viewer}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      TRACE_URL_TEMPLATE: `http://localhost:${ports.viewer}/traces/{traceId}`,
      // Seconds, not the minute that suits production: the answer's telemetry is there when one looks.
      OTEL_BSP_SCHEDULE_DELAY: '1000',
      OTEL_BLRP_SCHEDULE_DELAY: '1000',
      OTEL_METRIC_EXPORT_INTERVAL: '5000',
      OTEL_METRIC_EXPORT_TIMEOUT: '5000',
    }),
    ...env,
    ...network(env),
    HOST: '127.0.0.1',
  }

  async function start(service: Service): Promise<void> {
    const { name, folder, args, env: own, ready, after } = service
    const begin = performance.now()
    const output = dev ? 'pipe' : openSync(path.join(logs, `${name}.log`), services.has(name) ? 'a' : 'w')
    services.set(name, service)
    const child = spawn(process.execPath, args, {
      cwd: path.join(root, folder),
      env: { ...shared, ...own },
      ...ownTree, // Ctrl-C reaches us only: the order of the end is ours
      stdio: ['ignore', output, output],
    })
    processes.set(name, child)
    if (typeof output === 'number') closeSync(output)
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface(stream).on('line', (line) => console.log(`${name.padEnd(6)} ${line}`))
    }
    const removeGuard = endWithUs(child)
    child.once('exit', (code, signal) => {
      removeGuard()
      if (!stopping && !ending.has(name)) fail(`${name} ended with ${signal ?? code}.${tail(name)}`)
    })
    await after
    while (!stopping && child.exitCode === null && child.signalCode === null) {
      const response = await fetch(ready, { signal: AbortSignal.timeout(5000) }).catch(() => undefined)
      await response?.body?.cancel()
      if (response?.ok) return log(`${name.padEnd(22)}${seconds(begin)}`)
      if (performance.now() - begin > READY_TIMEOUT_MS) {
        const answer = response ? `status ${response.status}` : 'no answer'
        throw new Error(
          `${name} is not ready after ${READY_TIMEOUT_MS / 1000} s: ${answer} from ${ready}.${tail(name)}`,
        )
      }
      await sleep(100)
    }
    if (!stopping) await failure
  }

  function tail(name: string): string {
    const file = path.join(logs, `${name}.log`)
    if (dev || !existsSync(file)) return ''
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n').slice(-20)
    return ` The end of ${file}:\n${lines.join('\n')}`
  }

  async function end(names: readonly string[], signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const children = names.flatMap((name) => processes.get(name) ?? [])
    await Promise.all(
      children.map(async (child) => {
        const closed = new Promise((resolve) => child.once('exit', resolve))
        if (child.pid === undefined) return
        if (child.exitCode === null && child.signalCode === null) {
          child.kill(signal)
          await Promise.race([closed, sleep(STOP_TIMEOUT_MS, undefined, { ref: false })])
        }
        killTree(child, 'SIGKILL') // it, if it did not listen, and whatever it has left behind
      }),
    )
  }

  let postgres: Promise<Postgres> | undefined
  async function startDatabase(): Promise<string> {
    const begin = performance.now()
    const data = path.join(dataDir, 'postgres')
    postgres = startPostgres({ dataDir: data, port: ports.postgres ?? 0 }) // any: its own is likely to be another one's
    const server = await postgres
    server.exited.then(() => !stopping && fail(`postgres ended. Its log: ${path.join(data, 'cluster/server.log')}`))
    log(`${'postgres'.padEnd(22)}${seconds(begin)}  port ${new URL(server.url).port}`)
    return server.url
  }

  async function startApi(): Promise<void> {
    const DATABASE_URL = env.DATABASE_URL || (await startDatabase())
    if (stopping) return
    const args = ['--import', '@repo/telemetry/register', 'src/server.ts']
    await start({
      name: 'api',
      folder: 'apps/api',
      args: dev ? ['--watch', ...args] : args,
      env: {
        PORT: String(ports.api),
        DATABASE_URL,
        SESSION_SECRET: env.SESSION_SECRET || keptSecret(path.join(dataDir, 'session-secret')),
      },
      ready: `http://127.0.0.1:${ports.api}/ready`,
    })
  }

  const server = (name: string, folder: string, port: number, entry: string): Service => ({
    name,
    folder,
    args: [entry],
    env: { PORT: String(port) },
    ready: `http://127.0.0.1:${port}/health`,
  })
  const api = startApi()
  const all = Promise.all([
    embedded.viewer && start(server('viewer', 'apps/viewer', ports.viewer, 'src/server/server.ts')),
    embedded.mock && start(server('mock', 'apps/mock-llm', ports.mock, 'src/server.ts')),
    api,
    start({
      name: 'web',
      folder: 'apps/web',
      args: ['node_modules/next/dist/bin/next', dev ? 'dev' : 'start', '-H', '127.0.0.1', '-p', String(ports.web)],
      env: { PORT: String(ports.web) },
      ready: `http://127.0.0.1:${ports.web}/`,
      after: api, // asked before, the page would log that it cannot reach the API
    }),
  ])
  const ready = Promise.race([all.then(() => {}), failure])
  ready.catch(() => {}) // told to whoever awaits it; a stop during the start need not

  let stopped: Promise<void> | undefined
  const stop = () => {
    stopping = true
    stopped ??= end(['web', 'api']).then(async () => {
      const database = await postgres?.catch(() => undefined) // also one that is just being started
      await Promise.all([end(['viewer', 'mock']), database?.stop()])
    })
    return stopped
  }
  const restart: Stack['restart'] = async (name, signal, awayMs = 0) => {
    const service = services.get(name)
    if (!service) throw new Error(`${name} has not been started.`)
    ending.add(name)
    await end([name], signal)
    await sleep(awayMs)
    ending.delete(name)
    await start(service)
  }
  return { ready, failed, restart, stop }
}

/** A proxy and a certificate authority, as Node reads them: it asks to be told, and has another working folder. */
function network(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const authority = env.NODE_EXTRA_CA_CERTS
  const proxied = Object.keys(env).some((name) => /^https?_proxy$/i.test(name) && env[name])
  const noProxy = ['localhost', '127.0.0.1', env.no_proxy || env.NO_PROXY].filter(Boolean).join()
  return {
    ...(authority && { NODE_EXTRA_CA_CERTS: path.resolve(root, authority) }),
    ...(proxied && { NODE_USE_ENV_PROXY: '1', NO_PROXY: noProxy, no_proxy: noProxy }),
  }
}

const seconds = (begin: number) => `${((performance.now() - begin) / 1000).toFixed(1).padStart(6)} s`

function keptSecret(file: string): string {
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('hex'), { mode: 0o600 })
  return readFileSync(file, 'utf8')
}
