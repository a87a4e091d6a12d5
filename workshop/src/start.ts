import { spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, openSync, rmSync } from 'node:fs'
import path from 'node:path'
import { root } from '@repo/local-stack/run'
import { addresses } from '@repo/stores/addresses'
import { get } from '@repo/stores/http'
import { putCollector, takeCollectorAway } from './collector.ts'
import type { Exercise, Place } from './exercise.ts'
import { reach } from './place.ts'
import { ruleFile } from './rule-file.ts'
import { slowDown, speedUp } from './slow-table.ts'
import type { Running } from './state.ts'

/** Of traffic before the fault sets in, so that there is something to compare with. */
export const HEALTHY_MS = 45_000
const rules = path.join(root, ruleFile)
const fault = new URL('/workshop/fault', reach.mock).href

export interface Start {
  readonly seed: number
  readonly minutes: number
  /** Of traffic before the fault. */
  readonly healthyMs?: number
  /** Turns a second. */
  readonly rate?: number
}

/** Begins traffic, and has the fault set in a little later. All of it ends by itself. */
export async function start(exercise: Exercise, place: Place, { seed, minutes, ...more }: Start): Promise<Running> {
  const { traffic, mock, slowTable, collector, rules: file } = exercise.broken(seed)
  const { healthyMs = HEALTHY_MS, rate = 1 } = more
  const from = Date.now() + healthyMs
  const until = from + minutes * 60_000
  if (file) copyFileSync(path.join(root, 'workshop', exercise.folder, file), rules)
  if (mock) await get(fault, { method: 'PUT', body: JSON.stringify({ ...mock, seed, from, until }) })
  if (slowTable) await slowDown(slowTable.table, slowTable.seconds, from, until)
  const pid = beginTraffic(['--seed', `${seed}`, '--rate', `${rate}`, ...traffic], place, (until - Date.now()) / 1000)
  if (!collector) return { exercise: exercise.number, seed, from, until, pid }
  await putCollector(collector, until)
  return { exercise: exercise.number, seed, from: Date.now(), until, pid }
}

/** By a process of its own, which goes on when this one is over. */
function beginTraffic(more: readonly string[], place: Place, seconds: number): number | undefined {
  mkdirSync(path.join(root, '.data'), { recursive: true })
  const log = openSync(path.join(root, '.data/workshop-traffic.log'), 'w')
  const mix = more.includes('--mix') ? [] : ['--mix', 'none']
  const load = ['--url', addresses.web, '--visitors', '30', ...mix, ...more]
  const child = spawn(process.execPath, ['src/main.ts', 'light', ...load, '--duration', String(Math.ceil(seconds))], {
    cwd: path.join(root, 'apps/traffic'),
    env: {
      ...process.env,
      OTEL_EXPORTER_OTLP_ENDPOINT: reach.otlp,
      OTEL_RESOURCE_ATTRIBUTES: `deployment.environment.name=${place === 'stack' ? 'local' : 'demo'}`,
    },
    detached: true,
    stdio: ['ignore', log, log],
  })
  child.unref()
  return child.pid
}

/** Everything is as before. What cannot be reached is not broken by us. */
export async function reset(place: Place | undefined, running: Running | undefined): Promise<void> {
  if (running?.pid && Date.now() < running.until + 60_000) {
    try {
      process.kill(running.pid)
    } catch {
      // It has ended.
    }
  }
  await fetch(fault, { method: 'DELETE' }).catch(() => {})
  if (place !== 'stack') return
  if (existsSync(rules)) rmSync(rules)
  await speedUp().catch(() => {})
  await takeCollectorAway()
}
