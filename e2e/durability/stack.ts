import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { root } from '@repo/local-stack/run'
import { eventually } from '@repo/stores/eventually'
import { get } from '@repo/stores/http'

const execute = promisify(execFile)

export type Store = 'loki' | 'tempo' | 'mimir'

/** Ports of its own, so that the test never meets a stack that somebody works with. */
const FIRST_PORT = Number(process.env.DURABILITY_PORT || 45400)
const parts = [
  'web',
  'alloy',
  'loki',
  'tempo',
  'mimir',
  'api',
  'mock_llm',
  'postgres',
  'otlp_grpc',
  'otlp_http',
  'faro',
]
const ports = [...parts, 'grafana'].map((part, index) => [part, `${FIRST_PORT + index}`] as const)
const onLoopback = ports.map(([part, port]) => [part, `http://127.0.0.1:${port}`])
export const address = Object.fromEntries(onLoopback) as Record<'web' | 'api' | 'alloy' | 'grafana' | Store, string>

/** These win over .env. */
const environment = {
  ...Object.fromEntries(ports.map(([part, port]) => [`${part.toUpperCase()}_PORT`, port])),
  COMPOSE_PROJECT_NAME: `lgtm-durability-${FIRST_PORT}`, // another run with other ports is not this one
  POSTGRES_PASSWORD: 'chat',
  LOG_LEVEL: 'info', // chat.turn is an info line
  MOCK_PACE: '0',
}

/**
 * Runs docker compose on the repository's own file, in a project of its own.
 * @returns what it wrote to stdout
 * @throws an Error with what it wrote to stderr
 */
export async function compose(...args: string[]): Promise<string> {
  const files = ['-f', 'docker-compose.yml', '-f', 'e2e/durability/compose.yaml']
  const env = { ...process.env, ...environment }
  return (await execute('docker', ['compose', ...files, ...args], { cwd: root, env, maxBuffer: 2 ** 26 })).stdout
}

/** Why compose cannot be used here, or null when it can. */
export async function dockerProblem(): Promise<string | null> {
  try {
    await execute('docker', ['compose', 'version'])
    await execute('docker', ['info'])
    return null
  } catch (error) {
    const { code, stderr = '' } = error as { code?: string; stderr?: string }
    return code === 'ENOENT' ? 'Docker is not installed' : stderr.trim().split('\n').at(-1) || 'Docker does not answer'
  }
}

/** SIGKILL, except for Tempo 3, which acknowledges spans that it has in memory only: a SIGKILL loses the last two seconds. */
export const goDown = (part: Store | 'alloy') =>
  part === 'tempo' ? compose('stop', part) : compose('kill', '--signal=SIGKILL', part)

/** Starts it again. Resolves when it says that it is ready. */
export async function comeBack(part: Store | 'alloy'): Promise<void> {
  await compose('start', part)
  await ready(part)
}

export async function ready(part: Store | 'alloy'): Promise<void> {
  const path = part === 'alloy' ? '/-/ready' : '/ready'
  await eventually(() => get(address[part] + path), `${part} is not ready`, 120_000)
}

/** Bytes that Alloy holds for its destinations on disk, and a handful for requests under way. Null when Alloy does not answer. */
export async function queued(): Promise<number | null> {
  const answer = await get(`${address.alloy}/metrics`).catch(() => null)
  const page = (await answer?.text()) ?? ''
  const samples = [...page.matchAll(/^otelcol_exporter_(?:queue_size|in_flight_requests)\{.*\} (\S+)$/gm)]
  return samples.length > 0 ? samples.reduce((sum, [, value]) => sum + Number(value), 0) : null
}

export const emptied = () => eventually(async () => (await queued()) === 0, 'the queues of Alloy do not empty', 300_000)
