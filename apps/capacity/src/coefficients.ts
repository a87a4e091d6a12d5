/**
 * What a turn costs each part, measured on this stack: the one place where these numbers stand. docs/capacity.md says how
 * each run was made; `npm run capacity -- --measure` holds them against a stack of yours.
 */

/** Where and when; all on two cores of an AMD64 virtual machine with 24 GiB. */
const run = {
  alone: '27 November 2026: production builds, PostgreSQL 18.4, OTLP counted by a collector that keeps nothing',
  browser: '27 November 2026: the same, 5 visits each of no, one and three turns in Chromium',
  stack:
    '27 November 2026: web, API, Alloy 1.19.0-rc.3, Loki 3.7.6, Tempo 3.0.3, Mimir 3.0.3, one process each; 10 turns/s for 165 s, idle for 60 s',
  heavy: '27 November 2026: the same stores; telemetry of 100 turns/s and of 20 processes each, played back for 62 s',
  outage: '27 November 2026: Alloy 1.19.0-rc.3 with Tempo killed; 40 turns/s played back for 45 s, 365 requests',
  held: '27 November 2026: the runs B and D that docs/capacity.md holds the others against',
  many: '27 November 2026: Mimir 3.0.3; metrics of 60 processes each, 70,440 series, and of 4 over an hour',
  performance: 'docs/performance.md: 1,000 streams in one process',
} as const

export interface Coefficient {
  readonly value: number
  readonly unit: string
  readonly from: string
}
const measured = (value: number, unit: string, from: string): Coefficient => ({ value, unit, from })

export const coefficients = {
  // What there is to tell of a turn that comes through the web server and is answered by one model call; then what the page
  // adds, which looks for conversations and usage each time.
  spansPerTurn: measured(10.6, 'spans a turn in conversations of three', run.stack),
  spansPerFurtherCall: measured(4, 'spans a model call after the first, its tool call among them', run.alone),
  linesPerTurn: measured(3, 'log lines a turn', run.alone),
  spansPerPageTurn: measured(12, 'more spans a turn that is asked on the page', run.browser),
  linesPerPageTurn: measured(4, 'more lines a turn that is asked on the page', run.browser),
  spansPerVisit: measured(32, 'spans a visit: the page opened, a visitor made', run.browser),
  linesPerVisit: measured(12, 'lines a visit', run.browser),
  // What browsers tell themselves (Faro).
  faroSpansPerPageTurn: measured(3, 'spans a turn', run.browser),
  faroSpansPerVisit: measured(5, 'spans a visit', run.browser),
  faroLinesPerPageTurn: measured(1, 'lines a turn', run.browser),
  faroLinesPerVisit: measured(6, 'lines a visit', run.browser),
  faroRequestsPerPageTurn: measured(2.3, 'requests of the page to Alloy, a turn', run.browser),
  faroRequestsPerVisit: measured(2.9, 'requests of the page to Alloy, a visit', run.browser),

  // Series that services send, all of them at each export.
  seriesPerWebProcess: measured(373, 'series a process', run.browser),
  seriesPerApiProcess: measured(480, 'series a process', run.browser),
  seriesPerModel: measured(59, 'series a process and offered model: the counters that begin with 0', run.alone),
  seriesPerUsedModel: measured(122, 'more series a process and model that is asked', run.alone),
  // Those that Tempo makes of spans, or Alloy where it samples; and the stack's own, which Alloy scrapes.
  spanSeriesPerEnvironment: measured(504, 'series an environment', run.stack),
  spanSeriesPerModel: measured(40, 'series an environment and model', run.stack),
  stackSeries: measured(3340, 'series of a stack whose stores are one process each', run.stack),
  exemplarsPerSpan: measured(0.25, 'exemplars a span, of each series of spans one a collection at most', run.stack),

  // From services to Alloy: JSON, uncompressed.
  wireBytesPerSpan: measured(955, 'bytes a span', run.alone),
  wireBytesPerLine: measured(717, 'bytes a line', run.alone),
  wireBytesPerSeries: measured(96, 'bytes a series and export', run.alone),
  // What waits in Alloy's queue: protobuf, uncompressed.
  queueBytesPerSpan: measured(407, 'bytes a span', run.alone),
  queueBytesPerLine: measured(287, 'bytes a line', run.alone),
  queueBytesPerSeries: measured(51, 'bytes a series and export', run.alone),
  queueDiskFactor: measured(1.5, 'bytes on disk a byte that waits, at 16 MiB', run.outage),
  // What the page gets.
  browserBytesPerTurn: measured(1750, 'bytes a turn', run.alone),
  browserBytesPerChunk: measured(53, 'bytes a chunk of the answer', run.alone),

  // As the stores count what comes, for their limits.
  lokiReceivedBytesPerLine: measured(324, 'bytes a line, structured metadata included', run.stack),
  tempoReceivedBytesPerSpan: measured(400, 'bytes a span', run.stack),
  // What a store has on its disk, or in its bucket.
  lokiBytesPerLine: measured(46, 'bytes a line, in chunks; the index is a fortieth of it', run.stack),
  tempoBytesPerSpan: measured(124, 'bytes a span, bloom filters of blocks of 30 s included', run.stack),
  mimirBytesPerSample: measured(2.7, 'bytes a sample, where all series change at each export', run.many),
  mimirIndexBytesPerSeries: measured(120, 'bytes a series and block', run.many),
  mimirWalBytesPerSample: measured(11, 'bytes a sample, in the write-ahead log', run.many),
  mimirWalBytesPerSeries: measured(296, 'bytes a series, in the write-ahead log', run.many),
  databaseBytesPerTurn: measured(2500, 'bytes a turn, indexes included', run.alone),
  databaseBytesPerChunk: measured(5, 'bytes a chunk of the answer', run.stack),
  databaseWalBytesPerTurn: measured(8900, 'bytes of write-ahead log a turn', run.held),
  databaseWalBytesPerAnswerSecond: measured(920, 'bytes of write-ahead log a second of an answer', run.held),

  // Processor time; idle ones are cores.
  webIdleCores: measured(0.01, 'cores a process', run.alone),
  apiIdleCores: measured(0.004, 'cores a process', run.alone),
  webMsPerTurn: measured(3.6, 'ms a turn', run.alone),
  webMsPerPageTurn: measured(10.5, 'more ms a turn that is asked on the page', run.browser),
  webMsPerVisit: measured(88, 'ms a visit', run.browser),
  // A chunk that comes alone wakes the process; the more come, the more of them each waking takes.
  webUsPerChunk: measured(35, 'us a chunk', run.alone),
  webUsPerWaking: measured(122, 'us a waking', run.alone),
  wakings: measured(300, 'times a second that a process is woken by chunks at most', run.alone),
  apiMsPerTurn: measured(3.3, 'ms a turn', run.alone),
  apiMsPerFurtherCall: measured(2.1, 'ms a model call after the first, its tool call among them', run.alone),
  apiMsPerPageTurn: measured(2.8, 'more ms a turn that is asked on the page', run.browser),
  apiMsPerVisit: measured(7, 'ms a visit', run.browser),
  apiUsPerChunk: measured(45, 'us a chunk', run.alone),
  apiUsPerWaking: measured(155, 'us a waking', run.alone),
  databaseMsPerTurn: measured(2.1, 'ms a turn', run.alone),
  databaseMsPerAnswerSecond: measured(0.56, 'ms a second of an answer', run.stack),
  databaseMsPerPageTurn: measured(0.8, 'more ms a turn that is asked on the page', run.browser),
  databaseMsPerVisit: measured(1.3, 'ms a visit', run.browser),
  databaseMsPerFurtherCall: measured(0.85, 'ms a model call after the first', run.alone),
  alloyUsPerRecord: measured(46, 'us a span or line', run.heavy),
  alloyUsPerSample: measured(16, 'us a sample of services', run.stack),
  alloyIdleCores: measured(0.009, 'cores', run.stack),
  lokiUsPerLine: measured(67, 'us a line', run.heavy),
  lokiIdleCores: measured(0.0075, 'cores', run.stack),
  tempoUsPerSpan: measured(85, 'us a span', run.heavy),
  tempoIdleCores: measured(0.0067, 'cores', run.stack),
  mimirUsPerSample: measured(26, 'us a sample', run.heavy),
  mimirIdleCores: measured(0.007, 'cores', run.stack),

  // Memory.
  apiKibPerAnswer: measured(21, 'KiB a running answer', run.performance),
  mimirKibPerSeries: measured(3.2, 'KiB a series, resident', run.many),
} satisfies Record<string, Coefficient>

export type Name = keyof typeof coefficients
/** Their values alone. */
export type Coefficients = Readonly<Record<Name, number>>

export const values = Object.fromEntries(
  Object.entries(coefficients).map(([name, { value }]) => [name, value]),
) as Coefficients
