import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { root } from '@repo/local-stack/run'

const execute = promisify(execFile)
const files = ['-f', 'docker-compose.yml', '-f', 'workshop/compose.yaml']

/** @throws an Error with what it wrote to stderr */
export async function compose(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { stdout } = await execute('docker', ['compose', ...args], { cwd: root, env: { ...process.env, ...env } })
  return stdout
}

/** Puts the second collector in front of a store, until then (milliseconds of the epoch). */
export async function putCollector(store: 'loki' | 'tempo', until: number): Promise<void> {
  await compose([...files, 'up', '--detach', '--no-deps', '--wait', 'collector', 'alloy'], {
    WORKSHOP_UNTIL: String(Math.round(until / 1000)),
    ...(store === 'loki' ? { WORKSHOP_LOKI: 'http://collector:4318' } : { WORKSHOP_TEMPO: 'http://collector:4318' }),
  })
}

/** Alloy sends to the stores itself again; nothing is done where it does, or where there is no Docker. */
export async function takeCollectorAway(): Promise<void> {
  if (!(await compose([...files, 'ps', '--all', '--quiet', 'collector']).catch(() => ''))) return
  await compose(['up', '--detach', '--no-deps', '--wait', 'alloy'])
  await compose([...files, 'rm', '--stop', '--force', 'collector'])
}

/** What the second collector throws away, a condition each, without the time until which it does. */
export function collectorConditions(store: 'loki' | 'tempo'): string[] {
  const text = readFileSync(path.join(root, 'workshop/collector/config.alloy'), 'utf8')
  const [, savings = '', sampling = ''] = text.split('otelcol.processor.filter "')
  const conditions = (store === 'loki' ? savings : sampling).matchAll(/`UnixSeconds\(Now\(\)\) < %s and ([^`]+)`/g)
  return [...conditions].map(([, condition = '']) => condition)
}
