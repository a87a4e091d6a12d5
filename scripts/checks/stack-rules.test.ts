import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'

// What the stack's configuration must keep, and no program checks in every version that it must start with. The
// programs' own checks: stack-config.test.ts.

type Mount = string | { source: string; target: string; bind?: { selinux?: string } }
type Service = { image?: string; hostname?: string; ports?: string[]; volumes?: Mount[]; command?: unknown }
type Compose = {
  'x-images': Record<string, string>
  'x-previous-images': Record<string, string>
  services: Record<string, Service>
  volumes: Record<string, unknown>
}

const root = path.join(import.meta.dirname, '../..')
const read = (file: string) => parse(readFileSync(path.join(root, file), 'utf8'), { merge: true })
const compose: Compose = read('docker-compose.yml')

/** Of `source:target[:options]` or the long form. Sources may hold `${NAME:-default}`. */
function mounts(service: string): { source: string; target: string; options: string[] }[] {
  return (compose.services[service]?.volumes ?? []).map((mount) => {
    if (typeof mount !== 'string') return { ...mount, options: [mount.bind?.selinux ?? ''] }
    const [source = '', target = '', options = ''] = mount.replace(/\$\{[^}]*\}/, '$').split(':')
    return { source, target, options: options.split(',') }
  })
}

/** The folders on a named volume: what outlives the container. */
const kept = (service: string) =>
  mounts(service).flatMap(({ source, target }) => (source in compose.volumes ? [target] : []))

/** Every absolute path in a configuration, with the keys that lead to it. */
function paths(value: unknown, key = ''): { key: string; value: string }[] {
  if (typeof value === 'string') return value.startsWith('/') ? [{ key, value }] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => paths(inner, key ? `${key}.${name}` : name))
}

const stores = { mimir: read('mimir/mimir.yaml'), loki: read('loki/loki.yaml'), tempo: read('tempo/tempo.yaml') }

describe.each(Object.entries(stores))('%s', (name, configuration) => {
  const [volume = ''] = kept(name)
  const directories = paths(configuration).filter(({ value }) => value.startsWith(`${volume}/`))

  test('keeps its data on its volume, and writes nowhere else', () => {
    expect(volume).not.toBe('')
    expect(directories.length).toBeGreaterThan(0)
    const readable = [volume, ...mounts(name).map(({ target }) => target)]
    for (const { key, value } of paths(configuration))
      expect(readable, key).toContain(readable.find((folder) => value === folder || value.startsWith(`${folder}/`)))
  })

  // Mimir 3.0 compares them as texts: /data/alertmanager is found to overlap with /data/alertmanager-state.
  test('no data directory begins with the name of another', () => {
    const overlapping = directories.flatMap((one) =>
      directories
        .filter((other) => one !== other && other.value.startsWith(one.value))
        .map((other) => `${one.key} and ${other.key}`),
    )
    expect(overlapping).toEqual([])
  })
})

test('each queue of Alloy has a directory of its own', () => {
  const text = readFileSync(path.join(root, 'alloy/config.alloy'), 'utf8')
  const queues = [...text.matchAll(/modules\.deliver "(\w+)" \{[^}]*?directory\s*=\s*([^\n]+)/g)]
  expect(queues.length).toBeGreaterThan(2)
  for (const [, name, directory] of queues) expect(directory).toContain(`"${name}")`)
  expect(new Set(queues.map(([, , directory]) => directory)).size).toBe(queues.length)
})

test('notifications go on after the first: Mimir 3.0 ends them where an Alertmanager has a single replica', () => {
  expect(stores.mimir.alertmanager.sharding_ring.replication_factor).toBeGreaterThan(1)
})

test('links in alerts are absolute', () => {
  const { mimir, loki } = stores
  for (const address of [mimir.ruler.external_url, mimir.alertmanager.external_url, loki.ruler.external_url])
    expect(new URL(address).protocol).toMatch(/^https?:$/)
})

test('the series of Tempo, which carry its host name, outlive its container', () => {
  expect(compose.services.tempo?.hostname).toBe('tempo')
})

test('each image has a whole version', () => {
  for (const image of [...Object.values(compose['x-images']), ...Object.values(compose['x-previous-images'])])
    expect(image).toMatch(/:v?\d+\.\d+(\.\d+)?(-[a-z]+)?$/)
})

test('each program with a configuration file is checked in its minor version before, too', () => {
  expect(Object.keys(compose['x-previous-images']).sort()).toEqual(['alloy', ...Object.keys(stores)].sort())
  for (const [name, image] of Object.entries(compose['x-previous-images'])) {
    const minor = (tag = '') => /:v?(\d+)\.(\d+)/.exec(tag)?.slice(1).map(Number) ?? []
    const [major = 0, now = 0] = minor(compose['x-images'][name])
    // The last minor version of a major one is nobody's to compute.
    if (now > 0) expect(minor(image), name).toEqual([major, now - 1])
    else expect(minor(image)[0], name).toBe(major - 1)
  }
})

test('every port is on loopback', () => {
  for (const [name, { ports = [] }] of Object.entries(compose.services))
    for (const port of ports) expect(port, name).toMatch(/^127\.0\.0\.1:/)
})

test('PostgreSQL leaves the port alone that a server of the host has', () => {
  expect(compose.services.postgres?.ports).toEqual([expect.stringContaining(':-15432}:5432')])
})

// A port can be published once, and a host name is a part of the series that a process counts in.
test.each(['api', 'web'])('there may be several containers of %s', (name) => {
  expect(compose.services[name]).not.toHaveProperty('ports')
  expect(compose.services[name]).not.toHaveProperty('hostname')
})

test('what is mounted of this folder is labelled for SELinux', () => {
  for (const name of Object.keys(compose.services))
    for (const { source, options } of mounts(name))
      if (/^\.|^\$\{\w+:-[^/]/.test(source)) expect(options, `${name}: ${source}`).toContain('z')
})

// Under `umask 077`, what is copied from the context belongs to root alone, and services run as another user.
test('images are built from readable files', () => {
  const copied = readFileSync(path.join(root, 'Dockerfile'), 'utf8').match(/^COPY (?!--from=).*$/gm)
  expect(copied).toEqual(['COPY . .']) // of the stage that makes them so
})

describe('a setting of .env counts in the containers', () => {
  const text = readFileSync(path.join(root, 'docker-compose.yml'), 'utf8')
  const inCompose = (name: string) => text.includes(`\${${name}:`)
  const example = readFileSync(path.join(root, '.env.example'), 'utf8')
  const settings = [...example.matchAll(/^#([A-Z][A-Z_]*)=/gm)].map(([, name = '']) => name)
  // Addresses of parts that the containers bring along, and the demo's own.
  const decided = /^(DATABASE_URL|API_URL|FARO_URL|OTEL_EXPORTER_OTLP_ENDPOINT|VIEWER_PORT)$/

  test.each(settings.filter((name) => !decided.test(name)))('%s', (name) => {
    // The API gets all of the file; what its environment says otherwise, wins.
    const { environment, env_file } = compose.services.api as { environment: Record<string, string>; env_file: unknown }
    expect(env_file).toBeTruthy()
    if (name in environment) expect(inCompose(name), name).toBe(true)
  })

  test('also one that the web app reads', () => {
    const files = globSync('apps/web/{server,features/*}/{config,settings}.ts', { cwd: root })
    const schemas = files.map((file) => readFileSync(path.join(root, file), 'utf8')).join()
    const read = [...schemas.matchAll(/\b([A-Z][A-Z_]+): z\b/g)].map(([, name = '']) => name)
    expect(read).toContain('API_URL')
    const { environment } = compose.services.web as { environment: Record<string, string> }
    expect(Object.keys(environment)).toEqual(expect.arrayContaining(read))
    for (const name of read) if (!decided.test(name)) expect(inCompose(name), name).toBe(true)
  })
})
