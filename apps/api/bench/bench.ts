/**
 * `pnpm bench`: CPU per streamed chunk of the API process, beside a bare Node pipe and a lean Fastify baseline, with
 * telemetry on and off. Every part is a process of its own; the rounds alternate, and the median is reported, because
 * these figures are only good as ratios within one run.
 *
 * Variables: BENCH_ROUNDS (5), BENCH_TURNS per round (200), BENCH_CONCURRENCY (20), BENCH_CHUNKS per answer (200).
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { freePort } from '@repo/local-stack/ports'
import { startTemporaryPostgres } from '@repo/local-stack/postgres'

const setting = (name: string, fallback: number) => Number(process.env[name] ?? fallback)
const rounds = setting('BENCH_ROUNDS', 5)
const turns = setting('BENCH_TURNS', 200)
const concurrency = setting('BENCH_CONCURRENCY', 20)
const chunks = setting('BENCH_CHUNKS', 200)

const root = fileURLToPath(new URL('..', import.meta.url))
const children: ChildProcess[] = []

interface Reading {
  cpuUs: number
  rssBytes: number
}

interface Candidate {
  readonly name: string
  readonly port: number
  read(): Promise<Reading>
}

async function start(
  name: string,
  script: string,
  env: Record<string, string>,
  preload: string[] = [],
): Promise<Candidate> {
  const port = await freePort()
  const child = spawn(process.execPath, [...preload, '--import', './bench/cpu-reporter.ts', script], {
    cwd: root,
    env: { PATH: process.env.PATH, NODE_ENV: 'production', PORT: String(port), ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  children.push(child)
  await until(`${name} to start`, () => reachable(port))
  return {
    name,
    port,
    async read() {
      child.send('read')
      return (await once(child, 'message'))[0] as Reading
    },
  }
}

const agent = new Agent({ keepAlive: true, maxSockets: concurrency })

/** One turn of a new visitor: asks and reads to the end. Resolves with milliseconds to the first byte of content. */
function ask(port: number): Promise<number> {
  const text = [{ type: 'text', text: 'Hello' }]
  const message = { id: randomUUID(), role: 'user', parts: text }
  const body = JSON.stringify({ id: randomUUID(), trigger: 'submit-message', message })
  return new Promise((resolve, reject) => {
    const sent = performance.now()
    let first = 0
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const req = request({ port, host: '127.0.0.1', path: '/api/chat', method: 'POST', agent, headers }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`))
      response.on('data', (data: Buffer) => {
        if (first === 0 && data.includes('token')) first = performance.now() - sent
      })
      response.on('end', () => (first > 0 ? resolve(first) : reject(new Error('an answer without text'))))
      response.on('error', reject)
    })
    req.on('error', reject)
    req.end(body)
  })
}

async function load(port: number, count: number): Promise<number[]> {
  const firsts: number[] = []
  let left = count
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (left-- > 0) firsts.push(await ask(port))
    }),
  )
  return firsts
}

const postgres = await startTemporaryPostgres({ durable: true })
try {
  const upstream = await start('upstream', 'bench/upstream.ts', { CHUNKS: String(chunks) })
  const collector = await start('collector', 'bench/collector.ts', {})
  const shared = { OPENAI_BASE_URL: `http://127.0.0.1:${upstream.port}`, LLM_MODEL: 'bench', LOG_LEVEL: 'info' }
  const api = { ...shared, DATABASE_URL: postgres.url, SESSION_SECRET: 'bench'.repeat(8) }
  const preload = ['--import', '@repo/telemetry/register']
  const candidates = [
    await start('Node pipe', 'bench/pipe.ts', shared),
    await start('lean: Fastify + openai', 'bench/lean.ts', shared),
    await start('API, telemetry off', 'src/server.ts', { ...api, OTEL_SDK_DISABLED: 'true' }, preload),
    await start(
      'API, telemetry on',
      'src/server.ts',
      { ...api, OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.port}` },
      preload,
    ),
  ]

  for (const candidate of candidates) await load(candidate.port, turns) // warm: compiled, connected, cached
  const cpu = new Map<string, number[]>(candidates.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const candidate of candidates) {
      const before = await candidate.read()
      await load(candidate.port, turns)
      const after = await candidate.read()
      cpu.get(candidate.name)?.push((after.cpuUs - before.cpuUs) / (turns * chunks))
    }
  }
  const perChunk = (name: string) => median(cpu.get(name) ?? [])
  const lean = perChunk('lean: Fastify + openai')
  const off = perChunk('API, telemetry off')

  print(
    `${rounds} rounds of ${turns} turns, ${chunks} chunks an answer, ${concurrency} at once; Node ${process.version}, ${cpus().length} cores`,
  )
  print('')
  print('| process | CPU per chunk, us (median) | range | ratio to lean |')
  print('|---|---:|---:|---:|')
  for (const { name } of candidates) {
    const all = cpu.get(name) ?? []
    print(
      `| ${name} | ${perChunk(name).toFixed(1)} | ${Math.min(...all).toFixed(1)} to ${Math.max(...all).toFixed(1)} | ${(perChunk(name) / lean).toFixed(2)} |`,
    )
  }
  print('')
  print(`telemetry on/off: ${(perChunk('API, telemetry on') / off).toFixed(3)}`)

  // One at a time: what a person waits for, without a queue before it.
  const alone = async (port: number) => {
    const times: number[] = []
    for (let i = 0; i < 200; i++) times.push(await ask(port))
    return median(times)
  }
  print(
    `time to first content, one request at a time, p50: ${(await alone(candidates[0]?.port ?? 0)).toFixed(1)} ms through the pipe, ${(await alone(candidates[3]?.port ?? 0)).toFixed(1)} ms through the API`,
  )
} finally {
  for (const child of children) child.kill('SIGKILL')
  await postgres.stop()
  agent.destroy()
}

function print(line: string): void {
  console.log(line)
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`waited 30 s for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Any answer will do: the upstream has no /ready, yet it answers. */
async function reachable(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/ready`).then(
    async (response) => {
      await response.arrayBuffer()
      return response.ok
    },
    () => false,
  )
}
