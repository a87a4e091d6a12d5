import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const root = path.join(import.meta.dirname, '../..')
const skipped = /(^|\/)(node_modules|\.next|dist|test-results|playwright-report)(\/|$)/

/** Paths from the root, with slashes: of all TypeScript that is ours. */
const files = ['apps', 'packages', 'e2e', 'scripts'].flatMap((top) =>
  readdirSync(path.join(root, top), { recursive: true, encoding: 'utf8' })
    .map((name) => path.posix.join(top, name.replaceAll(path.sep, '/')))
    .filter((file) => /(?<!\.d)\.tsx?$/.test(file) && !skipped.test(file)),
)

/** What a file imports, types too: files of ours as paths from the root, packages by their names. */
function importsOf(file: string): string[] {
  const text = readFileSync(path.join(root, file), 'utf8')
  const statement = /(?:^import |^(?:import|export|\})[^'\n=(]*\bfrom )'([^'\n]+)'|\bimport\('([^'\n]+)'/gm
  const specifiers = [...text.matchAll(statement)]
  return specifiers.map(([, fixed, dynamic = '']) => resolve(file, fixed ?? dynamic))
}

function resolve(file: string, specifier: string): string {
  if (specifier.startsWith('.')) return path.posix.join(path.posix.dirname(file), specifier)
  const [, name, entry] = /^@repo\/([\w-]+)\/(.+)$/.exec(specifier) ?? []
  const found = ['packages', 'apps'].flatMap((top) =>
    ['src', 'src/server'].map((folder) => `${top}/${name}/${folder}/${entry}.ts`),
  )
  return found.find((candidate) => files.includes(candidate)) ?? specifier
}

const graph = new Map(files.map((file) => [file, importsOf(file)]))
const edges = [...graph].flatMap(([from, imports]) => imports.map((to) => ({ from, to })))

/** Those that break a rule, one a line, so that a failure names them all. */
const broken = (isBroken: (from: string, to: string) => boolean) =>
  edges.filter(({ from, to }) => isBroken(from, to)).map(({ from, to }) => `${from} -> ${to}`)

/** `apps/api`, `packages/contract`, `e2e`, `scripts`; of what is not ours, undefined. */
const roomOf = (file: string) => /^(?:(?:apps|packages)\/[\w-]+|e2e|scripts)(?=\/)/.exec(file)?.[0]
/** What runs in no product: it may use the mock and the telemetry sink, which are apps that tests are written with. */
const isTest = (file: string) => /\.test\.tsx?$|^apps\/[\w-]+\/(test|bench|truth)\/|^e2e\//.test(file)
const forTests = ['apps/mock-llm', 'apps/viewer']

test('the rules below see the imports', () => {
  expect(graph.get('apps/api/src/server.ts')).toEqual(
    expect.arrayContaining(['apps/api/src/app.ts', 'packages/telemetry/src/node-sdk.ts']),
  )
  expect(edges.filter(({ to }) => /^@repo|^\./.test(to) && !to.endsWith('.css'))).toEqual([])
})

test('no file leads back to itself by its imports', () => {
  const done = new Set<string>()
  const cycles: string[] = []
  function follow(file: string, way: readonly string[]): void {
    if (way.includes(file)) cycles.push([...way.slice(way.indexOf(file)), file].join(' -> '))
    else if (!done.has(file)) for (const next of graph.get(file) ?? []) follow(next, [...way, file])
    done.add(file)
  }
  for (const file of files) follow(file, [])
  expect(cycles).toEqual([])
})

test('apps import packages, no app another one, and no package an app', () => {
  const allowed = (from: string, to: string) =>
    roomOf(from) === roomOf(to) || to.startsWith('packages/') || (isTest(from) && forTests.includes(roomOf(to) ?? ''))
  expect(broken((from, to) => /^(apps|packages|e2e)\//.test(from) && !!roomOf(to) && !allowed(from, to))).toEqual([])
})

test('contract and telemetry import nothing of ours', () => {
  const lowest = ['packages/contract', 'packages/telemetry']
  expect(
    broken((from, to) => lowest.includes(roomOf(from) ?? '') && !!roomOf(to) && roomOf(from) !== roomOf(to)),
  ).toEqual([])
})

test('nobody imports scripts', () => {
  expect(broken((from, to) => to.startsWith('scripts/') && roomOf(from) !== 'scripts')).toEqual([])
})

/** From the top; those in one row are on one floor. */
const floors = [
  ['server.ts'],
  ['app.ts'],
  ['features.ts'],
  ['routes'],
  [
    'conversation-list',
    'context-window',
    'limits',
    'openapi',
    'overload',
    'protection',
    'relay',
    'retention',
    'rollout',
    'system-prompt',
    'titles',
  ],
  ['chat'],
  ['provider'],
  ['prices'],
  ['tools', 'mcp', 'processes'],
  ['plugins'],
  ['db'],
  ['extension-points', 'providers-file', 'config.ts', 'config-error.ts', 'llm-servers.ts', 'json-file.ts'],
]

test('inside the API imports run downwards', () => {
  const api = files.filter((file) => file.startsWith('apps/api/src/') && !isTest(file))
  const floorOf = (file: string) => floors.findIndex((floor) => floor.includes(file.split('/')[3] ?? ''))
  expect(api.filter((file) => floorOf(file) === -1)).toEqual([])
  expect(broken((from, to) => api.includes(from) && api.includes(to) && floorOf(to) < floorOf(from))).toEqual([])
})

test('no file of an app only passes on what others export', () => {
  const isBarrel = (file: string) => {
    const code = readFileSync(path.join(root, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
    return code.replaceAll(/export\s+(type\s+)?(\*|\{[^}]*\})[^;'"]*['"][^'"]*['"];?/g, '').trim() === ''
  }
  // A list of features is read as a whole: nobody imports one of them through it.
  const isList = (file: string) => path.posix.basename(file) === 'features.ts'
  expect(files.filter((file) => file.startsWith('apps/') && !isList(file) && isBarrel(file))).toEqual([])
})

const MOST_FILES = 15

test(`no folder of an app holds more than ${MOST_FILES} files, tests aside`, () => {
  const sources = files.filter((file) => file.startsWith('apps/') && !isTest(file))
  const folders = Map.groupBy(sources, (file) => path.posix.dirname(file))
  const full = [...folders].filter(([, inside]) => inside.length > MOST_FILES)
  expect(full.map(([folder, inside]) => `${folder}: ${inside.length}`)).toEqual([])
})
