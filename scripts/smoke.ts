// `npm run smoke`: starts the demo as a person does, on free ports, lets the doctor ask one question and follow it, stops
// the demo, and fails when a process of it is left. Runs on Linux, macOS and Windows.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { unusedPorts } from '@repo/local-stack/ports'
import { isAlive } from '@repo/local-stack/process-tree'
import { root } from '@repo/local-stack/run'

const START_TIMEOUT_MS = 600_000 // with installation and build
const STOP_TIMEOUT_MS = 60_000
const windows = process.platform === 'win32'

const { web, api, viewer, mock } = await unusedPorts()
const ports = { WEB_PORT: web, API_PORT: api, VIEWER_PORT: viewer, MOCK_LLM_PORT: mock }
const env = { ...process.env, ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, `${port}`])) }

function start(...args: string[]) {
  const child = spawn(process.execPath, ['scripts/with-node.mjs', ...args], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  child.stdout.pipe(process.stdout)
  return child
}

/** A process and all below it, and the database, which on Windows is below nobody. */
function family(pid: number): number[] {
  const list = windows
    ? execFileSync('powershell', [
        '-NoProfile',
        '-Command',
        'Get-CimInstance Win32_Process | ForEach-Object { "$($_.ProcessId) $($_.ParentProcessId)" }',
      ])
    : execFileSync('ps', ['-A', '-o', 'pid=', '-o', 'ppid='])
  const rows = list.toString().trim().split(/\r?\n/)
  const table = rows.map((row) => row.trim().split(/\s+/).map(Number) as [number, number])
  const below = (parent: number): number[] => [
    parent,
    ...table.filter(([, ppid]) => ppid === parent).flatMap(([one]) => below(one)),
  ]
  const database = path.join(root, '.data/postgres/cluster/postmaster.pid')
  return [...below(pid), ...(existsSync(database) ? [Number.parseInt(readFileSync(database, 'utf8'), 10)] : [])]
}

const demo = start('scripts/demo.ts')
const exited = once(demo, 'exit')
let output = ''
demo.stdout.setEncoding('utf8').on('data', (text) => (output += text))
const deadline = Date.now() + START_TIMEOUT_MS
while (!output.includes('Ready after') && demo.exitCode === null && Date.now() < deadline) await sleep(200)

const running = demo.pid ? family(demo.pid) : []
const [healthy] = output.includes('Ready after')
  ? await once(start('apps/doctor/src/main.ts', '--target=demo'), 'exit')
  : ['the demo did not start']
demo.kill('SIGINT') // on Windows the end of with-node.mjs, which the demo notices
const stopBefore = Date.now() + STOP_TIMEOUT_MS
await Promise.race([exited, sleep(STOP_TIMEOUT_MS, undefined, { ref: false })])
while (running.some(isAlive) && Date.now() < stopBefore) await sleep(200)

const left = running.filter(isAlive)
console.log(`\n${running.length} processes were running; left: ${left.length === 0 ? 'none' : left.join(', ')}.`)
const isFine = healthy === 0 && running.length > 4 && left.length === 0
if (healthy !== 0) console.log(`The doctor ended with ${healthy}.`)
process.exit(isFine ? 0 : 1)
