import { globSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { kustomize, rendered } from './kustomize.ts'

// What the manifests promise, read from the files themselves: no program is needed. What kustomize makes of them is tested
// below where kubectl or kustomize is; the workflow kubernetes.yml asks a real API server and a real cluster.

const root = path.join(import.meta.dirname, '../..')
const deploy = 'deploy/kubernetes'
const read = (file: string) => readFileSync(path.join(root, file), 'utf8')

type Labels = Record<string, string>
type Peer = { podSelector?: Selector; namespaceSelector?: object; ipBlock?: object }
type Selector = { matchLabels?: Labels; matchExpressions?: { operator: string; values: string[] }[] }
type Rule = { from?: Peer[]; to?: Peer[]; ports?: { port: number }[] }
type Container = {
  name: string
  image: string
  args?: string[]
  command?: string[]
  ports?: { name: string; containerPort: number }[]
  resources?: Record<'requests' | 'limits', { cpu?: string; memory?: string }>
  securityContext?: Record<string, unknown>
  imagePullPolicy?: string
  volumeMounts?: { name: string; mountPath: string; subPath?: string }[]
} & Record<`${'startup' | 'readiness' | 'liveness'}Probe`, object | undefined>
type PodSpec = {
  securityContext: Record<string, unknown>
  containers: Container[]
  initContainers?: Container[]
  volumes?: { name: string; configMap?: { name: string }; hostPath?: unknown }[]
  [other: string]: unknown
}
type Manifest = {
  kind: string
  metadata: { name: string; namespace?: string; labels?: Labels }
  data?: Record<string, string>
  spec: {
    template: { metadata: { labels: Labels }; spec: PodSpec }
    selector: { matchLabels: Labels } & Labels
    ports: { port: number; targetPort: string }[]
    podSelector: Selector
    ingress?: Rule[]
    egress?: Rule[]
  }
}

const manifestsOf = (text: string): Manifest[] => parseAllDocuments(text).map((one) => one.toJS())
/** Everything that is applied by some overlay; patches, Kustomizations and values have no name of their own. */
const manifests = globSync(`${deploy}/{base,components/*,doctor,local,production}/*.yaml`, { cwd: root })
  .flatMap((file) => manifestsOf(read(file)))
  .filter((one) => one?.kind && one.metadata?.name)
const workloads = (all: readonly Manifest[]) =>
  all.filter(({ kind }) => /^(Deployment|StatefulSet|DaemonSet|Job)$/.test(kind))
const all = <T>(of: T) => [of] as const
const nameOf = ({ kind, metadata }: Manifest) => `${kind} ${metadata.name}`
/** Nobody asks it: it asks. */
const unasked = ['traffic', 'doctor']

describe.each(workloads(manifests).map((one) => [nameOf(one), one] as const))('%s', (_, { metadata, spec }) => {
  const { template } = spec
  const { containers, initContainers = [], securityContext, volumes = [] } = template.spec
  const own = 'app.kubernetes.io/name'

  test('has the recommended labels, and is selected by its name', () => {
    expect(metadata.labels).toMatchObject({ [own]: metadata.name, 'app.kubernetes.io/component': expect.anything() })
    expect(template.metadata.labels).toEqual(metadata.labels)
    if (spec.selector) expect(spec.selector.matchLabels).toEqual({ [own]: metadata.name })
  })

  test('says what it needs and may have, of processor and memory', () => {
    for (const { resources } of [...containers, ...initContainers])
      for (const kind of ['requests', 'limits'] as const)
        expect(resources?.[kind]).toEqual({ cpu: expect.any(String), memory: expect.any(String) })
  })

  test('is asked whether it has started, can serve, and lives', () => {
    for (const container of unasked.includes(metadata.name) ? [] : containers)
      for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'] as const)
        expect(container[probe], probe).toBeTruthy()
  })

  test('runs as a user of its own, and mounts nothing of the node', () => {
    expect(securityContext.runAsUser).toBeGreaterThan(0)
    expect(securityContext).not.toHaveProperty('runAsNonRoot', false)
    for (const key of ['hostNetwork', 'hostPID', 'hostIPC']) expect(template.spec).not.toHaveProperty(key)
    for (const volume of volumes) expect(volume).not.toHaveProperty('hostPath')
    // The patch below, for every workload of this kind, is of the first container.
    expect(containers).toHaveLength(1)
    for (const one of [...containers, ...initContainers]) expect(one.securityContext?.privileged).toBeUndefined()
  })
})

test('every kind of workload is locked down by the one patch', () => {
  const { patches } = parse(read(`${deploy}/components/everywhere/kustomization.yaml`))
  const kinds = new RegExp(`^${patches[0].target.kind}$`)
  for (const { kind } of workloads(manifests)) expect(kind).toMatch(kinds)
  for (const overlay of ['local', 'production', 'doctor'])
    expect(parse(read(`${deploy}/${overlay}/kustomization.yaml`)).components.at(-1)).toBe('../components/everywhere')
})

test('versions are those of docker-compose.yml, and none is "latest"', () => {
  const compose = parse(read('docker-compose.yml'), { merge: true })['x-images'] as Labels
  const { images } = parse(read(`${deploy}/components/everywhere/kustomization.yaml`))
  for (const { name, newTag } of images) expect(Object.values(compose)).toContain(`${name}:${newTag}`)
  const known = images.map(({ name }: { name: string }) => name)
  for (const { spec } of workloads(manifests))
    for (const { image } of spec.template.spec.containers)
      if (!known.includes(image)) expect(image).toMatch(/^lgtm-chat-[a-z-]+:local$/)
})

test('a release has an image of everything that compose builds', () => {
  const { services } = parse(read('docker-compose.yml'), { merge: true }) as {
    services: Record<string, { build?: { target: string } }>
  }
  const { jobs } = parse(read('.github/workflows/images.yml'))
  const built = Object.values(services).flatMap(({ build }) => build?.target ?? [])
  expect(jobs.image.strategy.matrix.target.toSorted()).toEqual([...new Set(built)].sort())
})

test('a port that is asked for by its name is there', () => {
  for (const service of manifests.filter(({ kind }) => kind === 'Service')) {
    const [workload] = workloads(manifests).filter(
      ({ metadata }) => metadata.name === service.spec.selector['app.kubernetes.io/name'],
    )
    const ports = workload?.spec.template.spec.containers[0]?.ports ?? []
    for (const { port, targetPort } of service.spec.ports)
      expect(ports, nameOf(service)).toContainEqual({ name: targetPort, containerPort: port })
  }
})

describe('configuration', () => {
  const folders = ['alloy', 'loki', 'tempo', 'mimir', 'grafana']
  type Generator = { name: string; files: string[] }
  const generatorsOf = (folder: string): Generator[] => parse(read(`${folder}/kustomization.yaml`)).configMapGenerator

  test.each(folders)('every file of %s is in a ConfigMap', (folder) => {
    const files = readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
      .filter((one) => one.isFile() && !/^\.|^kustomization/.test(one.name))
      .map((one) => path.relative(path.join(root, folder), path.join(one.parentPath, one.name)))
      // Compose chooses one of these by a variable: docs/operations.md says what to do elsewhere.
      .filter((file) => !file.startsWith('neighbours'))
    expect(
      generatorsOf(folder)
        .flatMap(({ files }) => files)
        .sort(),
    ).toEqual(files.sort())
  })

  test.each(folders)('what is mounted of %s is where docker-compose.yml mounts it', (folder) => {
    const { services } = parse(read('docker-compose.yml'), { merge: true })
    const mounted = (services[folder].volumes as unknown[])
      .filter((one): one is string => typeof one === 'string' && one.startsWith('./'))
      .map((one) => one.split(':') as [string, string])
    const pods = workloads(manifests)
      .filter(({ metadata }) => metadata.name.startsWith(folder))
      .map(({ spec }) => spec.template.spec)
    const mounts = pods.flatMap(({ containers }) => containers[0]?.volumeMounts ?? [])
    for (const { name, files } of generatorsOf(folder)) {
      const mount = mounts.find((one) => one.name === name)
      expect(mount, name).toBeTruthy()
      for (const { volumes = [] } of pods)
        for (const one of volumes) if (one.configMap) expect(one.configMap.name).toBe(one.name)
      const file = `./${folder}/${files[0]}`
      const [source, target] = mounted.find(([from]) => file.startsWith(from)) as [string, string]
      const inCompose = target + file.slice(source.length)
      expect(path.dirname(inCompose)).toBe(mount?.subPath ? path.dirname(mount.mountPath) : mount?.mountPath)
    }
  })
})

describe('who talks to whom', () => {
  type Arrow = `${string} → ${string} ${number}`
  /** The table of docs/architecture.md: the source. */
  const drawn = [...read('docs/architecture.md').matchAll(/^\| `([\w-]+)` \| `([\w-]+)` \| ([\d, ]+) \|/gm)].flatMap(
    ([, from, to, ports = '']) => ports.split(', ').map((port): Arrow => `${from} → ${to} ${Number(port)}`),
  )
  const policies = manifests.filter(({ kind }) => kind === 'NetworkPolicy')
  const namesIn = ({ matchLabels, matchExpressions = [] }: Selector) => [
    ...(matchLabels?.['app.kubernetes.io/name'] ? [matchLabels['app.kubernetes.io/name']] : []),
    ...matchExpressions.flatMap(({ values }) => values),
  ]
  /** Between pods of the namespace; over its edge go those of production, which name no pod of it. */
  const allowed = (way: 'ingress' | 'egress') =>
    policies.flatMap(({ spec }) =>
      (spec[way] ?? []).flatMap(({ from, to, ports = [] }) =>
        (from ?? to ?? [])
          .filter(({ namespaceSelector, podSelector }) => podSelector && !namespaceSelector)
          .flatMap(({ podSelector = {} }) => namesIn(podSelector))
          .flatMap((peer) => namesIn(spec.podSelector).map((self) => (way === 'egress' ? [self, peer] : [peer, self])))
          .flatMap(([a, b]) => ports.map(({ port }): Arrow => `${a} → ${b} ${port}`)),
      ),
    )
  const sorted = (arrows: readonly Arrow[]) => [...arrows].sort()

  test('the table is not empty, and says nothing twice', () => {
    expect(drawn.length).toBeGreaterThan(20)
    expect(new Set(drawn).size).toBe(drawn.length)
  })

  test('what may be sent is what the table draws', () => expect(sorted(allowed('egress'))).toEqual(sorted(drawn)))

  test('what may come in is what the table draws', () => expect(sorted(allowed('ingress'))).toEqual(sorted(drawn)))

  test('everything else is denied', () => {
    const nothing = policies.find(({ metadata }) => metadata.name === 'nothing')
    expect(nothing?.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] })
  })

  test('each arrow ends at a port that is listened on', () => {
    for (const arrow of drawn) {
      const [, to, port] = /→ (\S+) (\d+)/.exec(arrow) ?? []
      const workload = workloads(manifests).find(({ metadata }) => metadata.name === to)
      const ports = workload?.spec.template.spec.containers[0]?.ports ?? []
      expect(
        ports.map(({ containerPort }) => containerPort),
        arrow,
      ).toContain(Number(port))
    }
  })
})

const why = kustomize ? '' : ' (skipped: neither kubectl nor kustomize here)'

describe.skipIf(!kustomize).each(['local', 'production', 'at-scale', 'doctor'].map(all))(
  `%s, as kustomize renders it${why}`,
  (overlay) => {
    const manifests = kustomize ? manifestsOf(rendered(overlay)) : []

    test('each ConfigMap holds its files byte for byte, and fits into one', () => {
      let files = 0
      for (const { metadata, data = {} } of manifests.filter(({ kind }) => kind === 'ConfigMap')) {
        const size = Object.values(data).reduce((sum, text) => sum + Buffer.byteLength(text), 0)
        expect(size, metadata.name).toBeLessThan(1024 ** 2)
        for (const [key, text] of Object.entries(data)) {
          const [file] = globSync(`{alloy,loki,tempo,mimir,grafana}/**/${key}`, { cwd: root })
          if (!file) continue // of the settings, which are no files
          expect(text, file).toBe(read(file))
          files++
        }
      }
      expect(files).toBeGreaterThan(5)
    })

    test.each(workloads(manifests).map((one) => [nameOf(one), one] as const))(
      '%s may do nothing but its work',
      (_, one) => {
        const pod = one.spec.template.spec
        expect(pod).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false })
        expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } })
        for (const { image, imagePullPolicy, securityContext } of pod.containers) {
          expect(securityContext).toEqual({
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          })
          expect(imagePullPolicy).toBe('IfNotPresent')
          expect(image).toMatch(/:(?!latest$)[\w.-]+$/)
        }
        // Nothing that is not there any more is mounted: a change rolls the pods.
        const maps = manifests.filter(({ kind }) => kind === 'ConfigMap').map(({ metadata }) => metadata.name)
        for (const { configMap } of pod.volumes ?? []) if (configMap) expect(maps).toContain(configMap.name)
      },
    )
  },
)
