import { setTimeout as sleep } from 'node:timers/promises'
import type { addresses } from '@repo/stores/addresses'
import { get } from '@repo/stores/http'
import { Stores } from '@repo/stores/stores'
import { attribute, metric, service } from '@repo/telemetry/catalogue'
import { labelName, seriesName } from '@repo/telemetry/series-name'
import type { Options } from './options.ts'
import type { Load, Quantity } from './predict.ts'
import { cpuSeconds } from './processes.ts'
import { UsageError } from './usage-error.ts'

/** What was seen of a stack: what it was given to do, and what it made of it, as far as it can be read. */
export interface Measured {
  readonly load: Load
  readonly seen: Readonly<Partial<Record<Quantity, number>>>
}

const turns = seriesName(metric.turns)
const calls = `${seriesName(metric.inferenceDuration)}_count`
const durations = `${seriesName(metric.turnDuration)}_sum`
const gaps = `${seriesName(metric.timePerOutputChunk)}_count`
const model = labelName(attribute.requestModel)
const ofApi = (route: string) =>
  `http_server_request_duration_seconds_count{job="${service.namespace}/${service.api}", http_route="${route}"}`
/** A page that is opened, and asks, makes its visitor in two requests, and looks twice at what was used: once more after each turn. */
const PER_VISIT = 2
const ofWeb = `http_server_request_duration_seconds_count{job="${service.namespace}/${service.web}"}`

/**
 * Reads a running stack twice, and what has happened in between.
 * @param seconds between the two
 * @throws {UsageError} when a store does not answer, or nobody asked anything meanwhile
 */
export async function measure(at: typeof addresses, seconds: number, pids: Options['pids']): Promise<Measured> {
  const stores = new Stores(at)
  const one = async (query: string) => (await stores.metrics(query))[0]?.value ?? 0
  const pages = { alloy: at.alloy, loki: at.loki, tempo: at.tempo, mimir: at.mimir } as const
  const look = async () => {
    const read = Object.entries(pages).map(async ([part, url]) => [part, await samples(url)] as const)
    const [time, texts, ...counted] = await Promise.all([
      performance.now(),
      Promise.all(read),
      ...[turns, calls, gaps, ofApi('/api/visitor'), ofApi('/api/usage'), durations].map((name) => one(`sum(${name})`)),
    ])
    return { time, pages: Object.fromEntries(texts), counted, cpu: pids.map(([, pid]) => cpuSeconds(pid)) }
  }
  const before = await look().catch(unanswered)
  await sleep(seconds * 1000)
  const after = await look().catch(unanswered)

  const took = (after.time - before.time) / 1000
  const [turned = 0, called = 0, gapped = 0, made = 0, looked = 0, ran = 0] = after.counted.map(
    (count, i) => (count - (before.counted[i] ?? 0)) / took,
  )
  if (!(turned > 0)) throw new UsageError('No turn ended meanwhile: give the stack some, and measure for longer.')
  const visits = made / PER_VISIT
  const pageTurns = Math.min(turned, Math.max(0, looked - visits * PER_VISIT))
  const rate = (part: keyof typeof pages, name: string) =>
    ((after.pages[part]?.get(name) ?? 0) - (before.pages[part]?.get(name) ?? 0)) / took
  const count = (by: string, of: string) => one(`count(count by (${by}) (${of}))`)
  const [web, api, environments, models, usedModels, times] = await Promise.all([
    count('instance', ofWeb),
    count('instance', turns),
    count('deployment_environment_name', turns),
    count(model, turns),
    one(`count(sum by (${model}) (${turns}) > 0)`),
    stores.sampleTimes(`${seriesName(metric.streamsActive)}[5m]`),
  ])
  const [first = []] = times
  const interval = ((first.at(-1) ?? 0) - (first[0] ?? 0)) / (first.length - 1)
  const faro = rate('alloy', 'faro_receiver_request_duration_seconds_count')
  // Those of browsers do not come by OTLP; with tail sampling, what Tempo gets is less.
  const kept = rate('tempo', 'tempo_distributor_spans_received_total')
  const spans = Math.max(rate('alloy', 'otelcol_receiver_accepted_spans_total'), kept)
  const ofPids = (part: string) => {
    const some = pids.flatMap(([name, pid], i) =>
      name === part ? [{ pid, from: before.cpu[i], to: after.cpu[i] }] : [],
    )
    const gone = some.find(({ from, to }) => from === null || to === null)
    if (gone) throw new UsageError(`--pids: ${part} has no process ${gone.pid}.`)
    return some.length > 0 ? some.reduce((sum, { from, to }) => sum + Number(to) - Number(from), 0) / took : undefined
  }
  const own = (part: keyof typeof pages) => ofPids(part) ?? rate(part, 'process_cpu_seconds_total')
  const seen: Partial<Record<Quantity, number | undefined>> = {
    spans,
    lines: rate('loki', 'loki_distributor_lines_received_total'),
    series: after.pages.mimir?.get('cortex_ingester_memory_series'),
    samples: rate('mimir', 'cortex_distributor_received_samples_total'),
    faroRequests: faro,
    exemplars: rate('mimir', 'cortex_distributor_received_exemplars_total'),
    receivedLogs: rate('loki', 'loki_distributor_bytes_received_total'),
    receivedTraces: rate('tempo', 'tempo_distributor_bytes_received_total'),
    webCores: ofPids('web'),
    apiCores: ofPids('api'),
    databaseCores: ofPids('database'),
    alloyCores: own('alloy'),
    lokiCores: own('loki'),
    tempoCores: own('tempo'),
    mimirCores: own('mimir'),
  }
  const sampling = kept / spans
  return {
    load: {
      turns: turned,
      pageTurns,
      visits,
      browserSampling: faro > 0 ? 1 : 0,
      calls: called / turned,
      chunks: (gapped + called) / turned,
      answerSeconds: ran / turned,
      ...{ web, api, environments, models, usedModels, metricInterval: interval },
      // Some of the last spans are on their way.
      sampling: sampling > 0.97 ? 1 : sampling,
      samplingAt: 'tail',
    },
    seen: Object.fromEntries(Object.entries(seen).filter(([, value]) => value !== undefined)),
  }
}

/** What a page of metrics has, the series of a name summed. */
async function samples(url: string): Promise<Map<string, number>> {
  const sums = new Map<string, number>()
  for (const [, name = '', value] of (await (await get(`${url}/metrics`)).text()).matchAll(/^(\w+)(?:\{.*\})? (\S+)/gm))
    sums.set(name, (sums.get(name) ?? 0) + Number(value))
  return sums
}

function unanswered(error: Error): never {
  throw new UsageError(
    `The stack cannot be read: ${error.message}. LOKI_URL, TEMPO_URL, MIMIR_URL and ALLOY_URL say where.`,
  )
}
