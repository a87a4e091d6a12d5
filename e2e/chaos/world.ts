import { execFile, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { appendFile, statfs } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type Ports, unusedPorts } from '@repo/local-stack/ports'
import { type Postgres, startPostgres } from '@repo/local-stack/postgres'
import { root } from '@repo/local-stack/run'
import { type Stack, startStack } from '@repo/local-stack/stack'
import { STEADY, startSteadyModel } from '@repo/local-stack/steady-model'
import { type Mock, startMock } from '@repo/mock-llm/mock'
import { eventually } from '@repo/stores/eventually'
import { getJson } from '@repo/stores/http'
import pg from 'pg'
import { Asked, type AskOptions } from './asked.ts'
import { Gate } from './gate.ts'
import type { Look } from './preload.ts'

export type Part = 'api' | 'web' | 'viewer'

/** Models whose servers cannot be reached, each in its own way. */
export const unreachable = { dns: 'dns-gone', tls: 'tls-broken' }
/** Of the mock's delays. */
const PACE = 0.3
/** What each part may use, in MiB: little, so that the limit can be reached. */
const HEAP_MIB = 512
const DISK = '600m'

const execute = promisify(execFile)

/** The whole chat, small and of its own, with doors at which it can be broken. */
export class World {
  readonly provider: Gate
  readonly database: Gate
  /** Whether its disk is one that can be filled. */
  readonly hasOwnDisk: boolean
  /** The questions of the fault that is tried. */
  asked: Asked[] = []
  readonly #folder: string
  readonly #mock: Mock
  readonly #model: { stop(): void }
  readonly #ports: Ports
  #postgres: Postgres
  #cluster: string
  #stack: Stack

  private constructor(
    parts: {
      provider: Gate
      database: Gate
      mock: Mock
      model: { stop(): void }
      ports: Ports
      postgres: Postgres
      stack: Stack
    },
    { folder, cluster, hasOwnDisk }: { folder: string; cluster: string; hasOwnDisk: boolean },
  ) {
    this.provider = parts.provider
    this.database = parts.database
    this.#mock = parts.mock
    this.#model = parts.model
    this.#ports = parts.ports
    this.#postgres = parts.postgres
    this.#stack = parts.stack
    this.#folder = folder
    this.#cluster = cluster
    this.hasOwnDisk = hasOwnDisk
  }

  /** @param env on top of that of chaos; `pace` of the mock's delays */
  static async start(env: NodeJS.ProcessEnv = {}, pace = PACE): Promise<World> {
    const folder = mkdtempSync(path.join(tmpdir(), 'chat-chaos-'))
    const cluster = path.join(folder, 'database')
    const controls = path.join(folder, 'controls')
    for (const one of [cluster, controls]) mkdirSync(one)
    const hasOwnDisk = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK}`, 'chaos', cluster]).status === 0
    const ports = await unusedPorts()
    const [mock, postgres] = await Promise.all([
      startMock({ pace }),
      startPostgres({ dataDir: cluster, durable: false }),
    ])
    const model = await startSteadyModel(mock.url)
    const provider = await new Gate(Number(new URL(model.url).port)).open()
    const database = await new Gate(Number(new URL(postgres.url).port)).open()
    const databaseUrl = new URL(postgres.url)
    databaseUrl.port = String(database.port)
    const providers = path.join(folder, 'providers.json')
    writeFileSync(
      providers,
      JSON.stringify({
        providers: [
          { name: 'dns', baseUrl: 'http://provider.invalid/v1', models: [unreachable.dns] },
          { name: 'tls', baseUrl: `https://127.0.0.1:${provider.port}/v1`, models: [unreachable.tls] },
        ],
      }),
    )
    const { PATH, HOME } = process.env // nothing else: a developer's key or database must not get into it
    const stack = startStack({
      ports,
      dataDir: folder,
      log: () => {},
      env: {
        ...{ PATH, HOME, CHAOS_FOLDER: controls, CHAOS_PARENT: String(process.pid) },
        NODE_OPTIONS: `--import ${new URL('./preload.ts', import.meta.url).href} --max-old-space-size=${HEAP_MIB}`,
        DATABASE_URL: databaseUrl.href,
        OPENAI_BASE_URL: `http://127.0.0.1:${provider.port}/api/v1`,
        LLM_PROVIDERS_FILE: providers,
        LLM_MAX_RETRIES: '1',
        LLM_IDLE_TIMEOUT_MS: '2500',
        ANSWER_GRACE_SECONDS: '8',
        DAILY_BUDGET_USD: '1000',
        DAILY_BUDGET_USD_PER_VISITOR: '100',
        MAX_RUNNING_TURNS: '60',
        RATE_LIMIT_PER_MINUTE: '100000',
        OTEL_METRIC_EXPORT_INTERVAL: '1000',
        OTEL_METRIC_EXPORT_TIMEOUT: '1000',
        OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=chaos',
        ...env,
      },
    })
    const world = new World(
      { provider, database, mock, model, ports, postgres, stack },
      { folder, cluster, hasOwnDisk },
    )
    await stack.ready.catch(async (error) => {
      await world.stop()
      throw error
    })
    return world
  }

  get web(): string {
    return `http://127.0.0.1:${this.#ports.web}`
  }

  get api(): string {
    return `http://127.0.0.1:${this.#ports.api}`
  }

  get viewer(): string {
    return `http://127.0.0.1:${this.#ports.viewer}`
  }

  /** Through the web server, as browsers do. */
  ask(text: string, options: AskOptions = {}): Asked {
    const one = new Asked(this.web, text, options)
    this.asked.push(one)
    return one
  }

  many(count: number, text: string, options?: AskOptions): Asked[] {
    return Array.from({ length: count }, (_, i) => this.ask(`${text} ${i}`, options))
  }

  /** Answers of some seconds, each of a visitor of its own, in the middle of which this resolves. */
  async longAnswers(count: number): Promise<Asked[]> {
    const all = this.many(count, STEADY)
    await Promise.all(all.map(({ begun }) => begun))
    return all
  }

  /** Asks until an answer finishes. @returns after how many seconds that was */
  async healed(seconds = 30): Promise<string> {
    const began = performance.now()
    const answered = async () => {
      const one = this.ask('Hello')
      await one.ended
      return one.outcome === 'finished'
    }
    await eventually(answered, 'questions are not answered again', seconds * 1000)
    return `healed after ${((performance.now() - began) / 1000).toFixed(1)} s`
  }

  /** Tells a part what is to go wrong inside of it. */
  async tell<T = object>(part: Part, action: string, value = 0): Promise<T> {
    const port = Number(readFileSync(path.join(this.#folder, 'controls', part), 'utf8'))
    const socket = connect(port, '127.0.0.1')
    socket.end(JSON.stringify({ action, value }))
    let answer = ''
    for await (const data of socket) answer += data
    return JSON.parse(answer) as T
  }

  look(part: Part): Promise<Look> {
    return this.tell<Look>(part, 'look')
  }

  restart(part: Part, signal: NodeJS.Signals = 'SIGTERM', awayMs = 0): Promise<void> {
    return this.#stack.restart(part, signal, awayMs)
  }

  log(part: Part): string {
    return readFileSync(path.join(this.#folder, 'logs', `${part}.log`), 'utf8')
  }

  /** Asks the database itself, past its door. */
  async query<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.#postgres.url })
    await client.connect()
    try {
      return (await client.query<Row>(text, values)).rows
    } finally {
      await client.end()
    }
  }

  /** @param awayMs for which it is not there */
  async restartDatabase(awayMs: number): Promise<void> {
    await this.#postgres.stop()
    await sleep(awayMs)
    await this.startDatabase()
  }

  /** As a machine does that loses its power: it has to recover. */
  async killDatabase(): Promise<void> {
    const pid = Number.parseInt(readFileSync(path.join(this.#cluster, 'cluster/postmaster.pid'), 'utf8'), 10)
    process.kill(pid, 'SIGQUIT')
    await this.#postgres.exited
  }

  /** Again at the same port. */
  async startDatabase(): Promise<void> {
    const port = Number(new URL(this.#postgres.url).port)
    this.#postgres = await startPostgres({ dataDir: this.#cluster, port, durable: false })
  }

  /** Resolves when the server has ended, or after so long. */
  async databaseEnds(withinMs: number): Promise<boolean> {
    return Promise.race([this.#postgres.exited.then(() => true), sleep(withinMs, false)])
  }

  /** A second server that has all that the first commits, by streaming replication, before the first says so. */
  async startStandby(): Promise<Postgres> {
    const standby = path.join(this.#folder, 'standby')
    await this.#postgres.stop()
    await execute('cp', ['-a', this.#cluster, standby])
    await this.startDatabase()
    const { hostname, port, username, password } = new URL(this.#postgres.url)
    const primary = `host=${hostname} port=${port} user=${username} password=${password}`
    appendFileSync(path.join(standby, 'cluster/postgresql.auto.conf'), `primary_conninfo = '${primary}'\n`)
    writeFileSync(path.join(standby, 'cluster/standby.signal'), '')
    const server = await startPostgres({ dataDir: standby, durable: false })
    await this.query("alter system set synchronous_standby_names = '*'")
    await this.query('select pg_reload_conf()')
    const isSynchronous = async () =>
      (await this.query("select from pg_stat_replication where sync_state = 'sync'")).length > 0
    await eventually(isSynchronous, 'the standby does not follow')
    return server
  }

  /** The first server is gone for good; the second becomes the one that is written to. */
  async failOver(standby: Postgres): Promise<void> {
    await this.killDatabase()
    this.#postgres = standby
    this.#cluster = path.join(this.#folder, 'standby')
    await this.query('select pg_promote(true, 30)')
    this.database.leadTo(Number(new URL(standby.url).port))
    this.database.cut()
  }

  /** Fills the database's disk to the last byte. @returns empties it again */
  async fillDisk(): Promise<() => void> {
    const folder = path.join(this.#folder, 'database')
    const file = path.join(folder, 'filler')
    const piece = Buffer.alloc(2 ** 22)
    for (;;) {
      const { bavail, bsize } = await statfs(folder)
      if (bavail === 0) return () => rmSync(file)
      await appendFile(file, piece.subarray(0, Math.min(piece.length, bavail * bsize)))
    }
  }

  /** The sum of a counter of the API, as the viewer has it. */
  async counter(name: string, attributes: Record<string, string> = {}): Promise<number> {
    interface Series {
      value?: number
      attributes: Record<string, unknown>
    }
    const { rows } = await getJson<{ rows: [string, Series[]][] }>(
      `${this.viewer}/api/metrics?q=${name}&service=chat-api`,
    )
    const [, series = []] = rows.find(([found]) => found === name) ?? []
    const wanted = Object.entries(attributes)
    return series
      .filter((one) => wanted.every(([key, value]) => one.attributes[key] === value))
      .reduce((sum, { value = 0 }) => sum + value, 0)
  }

  /** The demo's checks of `npm run doctor`. @returns what is not well; null: all is */
  async doctor(): Promise<string | null> {
    const env = { PATH: process.env.PATH, WEB_URL: this.web, API_URL: this.api, VIEWER_URL: this.viewer }
    try {
      await execute(process.execPath, ['apps/doctor/src/main.ts', '--target=demo'], { cwd: root, env })
      return null
    } catch (error) {
      const { stdout } = error as { stdout: string }
      return (stdout.match(/^FAIL.*$/gm) ?? [(error as Error).message]).join('; ')
    }
  }

  /** Ends everything. */
  async stop(): Promise<void> {
    await this.#stack.stop()
    this.#model.stop()
    await Promise.all([this.#postgres.stop().catch(() => {}), this.#mock.stop()])
    await Promise.all([this.provider.shut(), this.database.shut()])
    if (this.hasOwnDisk) await once(execFile('umount', [path.join(this.#folder, 'database')]), 'close')
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
