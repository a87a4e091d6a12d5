import { execFile, execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { features } from '../features.ts'
import { remove } from '../remove.ts'

const root = path.join(import.meta.dirname, '../..')
const bin = path.join(root, 'node_modules/.bin')
const exec = promisify(execFile)

const rooms = ['apps', 'packages'].flatMap((top) =>
  execFileSync('git', ['ls-files', `${top}/*/package.json`], { cwd: root, encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((file) => path.posix.dirname(file)),
)
rooms.push('e2e')
const uses = new Map(
  rooms.map((room) => {
    const { dependencies = {}, devDependencies = {} } = JSON.parse(
      readFileSync(path.join(root, room, 'package.json'), 'utf8'),
    )
    const names = Object.keys({ ...dependencies, ...devDependencies }).filter((name) => name.startsWith('@repo/'))
    return [room, names.map((name) => rooms.find((one) => one.endsWith(`/${name.slice('@repo/'.length)}`)) ?? name)]
  }),
)

/** Where something is missed when these files go or change: in their own rooms, and in those that use these. */
function concerned(files: readonly string[]): { own: string[]; all: string[] } {
  const own = rooms.filter((room) => files.some((file) => file.startsWith(`${room}/`)))
  return { own, all: rooms.filter((room) => own.includes(room) || uses.get(room)?.some((used) => own.includes(used))) }
}

/** Enough to see a turn from the question to the database; all of the API's tests take minutes. */
const API_TESTS = ['src/chat', 'src/provider', 'src/plugins', 'test/versions.test.ts'].map(
  (tests) => `apps/api/${tests}`,
)
const testsOf = (room: string) => (room === 'apps/api' ? API_TESTS : [room])

const copies: string[] = []
afterAll(() => {
  for (const copy of copies) rmSync(copy, { recursive: true, force: true })
})

/** The tree as it is now, committed or not, with the installed packages. */
function copyTree(): string {
  const copy = mkdtempSync(path.join(tmpdir(), 'removal-'))
  copies.push(copy)
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  const generated = ['apps/web/next-env.d.ts']
  for (const file of [...listed.trim().split('\n'), ...generated])
    if (existsSync(path.join(root, file))) cpSync(path.join(root, file), path.join(copy, file))
  symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'))
  // Links, relative ones: a package of ours is the copy's.
  for (const room of rooms) {
    const modules = path.join(room, 'node_modules')
    if (existsSync(path.join(root, modules)))
      cpSync(path.join(root, modules), path.join(copy, modules), { recursive: true, verbatimSymlinks: true })
  }
  return copy
}

async function run(copy: string, command: string, args: string[]): Promise<void> {
  const env = { ...process.env, NO_COLOR: '1', VITEST: undefined, VITEST_POOL_ID: undefined, NODE_ENV: undefined }
  await exec(path.join(bin, command), args, { cwd: copy, env, maxBuffer: 1e8 }).catch(({ stdout, stderr }) => {
    throw new Error(`${command} ${args.join(' ')}\n${String(stdout).slice(-8000)}\n${String(stderr).slice(-4000)}`)
  })
}

const removable = features.filter(({ edits }) => edits)

test.concurrent.each(removable)('without $name what is left compiles, and passes its own tests', async ({ name }) => {
  const copy = copyTree()
  const gone = remove(copy, name)
  const files = gone.flatMap(({ paths, edits = [] }) => [...paths, ...edits.map(({ file }) => file)])
  const { own, all } = concerned(files.filter((file) => !file.startsWith('e2e/')))
  // A feature may be a whole room.
  const left = (some: readonly string[]) => some.filter((room) => existsSync(path.join(copy, room)))
  for (const room of left(all)) await run(copy, 'tsc', ['-p', room, '--noEmit'])
  const tests = left(own).flatMap(testsOf)
  if (tests.length > 0) await run(copy, 'vitest', ['run', ...tests])
})

test('each line of the lists of features is one that a removal takes out', () => {
  for (const file of [
    ...[
      'apps/web/features.ts',
      'apps/web/words/features.ts',
      'apps/web/server/features.ts',
      'apps/api/src/features.ts',
    ],
    ...['apps/api/src/provider/features.ts', 'packages/telemetry/src/features.ts'],
  ]) {
    const lines = readFileSync(path.join(root, file), 'utf8').split('\n')
    const edits = removable.flatMap(({ edits = [] }) => edits.filter((edit) => edit.file === file))
    expect(edits.map((edit) => edit.lines).sort()).toEqual(lines.filter((line) => /^export (?!type)/.test(line)).sort())
  }
})

test('a feature has one to three lines in which it is plugged in', () => {
  for (const { edits = [], name } of removable) expect([1, 2, 3], name).toContain(edits.length)
})
