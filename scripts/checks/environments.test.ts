import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePort } from '@repo/local-stack/ports'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { parse, stringify } from 'yaml'
import { findProgram } from './find-program.ts'

// Two environments share the stores (docs/stores-at-scale.md), seen on the real programs: one process of each store with its
// file of this repository and what the charts' values say of an environment, and an Alloy of each with the queue that all use.

const programs = ['alloy', 'loki', 'tempo', 'mimir'] as const
const missing = programs.filter((name) => !findProgram(name))
const why = missing.length > 0 ? ` (skipped: no ${missing.join(', ')} in STACK_BIN or PATH)` : ''
const environments = ['production', 'staging'] as const
type Environment = (typeof environments)[number]

const root = path.join(import.meta.dirname, '../..')
const folder = mkdtempSync(path.join(tmpdir(), 'environments-'))
const children: ChildProcess[] = []
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

function run(program: string, args: string[], env: Record<string, string> = {}): void {
  const child = spawn(findProgram(program) ?? '', args, { stdio: 'ignore', env: { ...process.env, ...env } })
  children.push(child)
}

type Tree = { [key: string]: unknown }
/** `changes` win; lists are values. */
const merged = (tree: Tree, changes: Tree): Tree =>
  Object.fromEntries(
    [...Object.keys(tree), ...Object.keys(changes)].map((key) => {
      const both = [tree[key], changes[key]]
      const deeper = both.every((one) => typeof one === 'object' && one !== null && !Array.isArray(one))
      return [key, deeper ? merged(tree[key] as Tree, changes[key] as Tree) : (changes[key] ?? tree[key])]
    }),
  )

/** Starts a store with its own file, its directories in `folder`. */
async function startStore(store: string, port: number, changes: Tree): Promise<void> {
  const text = readFileSync(path.join(root, store, `${store}.yaml`), 'utf8')
  const moved = text.replace(/(: |")\/(?=(loki|data|var|etc)\b)/g, `$1${folder}/${store}/`)
  const server = { http_listen_port: port, grpc_listen_port: await freePort(), http_listen_address: '127.0.0.1' }
  const file = path.join(folder, `${store}.yaml`)
  writeFileSync(file, stringify(merged(parse(moved), merged({ server }, changes))))
  run(store, [`-config.file=${file}`])
}

const ports: Record<string, number> = {}
const url = (name: string) => `http://127.0.0.1:${ports[name]}`

/** What a store answers to somebody who asks for `tenant`'s data. */
async function ask<T>(store: string, query: string, tenant?: string): Promise<T> {
  const answer = await fetch(url(store) + query, { headers: tenant ? { 'X-Scope-OrgID': tenant } : {} })
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
  return answer.json() as Promise<T>
}

const now = () => `${Date.now()}000000`
const resource = (environment: Environment) => ({
  attributes: Object.entries({ 'service.name': 'chat-api', 'deployment.environment.name': environment }).map(
    ([key, stringValue]) => ({ key, value: { stringValue } }),
  ),
})
const traceIds = Object.fromEntries(environments.map((one) => [one, randomBytes(16).toString('hex')]))

/** A span, a line and a count, through the environment's Alloy. */
async function send(environment: Environment): Promise<void> {
  const times = { startTimeUnixNano: now(), endTimeUnixNano: now(), timeUnixNano: now() }
  const span = {
    traceId: traceIds[environment],
    spanId: randomBytes(8).toString('hex'),
    name: 'turn',
    kind: 2,
    ...times,
  }
  const sum = { isMonotonic: true, aggregationTemporality: 2, dataPoints: [{ asInt: '1', ...times }] }
  const bodies = {
    traces: { resourceSpans: [{ resource: resource(environment), scopeSpans: [{ spans: [span] }] }] },
    logs: {
      resourceLogs: [
        {
          resource: resource(environment),
          scopeLogs: [{ logRecords: [{ timeUnixNano: now(), body: { stringValue: `of ${environment}` } }] }],
        },
      ],
    },
    metrics: {
      resourceMetrics: [
        { resource: resource(environment), scopeMetrics: [{ metrics: [{ name: 'chat.turns', unit: '{turn}', sum }] }] },
      ],
    },
  }
  for (const [signal, body] of Object.entries(bodies)) {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    expect((await fetch(`${url(environment)}/v1/${signal}`, init)).status, signal).toBe(200)
  }
}

/** The environments whose lines and series are seen. */
const seen = {
  logs: async (tenant?: string) => {
    type Answer = { data: { result: { values: [string, string][] }[] } }
    const { data } = await ask<Answer>('loki', '/loki/api/v1/query_range?query={service_name="chat-api"}', tenant)
    return data.result.flatMap(({ values }) => values.map(([, line]) => line.replace('of ', ''))).sort()
  },
  metrics: (tenant?: string) => series('chat_turns_total', tenant),
}
async function series(name: string, tenant?: string): Promise<string[]> {
  type Answer = { data: { result: { metric: Record<string, string> }[] } }
  const query = encodeURIComponent(`count by (deployment_environment_name) (${name})`)
  const { data } = await ask<Answer>('mimir', `/prometheus/api/v1/query?query=${query}`, tenant)
  return data.result.map(({ metric }) => metric.deployment_environment_name ?? 'of none').sort()
}

describe.skipIf(missing.length > 0)(`two environments in the same stores${why}`, () => {
  beforeAll(async () => {
    for (const name of ['loki', 'tempo', 'mimir', 'otlp', ...environments]) ports[name] = await freePort()
    for (const name of ['loki', 'tempo', 'mimir'])
      mkdirSync(path.join(folder, name, 'etc', name, 'rules'), { recursive: true })
    // As the charts' rulers have them: the same files, in a folder for each.
    for (const environment of environments)
      cpSync(path.join(root, 'mimir/rules/anonymous'), path.join(folder, 'mimir/etc/mimir/rules', environment), {
        recursive: true,
      })
    cpSync(path.join(root, 'mimir/alertmanager.yaml'), path.join(folder, 'mimir/etc/mimir/alertmanager.yaml'))

    /** What the charts' values say of single environments, in a file of its own, as there. */
    const perEnvironment = (store: string, keys: string) => {
      const file = path.join(folder, `${store}-environments.yaml`)
      const values: Tree = parse(readFileSync(path.join(root, `deploy/kubernetes/stores/values/${store}.yaml`), 'utf8'))
      const overrides = keys.split('.').reduce<unknown>((inner, key) => (inner as Tree)[key], values)
      writeFileSync(file, stringify({ overrides }))
      return file
    }
    await startStore('mimir', ports.mimir ?? 0, {
      runtime_config: { file: perEnvironment('mimir', 'runtimeConfig.overrides') },
      multitenancy_enabled: true,
      tenant_federation: { enabled: true },
      memberlist: { bind_port: await freePort() },
      limits: { ruler_alertmanager_client_config: { alertmanager_url: `${url('mimir')}/alertmanager` } },
    })
    await startStore('loki', ports.loki ?? 0, {
      runtime_config: { file: perEnvironment('loki', 'loki.runtimeConfig.overrides') },
      auth_enabled: true,
      querier: { multi_tenant_queries_enabled: true },
    })
    await startStore('tempo', ports.tempo ?? 0, {
      overrides: { per_tenant_override_config: perEnvironment('tempo', 'per_tenant_overrides') },
      multitenancy_enabled: true,
      // By default on compose's volume.
      live_store: { wal: { path: `${folder}/live` }, shutdown_marker_dir: `${folder}/stopping` },
      backend_scheduler: { local_work_path: folder },
      distributor: {
        receivers: {
          otlp: {
            protocols: {
              grpc: { endpoint: `127.0.0.1:${await freePort()}` },
              http: { endpoint: `127.0.0.1:${ports.otlp}` },
            },
          },
        },
      },
      metrics_generator: { storage: { remote_write: [{ url: `${url('mimir')}/api/v1/push`, send_exemplars: true }] } },
    })
    for (const environment of environments) {
      const home = path.join(folder, environment)
      mkdirSync(home)
      const queue = (name: string, endpoint: string) =>
        `modules.deliver "${name}" {\n  endpoint = "${endpoint}"\n  directory = "${home}/${name}"\n}\n`
      writeFileSync(
        path.join(home, 'config.alloy'),
        `import.file "modules" { filename = "${path.join(root, 'alloy/modules')}" }
otelcol.receiver.otlp "default" {
  http { endpoint = "127.0.0.1:${ports[environment]}" }
  output {
    traces  = [modules.deliver.tempo.input]
    logs    = [modules.deliver.loki.input]
    metrics = [modules.deliver.mimir.input]
  }
}
${queue('loki', `${url('loki')}/otlp`)}${queue('tempo', url('otlp'))}${queue('mimir', `${url('mimir')}/otlp`)}`,
      )
      const flags = [`--storage.path=${home}`, `--server.http.listen-addr=127.0.0.1:${await freePort()}`]
      run(
        'alloy',
        ['run', path.join(home, 'config.alloy'), ...flags, '--stability.level=public-preview', '--disable-reporting'],
        { STORE_HEADERS: JSON.stringify({ 'X-Scope-OrgID': environment }) },
      )
    }
    const patience = { timeout: 120_000, interval: 500 }
    for (const store of ['loki', 'tempo', 'mimir'])
      await vi.waitFor(async () => expect((await fetch(`${url(store)}/ready`)).status, store).toBe(200), patience)
    for (const environment of environments) await vi.waitFor(() => send(environment), patience)
  }, 300_000)

  test.each(Object.entries(seen))(
    'each sees its own %s, and one who may ask for both sees both',
    async (_, look) => {
      for (const environment of environments)
        await expect.poll(() => look(environment), { timeout: 60_000 }).toEqual([environment])
      expect(await look(environments.join('|'))).toEqual([...environments])
      await expect(look()).rejects.toThrow('401')
    },
    180_000,
  )

  // Tempo's own have no environment: whose they are, their tenant says. For production, Alloy makes them (tail sampling).
  test('metrics from spans are those of whose spans they are', async () => {
    const made = (tenant: string) => series('traces_spanmetrics_calls_total', tenant)
    await expect.poll(() => made('staging'), { timeout: 120_000 }).toEqual(['of none'])
    expect(await made('production')).toEqual([])
  }, 180_000)

  test('each sees its own traces, and one who may ask for both sees both', async () => {
    type Answer = { trace?: { resourceSpans?: unknown[] } }
    /** Of one that is not there, some say 404, some say nothing. */
    const find = async (of: Environment, tenant?: string) => {
      const answer = ask<Answer>('tempo', `/api/v2/traces/${traceIds[of]}`, tenant)
      const { trace } = await answer.catch((error: Error) =>
        error.message.startsWith('404') ? ({} as Answer) : answer,
      )
      return trace?.resourceSpans?.length ?? 0
    }
    for (const environment of environments) {
      const other = environments.find((one) => one !== environment) ?? environment
      await expect.poll(() => find(environment, environment), { timeout: 60_000 }).toBe(1)
      expect(await find(environment, other)).toBe(0)
      expect(await find(environment, environments.join('|'))).toBe(1)
    }
    await expect(find('production')).rejects.toThrow('401')
  }, 180_000)

  test('each has the rules', async () => {
    type Answer = { data: { groups: { name: string }[] } }
    const groups = async (tenant: string) =>
      (await ask<Answer>('mimir', '/prometheus/api/v1/rules', tenant)).data.groups.map(({ name }) => name)
    for (const environment of environments)
      await expect.poll(() => groups(environment), { timeout: 60_000 }).toContain('pipeline')
    expect(await groups('nobody')).toEqual([])
  }, 180_000)
})
