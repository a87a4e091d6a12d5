import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { findProgram } from './find-program.ts'
import { kustomize, rendered } from './kustomize.ts'

// deploy/kubernetes/stores: what Grafana's charts are given. That it says what loki.yaml, tempo.yaml and mimir.yaml say is
// read from the files; what the charts make of it is tested where helm is, with the charts in the folder CHARTS
// (docs/stores-at-scale.md). The workflow kubernetes.yml has both.

type Tree = { [key: string]: unknown }
const root = path.join(import.meta.dirname, '../..')
const text = (file: string) => readFileSync(path.join(root, file), 'utf8')
const read = (file: string): Tree => parse(text(file))
const values = (store: string) => read(`deploy/kubernetes/stores/values/${store}.yaml`)
const at = (tree: unknown, keys: string): unknown =>
  keys.split('.').reduce<unknown>((inner, key) => (inner as Tree | undefined)?.[key], tree)

/** Every value, by the keys that lead to it. A list is a value. */
function leaves(tree: unknown, keys = ''): [string, unknown][] {
  if (typeof tree !== 'object' || tree === null || Array.isArray(tree)) return [[keys, tree]]
  return Object.entries(tree).flatMap(([key, inner]) => leaves(inner, keys ? `${keys}.${key}` : key))
}

/**
 * By store: the chart and its release; where values stand in the program's configuration; and what is otherwise there, by
 * the beginning of its key, because there it is one process with a disk. `handedOn` are values that charts do not name, and
 * take nevertheless.
 */
const stores = {
  loki: {
    chart: 'loki',
    port: 3100,
    configured: ({ loki }: Tree) => ({ ...(loki as Tree), ruler: (loki as Tree).rulerConfig }),
    // Set by the chart: Grafana's own default.
    chartHas: [
      ...['query_range.align_queries_with_step', 'server.http_listen_port'],
      ...['server.grpc_server_max_recv_msg_size', 'server.grpc_server_max_send_msg_size'],
    ],
    handedOn: /^loki[.](storage[.]bucketNames|ingester|limits_config|rulerConfig)/,
    differs: [
      ...[
        'auth_enabled',
        'common',
        'schema_config',
        'ingester',
        'pattern_ingester.lifecycler',
        'query_range.results_cache',
      ],
      ...['compactor.working_directory', 'compactor.delete_request_store'],
      ...['ruler.rule_path', 'ruler.alertmanager_url', 'ruler.external_url', 'ruler.ring'],
    ],
  },
  tempo: {
    chart: 'tempo-distributed',
    port: 3200,
    configured: (all: Tree) => ({
      stream_over_http_enabled: all.streamOverHTTPEnabled,
      usage_report: { reporting_enabled: all.reportingEnabled },
      server: { log_level: at(all, 'server.logLevel') },
      distributor: at(all, 'distributor.config'),
      live_store: at(all, 'liveStore.config'),
      backend_scheduler: at(all, 'backendScheduler.config'),
      backend_worker: at(all, 'backendWorker.config'),
      metrics_generator: at(all, 'metricsGenerator.config'),
      overrides: all.overrides,
      ...(at(all, 'tempo.structuredConfig') as Tree),
    }),
    // The scheduler's retention is the worker's, too.
    chartHas: ['server.http_listen_port', 'distributor.receivers', 'backend_worker.compaction'],
    // The budget: its template asks for it, its values lack it.
    handedOn:
      /^backendWorker[.](podDisruptionBudget|maxUnavailable)$|[.]config[.]|^storage[.]trace[.]s3|seccompProfile$/,
    differs: ['storage.trace', 'metrics_generator.storage.path', 'metrics_generator.storage.remote_write'],
  },
  mimir: {
    chart: 'mimir-distributed',
    port: 9009,
    configured: (all: Tree) => at(all, 'mimir.structuredConfig') as Tree,
    chartHas: [],
    handedOn: /^image[.]tag$|[.]resources[.]limits$/,
    differs: [
      ...['target', 'multitenancy_enabled', 'server.http_listen_port', 'activity_tracker', 'distributor.ring'],
      ...['ingester.ring', 'store_gateway', 'blocks_storage', 'compactor', 'ruler.rule_path', 'ruler.external_url'],
      ...['alertmanager', 'alertmanager_storage', 'limits.ruler_alertmanager_client_config'],
    ],
  },
} as const
type Store = keyof typeof stores
const names = Object.keys(stores) as Store[]

/** What is otherwise in `theirs` than in our file, and is not meant to be. */
function drifted(store: Store, theirs: unknown, known: readonly string[]) {
  return leaves(read(`${store}/${store}.yaml`))
    .filter(([keys]) => !known.some((begin) => keys === begin || keys.startsWith(`${begin}.`)))
    .map(([keys, ours]) => ({ keys, ours, theirs: at(theirs, keys) }))
    .filter(({ ours, theirs }) => JSON.stringify(ours) !== JSON.stringify(theirs))
}

describe.each(names)('the values of %s', (store) => {
  const { configured, chartHas, differs } = stores[store]

  test('say what its file says, key by key', () => {
    expect(drifted(store, configured(values(store)), [...chartHas, ...differs])).toEqual([])
  })

  test('have no exception that is none', () => {
    const keys = leaves(read(`${store}/${store}.yaml`)).map(([key]) => key)
    for (const begin of [...chartHas, ...differs])
      expect(
        keys.some((key) => key === begin || key.startsWith(`${begin}.`)),
        begin,
      ).toBe(true)
  })

  test('have the version of docker-compose.yml', () => {
    const [, tag] = String(at(read('docker-compose.yml'), `x-images.${store}`)).split(':')
    const image = at(values(store), store === 'mimir' ? 'image.tag' : `${store}.image.tag`)
    expect(image).toBe(tag)
  })

  test('are for the chart that docs/stores-at-scale.md installs', () => {
    const [, chart, version] =
      /chart (\S+) ([\d.]+\d);/.exec(text(`deploy/kubernetes/stores/values/${store}.yaml`)) ?? []
    expect(text('docs/stores-at-scale.md')).toContain(`${store} ${chart} --version ${version} `)
  })

  test('hold no secret', () => {
    for (const [keys] of leaves(values(store))) expect(keys).not.toMatch(/access_?key|secret_?(access)?_?key|password/i)
  })
})

// Each is whole: Tempo takes a limit that a tenant's own overrides lack for 0, and refuses every span.
test('where Alloy samples, Tempo is told the same with one tenant and with many', () => {
  const sampled = at(read('tempo/sampled.yaml'), 'overrides.single-tenant')
  expect(at(values('tempo'), 'per_tenant_overrides.production')).toEqual(sampled)
  for (const limit of ['rate_limit_bytes', 'burst_size_bytes'])
    expect(at(sampled, `ingestion.${limit}`)).toBeGreaterThan(0)
})

test('every environment has the rules', () => {
  for (const store of ['loki', 'mimir']) {
    const mounts = at(values(store), 'ruler.extraVolumeMounts') as { name: string; mountPath: string }[]
    expect(mounts.map(({ mountPath }) => mountPath)).toEqual(
      ['production', 'staging'].map((environment) => `/etc/${store}/rules/${environment}`),
    )
  }
})

type Container = {
  name: string
  image: string
  args?: string[]
  securityContext?: Tree
  env?: { name: string; value?: string }[]
}
type Pod = { containers: Container[]; initContainers?: Container[] | null; securityContext?: Tree; volumes?: Tree[] }
type Manifest = {
  kind: string
  metadata: { name: string; labels?: Record<string, string> }
  data?: Record<string, string>
  spec: {
    replicas?: number
    clusterIP?: string
    ports: { port: number; name: string }[]
    selector: { matchLabels: Record<string, string> }
    template: { metadata: { labels: Record<string, string> }; spec: Pod }
  }
}

const manifestsOf = (text: string): Manifest[] =>
  parseAllDocuments(text)
    .map((one) => one.toJS())
    .filter(Boolean)

// ── The overlay that uses them ──────────────────────────────────────────────────────────────────────────────────────────
test('every data source says whose data it asks for', () => {
  const { datasources } = read('grafana/provisioning/datasources/datasources.yaml') as { datasources: Tree[] }
  for (const one of datasources) {
    expect(at(one, 'jsonData.httpHeaderName1')).toBe('X-Scope-OrgID')
    expect(at(one, 'secureJsonData.httpHeaderValue1')).toBe('$TENANT')
  }
})

describe.skipIf(!kustomize)(`at-scale${kustomize ? '' : ' (skipped: neither kubectl nor kustomize here)'}`, () => {
  const manifests = kustomize ? manifestsOf(rendered('at-scale')) : []
  const named = (kind: string, name: string) => manifests.find((one) => one.kind === kind && one.metadata.name === name)
  const environment = (kind: string, name: string) => named(kind, name)?.spec.template.spec.containers[0]?.env ?? []

  test.each(names)('%s is the gateway of its chart', (store) => {
    expect(named('StatefulSet', store)).toBeUndefined()
    const externalName = `${store}-gateway.lgtm-stores.svc.cluster.local`
    expect(named('Service', store)?.spec).toEqual({ type: 'ExternalName', externalName })
  })

  test.each([
    ['StatefulSet', 'alloy-gateway'],
    ['DaemonSet', 'alloy-agent'],
  ])('the %s %s says whose data it sends: a variable may name those before it', (kind, name) => {
    const variables = environment(kind, name)
    expect(variables.at(variables.findIndex(({ name }) => name === 'STORE_HEADERS') - 1)?.name).toBe('ENVIRONMENT')
    expect(variables).toContainEqual({ name: 'STORE_HEADERS', value: '{"X-Scope-OrgID":"$(ENVIRONMENT)"}' })
  })

  test('Grafana says whose data it asks for', () =>
    expect(environment('StatefulSet', 'grafana').map(({ name }) => name)).toContain('TENANT'))
})

// ── What the charts make of them ────────────────────────────────────────────────────────────────────────────────────────
const charts = process.env.CHARTS ?? ''
const hasHelm = spawnSync('helm', ['version'], { stdio: 'ignore' }).status === 0
const missing = !hasHelm ? 'no helm here' : names.find((one) => !existsSync(path.join(charts, stores[one].chart)))
const why = missing ? ` (skipped: ${missing === 'no helm here' ? missing : 'no charts in the folder CHARTS'})` : ''

const scratch = mkdtempSync(path.join(tmpdir(), 'stores-'))
afterAll(() => rmSync(scratch, { recursive: true }))

function render(store: Store): Manifest[] {
  const file = `deploy/kubernetes/stores/values/${store}.yaml`
  const flags = ['--namespace=lgtm-stores', '--kube-version=1.35.0', '--skip-tests', `--values=${file}`]
  if (store === 'mimir') flags.push('--set-file=alertmanager.fallbackConfig=mimir/alertmanager.yaml')
  const args = ['template', store, path.join(charts, stores[store].chart), ...flags]
  return manifestsOf(execFileSync('helm', args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 }))
}

/** Keys that a chart's own values do not have. Where its own are empty, all may be said. */
function unknown(ours: unknown, theirs: unknown, keys = ''): string[] {
  const isMap = (one: unknown): one is Tree => typeof one === 'object' && one !== null && !Array.isArray(one)
  if (!isMap(ours) || !isMap(theirs) || Object.keys(theirs).length === 0) return []
  return Object.entries(ours).flatMap(([key, inner]) =>
    key in theirs ? unknown(inner, theirs[key], `${keys}${key}.`) : [`${keys}${key}`],
  )
}

describe.skipIf(missing).each(names)(`%s, as its chart renders it${why}`, (store) => {
  const manifests = missing ? [] : render(store)
  const of = (kind: string) => manifests.filter((one) => one.kind === kind)
  const workloads = manifests.filter(({ kind }) => /^(Deployment|StatefulSet|DaemonSet|Job)$/.test(kind))
  const named = (kind: string, name: string) => of(kind).find(({ metadata }) => metadata.name === name)
  const configuration = () => {
    const [map] = of('ConfigMap').flatMap(
      ({ data = {} }) => data[store === 'loki' ? 'config.yaml' : `${store}.yaml`] ?? [],
    )
    return map ?? ''
  }

  test('is told nothing that its chart does not know', () => {
    const theirs = parse(readFileSync(path.join(charts, stores[store].chart, 'values.yaml'), 'utf8'))
    expect(unknown(values(store), theirs).filter((keys) => !stores[store].handedOn.test(keys))).toEqual([])
  })

  test('is configured as in its file, key by key', () => {
    expect(drifted(store, parse(configuration()), stores[store].differs)).toEqual([])
  })

  test('keeps three copies, in three zones', () => {
    const config = parse(configuration())
    const zones = (name: string) =>
      of('StatefulSet').filter(({ metadata }) => new RegExp(`${name}-zone-[abc]$`).test(metadata.name)).length
    if (store === 'loki') expect([config.common.replication_factor, zones('ingester')]).toEqual([3, 3])
    if (store === 'mimir') {
      // Three by default, when nothing says otherwise.
      expect(config.ingester.ring).toMatchObject({ zone_awareness_enabled: true })
      expect(config.ingester.ring).not.toHaveProperty('replication_factor')
      expect(['ingester', 'store-gateway', 'alertmanager'].map(zones)).toEqual([3, 3, 3])
    }
    // Tempo's are Kafka's.
    if (store === 'tempo') expect(config.ingest.kafka.auto_create_topic_enabled).toBe(false)
  })

  test('is reached where Alloy, Grafana and the other stores look for it', () => {
    expect(named('Service', `${store}-gateway`)?.spec.ports.map(({ port }) => port)).toContain(stores[store].port)
    const switched = text('alloy/switches/stores-many.alloy')
    const [, all = ''] = new RegExp(`"(${store}-[\\w-]+)[.]lgtm-stores"`).exec(switched) ?? []
    expect(named('Service', all)?.spec.clusterIP).toBe('None')
  })

  test.each(workloads.map((one) => [`${one.kind} ${one.metadata.name}`, one] as const))(
    '%s is locked down',
    (_, one) => {
      const { containers, initContainers, securityContext = {}, volumes } = one.spec.template.spec
      for (const volume of volumes ?? []) expect(volume).not.toHaveProperty('hostPath')
      for (const { image, securityContext: own = {} } of [...containers, ...(initContainers ?? [])]) {
        // The level "restricted", which the namespace enforces.
        expect(own).toMatchObject({ allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } })
        expect({ ...securityContext, ...own }).toMatchObject({
          runAsNonRoot: true,
          seccompProfile: { type: 'RuntimeDefault' },
        })
        expect(image).toMatch(/:(?!latest)[\w.-]+$/)
      }
    },
  )

  test('no two pods of a kind are taken away at once', () => {
    const budgets = of('PodDisruptionBudget').map(({ spec }) => spec.selector.matchLabels)
    for (const { metadata, spec } of workloads.filter(({ spec }) => (spec.replicas ?? 1) > 1)) {
      const { labels } = spec.template.metadata
      const fits = budgets.some((want) => Object.entries(want).every(([key, value]) => labels[key] === value))
      expect(fits, metadata.name).toBe(true)
    }
  })

  const program = findProgram(store)
  const parts = workloads.flatMap(({ metadata, spec }) =>
    spec.template.spec.containers
      .filter(({ image }) => image.includes(`grafana/${store}:`))
      .map(({ args = [] }) => [metadata.name, args] as const),
  )
  test.skipIf(!program).each(parts)(`%s may start${program ? '' : ` (skipped: no ${store} here)`}`, (_, args) => {
    const file = path.join(scratch, `${store}.yaml`)
    writeFileSync(file, configuration())
    const verify = { loki: '-verify-config', tempo: '-config.verify=true', mimir: '-modules' }[store]
    const given = args.map((one) => one.replace(/^(-config[.]file=).*/, `$1${file}`))
    if (program) execFileSync(program, [...given, verify], { encoding: 'utf8', stdio: 'pipe' })
  })
})
