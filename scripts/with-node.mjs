// Runs a TypeScript entry point with Node 24, pnpm and the packages of the lockfile, whatever this machine has.
// Plain JavaScript that any Node >= 18 can run: it is the first thing that a fresh clone executes. What it says goes to
// stderr: stdout is the entry point's.
//
// node scripts/with-node.mjs [--only=PACKAGE] ENTRY [ARGUMENT...]   `--only`: not all packages, but what that one needs
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
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
  console.error(`  Using ${missing.join(' and ')} from the npm registry (fetched once, kept in npm's cache)`)

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

let running
/** Resolves with the exit code, or with that of a shell for a signal. */
function run(command, args, options) {
  running = spawn(command, args, { cwd: root, env, ...options })
  return new Promise((resolve, reject) => {
    running.on('error', reject)
    running.on('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)))
  })
}

/** Exactly what the lockfile says; a fraction of a second when it is there already. Ends the process when it fails. */
async function install(only) {
  const state = path.join(root, 'node_modules/.modules.yaml')
  // What is installed in full stays so, and what is there in part only becomes whole for who needs all of it.
  const complete = existsSync(state) && /"?devDependencies"?: true/.test(readFileSync(state, 'utf8'))
  const part = only && !complete ? ['--prod', '--filter', only] : []
  if (!complete) console.error('  Installing packages')
  const output = []
  const stdio = ['ignore', 'pipe', 'pipe']
  const closed = run('pnpm', ['install', '--frozen-lockfile', ...part], { stdio, shell })
  for (const stream of [running.stdout, running.stderr]) stream.on('data', (data) => output.push(data))
  const code = await closed
  if (code === 0) return
  console.error(`${Buffer.concat(output)}\nThe packages could not be installed (see above).`)
  process.exit(code)
}

const [only, [script, ...args]] = process.argv[2].startsWith('--only=')
  ? [process.argv[2].slice('--only='.length), process.argv.slice(3)]
  : [undefined, process.argv.slice(2)]
const { node, env } = environment()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => running?.kill(signal))
if (process.env.npm_lifecycle_event) {
  // Some shells that npm runs us in die of a signal without passing it on, and npm itself can be killed.
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && running?.kill('SIGTERM'), 500).unref()
}
await install(only)
// The channel tells the script when this process is gone, also when it had no time to pass a signal on.
process.exit(await run(node, [path.join(root, script), ...args], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] }))
