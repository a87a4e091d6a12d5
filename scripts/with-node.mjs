// Runs a TypeScript entry point on Node 24 with pnpm on the PATH, whatever this machine has.
// Plain JavaScript that any Node >= 18 can run: it is the first thing that a fresh clone executes.
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const MIN_NODE = [24, 11, 1] // the first 24 LTS with synchronous module hooks, which the instrumentation needs
const root = fileURLToPath(new URL('..', import.meta.url))
const shell = process.platform === 'win32' // npx and pnpm are .cmd files there

function atLeast(version, wanted) {
  const parts = version.split('.').map(Number)
  const i = wanted.findIndex((part, index) => parts[index] !== part)
  return i === -1 || parts[i] > wanted[i]
}

/** Node and pnpm through npx, which keeps them in npm's cache. Returns the environment in which both are first. */
function environment() {
  const pnpmVersion = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).packageManager.split('@')[1]
  const pnpm = spawnSync('pnpm', ['--version'], { cwd: root, encoding: 'utf8', shell })
  const missing = [
    ...(atLeast(process.versions.node, MIN_NODE) ? [] : [`node@${MIN_NODE[0]}`]),
    ...(pnpm.stdout?.trim() === pnpmVersion ? [] : [`pnpm@${pnpmVersion}`]),
  ]
  if (missing.length === 0) return { node: process.execPath, env: process.env }
  console.log(`  Using ${missing.join(' and ')} from the npm registry (fetched once, kept in npm's cache)`)

  const packages = missing.flatMap((name) => ['-p', name])
  const print = 'node -p "JSON.stringify({ node: process.execPath, path: process.env.PATH })"'
  const npx = (...flags) =>
    spawnSync('npx', ['--yes', ...flags, ...packages, '-c', shell ? `"${print.replaceAll('"', '\\"')}"` : print], {
      cwd: path.join(root, 'scripts'), // not the workspace root: npm would take our package for the one to run in
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      shell,
    })
  // From npm's cache when they are there: asking the registry is slow, and without a network takes over a minute.
  let found = npx('--offline')
  if (found.status !== 0) found = npx()
  const line = found.stdout?.split('\n').find((text) => text.startsWith('{'))
  if (found.status !== 0 || !line) {
    console.error(found.stderr || found.error?.message)
    console.error(`Could not get ${missing.join(' and ')} from the npm registry (see above).`)
    console.error(`Check the network, or install Node >= ${MIN_NODE.join('.')} and pnpm ${pnpmVersion} yourself.`)
    process.exit(1)
  }
  const { node, path: searchPath } = JSON.parse(line)
  return { node, env: { ...process.env, PATH: searchPath } }
}

const { node, env } = environment()
const [script, ...args] = process.argv.slice(2)
// The channel tells the script when this process is gone, also when it had no time to pass a signal on.
const child = spawn(node, [path.join(root, script), ...args], {
  cwd: root,
  env,
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
if (process.env.npm_lifecycle_event) {
  // Some shells that npm runs us in die of a signal without passing it on, and npm itself can be killed.
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 500).unref()
}
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)))
