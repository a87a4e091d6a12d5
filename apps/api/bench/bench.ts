/**
 * `pnpm bench`: the figures of docs/performance.md, on this machine. Every part is a process of its own; rounds
 * alternate between them and medians are reported, because these figures are only good as ratios within one run.
 *
 * Variables: BENCH_ROUNDS (5); BENCH_PEERS=none leaves the other projects out, a folder is where they are installed
 * (~/.cache/lgtm-chat-bench); BENCH_PROFILE, a folder for CPU profiles of short turns.
 */
import { mkdir } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import path from 'node:path'
import { type Bench, startBench } from './candidates.ts'
import { imageSizes } from './images.ts'
import { ask, endConnections, load, type Target } from './load.ts'
import { type Candidate, candidate, fit, measure, median } from './measure.ts'
import { startPeers } from './peers.ts'
import { type Part, startPart } from './process.ts'

const rounds = Number(process.env.BENCH_ROUNDS ?? 5)
const CONCURRENCY = 20
const STREAMS = 1000
/** Turns of a round, by the chunks of their answers. */
const TURNS = new Map([
  [16, 300],
  [200, 100],
  [2000, 20],
])
/** Others take up to fifty times as long, and answers of 2,000 chunks say nothing more of them. */
const PEER_TURNS = new Map([
  [16, 100],
  [200, 30],
])
/** Most of the targets are ratios; `limit` is one. */
const targets: { what: string; value: number; limit: number; atLeast?: boolean; unit?: string }[] = []

const bench = await startBench()
try {
  console.log(
    `${cpus().length} x ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}; ${rounds} rounds, ${CONCURRENCY} at once\n`,
  )
  const off = await bench.api('API, telemetry off', { OTEL_SDK_DISABLED: 'true' })
  const on = await bench.api('API, telemetry on', {})
  const sampling = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.1' }
  const sampled = await bench.api('API, 1 trace in 10', sampling)
  await turns(bench, [off, on, sampled])
  await firstToken(bench, [bench.lean, on])
  await manyStreams(bench, [bench.lean, on])
  await atRest(bench, on)
  console.log(`\nImages: ${await imageSizes()}`)
  table(
    ['target', '', 'measured', ''],
    targets.map(({ what, value, limit, atLeast, unit = '' }) => [
      what,
      `${atLeast ? 'at least' : 'at most'} ${limit}${unit}`,
      `${value.toFixed(2)}${unit}`,
      (atLeast ? value >= limit : value <= limit) ? 'met' : 'missed',
    ]),
  )
  await profiles(bench, [bench.lean, off, on])
} finally {
  await bench.stop()
  endConnections()
}

async function turns({ upstream, pipe, lean, upstreamUrl, collectorUrl }: Bench, apis: Part[]): Promise<void> {
  const own = [pipe, lean, ...apis].map(candidate)
  const options = { rounds, concurrency: CONCURRENCY, warmUp: 2000 }
  const costs = await measure(upstream, own, TURNS, options)
  const peers = await startPeers(upstreamUrl, collectorUrl)
  // The API once more: what is compared is measured at the same time.
  const compared: Candidate[] = [...peers, ...apis.slice(1, 2).map(candidate)].map((one, _, all) =>
    one === all.at(-1) ? { ...one, name: 'API, beside them' } : one,
  )
  if (peers.length > 0)
    for (const [name, cost] of await measure(upstream, compared, PEER_TURNS, { ...options, warmUp: 200 }))
      costs.set(name, cost)

  const at = (name: string, chunks: number) => median(costs.get(name)?.get(chunks)?.cpuMs ?? [])
  const speed = (name: string) => median(costs.get(name)?.get(16)?.turnsPerSecond ?? [])
  const fitOf = (name: string) =>
    fit([...(costs.get(name) ?? new Map())].map(([chunks, { cpuMs }]) => [chunks, median(cpuMs)] as const))
  const base = fitOf(lean.name)
  table(
    [
      'process',
      'fixed, ms',
      'a chunk, us',
      '16 chunks, ms (range)',
      '200, ms',
      '2,000, ms',
      'to lean: fixed, chunk, 200',
      'short turns a second: of a core, seen',
    ],
    [...costs].map(([name, cost]) => {
      const { fixedMs, perChunkUs } = fitOf(name)
      const short = cost.get(16)?.cpuMs ?? []
      const ratios = [fixedMs / base.fixedMs, perChunkUs / base.perChunkUs, at(name, 200) / at(lean.name, 200)]
      return [
        name,
        fixedMs.toFixed(2),
        perChunkUs.toFixed(1),
        `${median(short).toFixed(2)} (${Math.min(...short).toFixed(2)} to ${Math.max(...short).toFixed(2)})`,
        at(name, 200).toFixed(2),
        cost.has(2000) ? at(name, 2000).toFixed(1) : '',
        ratios.map((ratio) => ratio.toFixed(2)).join(', '),
        `${(1000 / median(short)).toFixed(0)}, ${speed(name).toFixed(0)}`,
      ]
    }),
  )
  const [off, on] = apis.map(({ name }) => name) as [string, string]
  targets.push(
    { what: 'fixed cost to lean', value: fitOf(on).fixedMs / base.fixedMs, limit: 1.75 },
    { what: 'of it telemetry', value: fitOf(on).fixedMs - fitOf(off).fixedMs, limit: 0.4, unit: ' ms' },
    { what: 'per chunk to lean', value: fitOf(on).perChunkUs / base.perChunkUs, limit: 1 },
    { what: '200 chunks to lean', value: at(on, 200) / at(lean.name, 200), limit: 1.2 },
    { what: '200 chunks, telemetry on to off', value: at(on, 200) / at(off, 200), limit: 1.05 },
  )
  const opentelemetry = 'FastAPI + OpenTelemetry'
  if (costs.has(opentelemetry))
    targets.push({
      what: `200 chunks: CPU of ${opentelemetry} to ours`,
      value: at(opentelemetry, 200) / at('API, beside them', 200),
      limit: 10,
      atLeast: true,
    })
  const minimum = { 'Portkey gateway': 0.8, 'LiteLLM proxy': 8, [opentelemetry]: 3 }
  for (const [name, limit] of Object.entries(minimum))
    if (costs.has(name))
      targets.push({
        what: `short turns a second and core to ${name}`,
        value: at(name, 16) / at('API, beside them', 16),
        limit,
        atLeast: true,
      })
  for (const peer of peers) await peer.stop()
}

/** What a person waits for, over the bare upstream. */
async function firstToken({ upstream }: Bench, parts: Part[]): Promise<void> {
  await upstream.tell({ chunks: 16 })
  const rows: string[][] = []
  for (const [concurrency, limit] of [
    [1, 5],
    [10, 9],
  ] as const) {
    const p50 = async (target: Target) => median(await load(target, 300, concurrency))
    const bare = await p50({ port: upstream.port, body: '{}' })
    for (const part of parts) {
      const added = (await p50(part)) - bare
      rows.push([part.name, String(concurrency), added.toFixed(1)])
      if (part === parts.at(-1))
        targets.push({ what: `time to first token, ${concurrency} at once`, value: added, limit, unit: ' ms' })
    }
  }
  table(['time to first token over the bare upstream', 'at once', 'p50, ms'], rows)
}

/** Answers of 20 s, all at once. */
async function manyStreams({ upstream }: Bench, parts: Part[]): Promise<void> {
  await upstream.tell({ chunks: 40, pauseMs: 500 })
  const rows: string[][] = []
  for (const part of parts) {
    const before = (await part.tell({})).rssBytes
    const all = Promise.all(Array.from({ length: STREAMS }, () => ask(part)))
    let peak = 0
    const timer = setInterval(async () => {
      peak = Math.max(peak, (await part.tell({})).rssBytes)
    }, 1000)
    await all.finally(() => clearInterval(timer))
    const perStream = (peak - before) / STREAMS / 1000
    rows.push([part.name, perStream.toFixed(0)])
    if (part === parts.at(-1))
      targets.push({ what: `memory of each of ${STREAMS} streams`, value: perStream, limit: 100, unit: ' kB' })
  }
  table([`${STREAMS} streams at once`, 'kB of resident memory each'], rows)
}

async function atRest(bench: Bench, api: Part): Promise<void> {
  const starts: Part[] = []
  for (let i = 0; i < 3; i++) starts.push(await bench.api('API', {}))
  const cold = { ...(starts[0] as Part), startMs: median(starts.map(({ startMs }) => startMs)) }
  const parts = [cold]
  const next = path.resolve(import.meta.dirname, '../../web/node_modules/next/dist/bin/next')
  const web = await startPart(
    'web',
    next,
    { API_URL: `http://127.0.0.1:${api.port}`, OTEL_EXPORTER_OTLP_ENDPOINT: bench.collectorUrl },
    {
      folder: path.resolve(import.meta.dirname, '../../web'),
      args: ['start'],
    },
  ).catch(() => console.log('\nweb: skipped, it is not built (pnpm build)'))
  if (web) parts.push(web)
  await new Promise((resolve) => setTimeout(resolve, 3000))
  const rows = await Promise.all(
    parts.map(async (part) => [part.name, part.startMs.toFixed(0), ((await part.tell({})).rssBytes / 1e6).toFixed(0)]),
  )
  table(['cold start and rest', 'to the first 200, ms', 'resident memory, MB'], rows)
  targets.push({ what: 'cold start of the API', value: cold.startMs, limit: 1000, unit: ' ms' })
}

async function profiles({ upstream }: Bench, parts: Part[]): Promise<void> {
  const folder = process.env.BENCH_PROFILE
  if (!folder) return
  await mkdir(folder, { recursive: true })
  await upstream.tell({ chunks: 16 })
  for (const part of parts) {
    await part.tell({ profile: 'start' })
    await load(part, 3000, CONCURRENCY)
    const file = path.resolve(folder, `${part.name.replaceAll(/\W+/g, '-')}.cpuprofile`)
    await part.tell({ profile: file })
    console.log(`wrote ${file}`)
  }
}

function table(head: string[], rows: string[][]): void {
  console.log(`\n| ${head.join(' | ')} |\n|${head.map((_, i) => (i === 0 ? '---|' : '---:|')).join('')}`)
  for (const row of rows) console.log(`| ${row.join(' | ')} |`)
}
