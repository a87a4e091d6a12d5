import type { Coefficients } from './coefficients.ts'

/** What a stack is given to do, all environments together. */
export interface Load {
  /** Turns a second. */
  readonly turns: number
  /** Of them, those that are asked on the page, and not by a program. */
  readonly pageTurns: number
  /** Times a second that somebody opens the page and asks there. */
  readonly visits: number
  /** Share of the visits that tell of themselves, 0 to 1. */
  readonly browserSampling: number
  /** Model calls of a turn, 1 or more; each after the first follows a tool call. */
  readonly calls: number
  /** Pieces in which an answer comes, a token each with most providers; all calls of a turn together. */
  readonly chunks: number
  /** Seconds that an answer takes: while it runs, what there is of it is stored now and then. */
  readonly answerSeconds: number
  /** Processes. */
  readonly web: number
  readonly api: number
  readonly environments: number
  /** That each API offers, and that are asked. */
  readonly models: number
  readonly usedModels: number
  /** Seconds between two exports of a service's metrics. */
  readonly metricInterval: number
  /** Share of traces that are kept, 0 to 1; `head`: the services drop the others, `tail`: Alloy does, once they have ended. */
  readonly sampling: number
  readonly samplingAt: 'head' | 'tail'
}

/** Seconds between two collections of what Tempo, or Alloy, makes of spans, and between two scrapes of the stack's own metrics. */
const SPAN_METRICS_INTERVAL = 5
const SCRAPE_INTERVAL = 15

/** Every quantity that can be measured on a running stack, too. */
export const units = {
  spans: 'spans/s',
  lines: 'lines/s',
  series: 'series',
  samples: 'samples/s',
  exemplars: 'exemplars/s',
  faroRequests: 'requests/s',
  wireTraces: 'B/s',
  wireLogs: 'B/s',
  wireMetrics: 'B/s',
  receivedTraces: 'B/s',
  receivedLogs: 'B/s',
  storedTraces: 'B/s',
  storedLogs: 'B/s',
  databaseGrowth: 'B/s',
  databaseWal: 'B/s',
  webCores: 'cores',
  apiCores: 'cores',
  databaseCores: 'cores',
  alloyCores: 'cores',
  lokiCores: 'cores',
  tempoCores: 'cores',
  mimirCores: 'cores',
} as const
export type Quantity = keyof typeof units
export type Prediction = Readonly<Record<Quantity, number>>
/** How many times what our coefficients say a stack was seen to take, where it was measured. */
export type Factors = Readonly<Partial<Record<Quantity, number>>>

/**
 * What a steady load makes of telemetry, of what is stored, and of processor time. Each is a sum of what was measured times
 * what there is of it, so that twice the turns, by twice the processes, are twice of all but what idles.
 *
 * @returns bytes, records and samples a second, cores, and how many series; see `units`
 */
export function predict(load: Load, c: Coefficients, factors: Factors = {}): Prediction {
  const { turns, pageTurns, visits, web, api, environments, sampling } = load
  const furtherCalls = turns * (load.calls - 1)
  const chunks = turns * load.chunks
  const wakings = (processes: number) => Math.min(chunks, processes * c.wakings)
  const running = turns * load.answerSeconds
  const toldTurns = pageTurns * load.browserSampling
  const toldVisits = visits * load.browserSampling
  const made =
    turns * c.spansPerTurn +
    furtherCalls * c.spansPerFurtherCall +
    pageTurns * c.spansPerPageTurn +
    visits * c.spansPerVisit +
    toldTurns * c.faroSpansPerPageTurn +
    toldVisits * c.faroSpansPerVisit
  const spans = load.samplingAt === 'head' ? made * sampling : made // that reach Alloy
  const keptSpans = made * sampling
  const lines =
    turns * c.linesPerTurn +
    pageTurns * c.linesPerPageTurn +
    visits * c.linesPerVisit +
    toldTurns * c.faroLinesPerPageTurn +
    toldVisits * c.faroLinesPerVisit
  const ofServices =
    web * c.seriesPerWebProcess +
    api * (c.seriesPerApiProcess + load.models * c.seriesPerModel + load.usedModels * c.seriesPerUsedModel)
  const ofSpans = environments * (c.spanSeriesPerEnvironment + load.usedModels * c.spanSeriesPerModel)
  const points = ofServices / load.metricInterval
  const samples = points + ofSpans / SPAN_METRICS_INTERVAL + c.stackSeries / SCRAPE_INTERVAL
  const predicted: Prediction = {
    spans,
    lines,
    series: ofServices + ofSpans + c.stackSeries,
    samples,
    exemplars: Math.min(spans, ofSpans / SPAN_METRICS_INTERVAL) * c.exemplarsPerSpan,
    wireTraces: spans * c.wireBytesPerSpan,
    wireLogs: lines * c.wireBytesPerLine,
    wireMetrics: points * c.wireBytesPerSeries,
    receivedTraces: keptSpans * c.tempoReceivedBytesPerSpan,
    receivedLogs: lines * c.lokiReceivedBytesPerLine,
    storedTraces: keptSpans * c.tempoBytesPerSpan,
    storedLogs: lines * c.lokiBytesPerLine,
    databaseGrowth: turns * c.databaseBytesPerTurn + chunks * c.databaseBytesPerChunk,
    databaseWal: turns * c.databaseWalBytesPerTurn + running * c.databaseWalBytesPerAnswerSecond,
    faroRequests: toldTurns * c.faroRequestsPerPageTurn + toldVisits * c.faroRequestsPerVisit,
    webCores:
      web * c.webIdleCores +
      (turns * c.webMsPerTurn + pageTurns * c.webMsPerPageTurn + visits * c.webMsPerVisit) / 1e3 +
      (chunks * c.webUsPerChunk + wakings(web) * c.webUsPerWaking) / 1e6,
    apiCores:
      api * c.apiIdleCores +
      (turns * c.apiMsPerTurn + pageTurns * c.apiMsPerPageTurn + visits * c.apiMsPerVisit) / 1e3 +
      (furtherCalls * c.apiMsPerFurtherCall) / 1e3 +
      (chunks * c.apiUsPerChunk + wakings(api) * c.apiUsPerWaking) / 1e6,
    databaseCores:
      (turns * c.databaseMsPerTurn + pageTurns * c.databaseMsPerPageTurn + visits * c.databaseMsPerVisit) / 1e3 +
      (furtherCalls * c.databaseMsPerFurtherCall + running * c.databaseMsPerAnswerSecond) / 1e3,
    alloyCores: c.alloyIdleCores + ((spans + lines) * c.alloyUsPerRecord + points * c.alloyUsPerSample) / 1e6,
    lokiCores: c.lokiIdleCores + (lines * c.lokiUsPerLine) / 1e6,
    tempoCores: c.tempoIdleCores + (keptSpans * c.tempoUsPerSpan) / 1e6,
    mimirCores: c.mimirIdleCores + (samples * c.mimirUsPerSample) / 1e6,
  }
  return Object.fromEntries(
    Object.entries(predicted).map(([name, value]) => [name, value * (factors[name as Quantity] ?? 1)]),
  ) as Prediction
}
