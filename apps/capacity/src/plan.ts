import type { Coefficients } from './coefficients.ts'
import { type Factors, type Prediction, predict } from './predict.ts'

/** What is asked for; `options.ts` says what each may be. */
export interface Inputs {
  readonly turnsPerDay: number
  /** Turns of the busiest second to those of an average one. */
  readonly peak: number
  /** Share of the turns that are asked on the page, 0 to 1; and how often it is opened, a turn of these. */
  readonly page: number
  readonly visits: number
  /** `FARO_SAMPLE_RATE`, 0 to 1. */
  readonly browserSampling: number
  readonly calls: number
  /** Of a turn, all of its model calls together. */
  readonly inputTokens: number
  readonly outputTokens: number
  readonly answerSeconds: number
  readonly conversationTurns: number
  readonly models: number
  readonly environments: number
  /** Processes; null: as many as the peak needs. */
  readonly web: number | null
  readonly api: number | null
  readonly metricInterval: number
  readonly sampling: number
  readonly samplingAt: 'head' | 'tail'
  readonly logDays: number
  readonly traceDays: number
  readonly metricDays: number
  readonly conversationDays: number
  /** Copies that the stores' writers keep, 1: one process each. From 2 on, blocks lie in an object store. */
  readonly replication: number
  /** A store is away for so long. */
  readonly outageHours: number
  /** Share of its processors that a part may use at the peak, 0 to 1. */
  readonly utilisation: number
}

export const DAY = 86_400
export const GIB = 2 ** 30
/** As many as a process should be given before there are two; of Node it is one, which it cannot use more of. */
const CORES = { alloy: 2, loki: 4, tempo: 4, mimir: 4 } as const
/** What each may use, in GiB: the limits of deploy/kubernetes/base. */
const MEMORY_GIB = { web: 0.375, api: 0.5, alloy: 0.5, loki: 0.5, tempo: 0.5, mimir: 0.75 } as const
/** Of a database a core, in GiB, as services sell them: not measured. */
const DATABASE_GIB_PER_CORE = 4
/** `MAX_RUNNING_TURNS` of one API process. */
export const MOST_ANSWERS = 2000
/** On the disk of an ingester of Mimir: the log of two hours and one more, and the blocks of 13 hours, two hours each. */
const WAL_HOURS = 3
const LOCAL_HOURS = 13
const BLOCK_HOURS = 2

/** To the next whole number, unless it is one but for rounding. */
const up = (value: number) => Math.ceil(value - 1e-9)

export type PartName = 'web' | 'api' | 'database' | 'alloy' | 'loki' | 'tempo' | 'mimir'
export interface Part {
  /** At the peak, of all replicas. */
  readonly cores: number
  readonly replicas: number
  /** GiB, of all replicas. */
  readonly memory: number
  /** GiB on volumes, of all replicas. */
  readonly disk: number
}

export interface Plan {
  readonly inputs: Inputs
  /** Turns a second. */
  readonly turns: { readonly average: number; readonly peak: number }
  /** Answers at once, at the peak. */
  readonly runningAnswers: number
  readonly average: Prediction
  readonly peak: Prediction
  /** Bytes, as much as is kept. */
  readonly kept: Readonly<Record<'logs' | 'traces' | 'metrics' | 'database', number>>
  /** Bytes in the queues of all gateways, when a store is away through the busiest hour, or however long an outage is. */
  readonly queue: Readonly<Record<'loki' | 'tempo' | 'mimir', number>>
  readonly parts: Readonly<Record<PartName, Part>>
  /** Bytes in the object store; 0 where the stores keep all on their disks. */
  readonly objects: number
  /** Bytes that browsers are sent in a month of 30 days: answers alone. */
  readonly browserBytes: number
}

/** What it takes, and what of it there is; pure. Processor time is that of the peak, volumes are those of the average. */
export function planOf(inputs: Inputs, c: Coefficients, factors: Factors = {}): Plan {
  const average = inputs.turnsPerDay / DAY
  const peak = average * inputs.peak
  const runningAnswers = peak * inputs.answerSeconds
  const asked = (turns: number) => {
    const pageTurns = turns * inputs.page
    return { turns, pageTurns, visits: pageTurns * inputs.visits }
  }
  const load = (turns: number, web: number, api: number) =>
    predict(
      { ...inputs, ...asked(turns), web, api, chunks: inputs.outputTokens, usedModels: inputs.models },
      c,
      factors,
    )

  const least = inputs.environments * (inputs.replication > 1 ? 2 : 1)
  const replicas = (cores: number, of: number, atLeast: number) =>
    Math.max(atLeast, up(cores / (of * inputs.utilisation)))
  // A process takes something for itself, too: what one more of them takes more.
  const [none, one] = [load(peak, 0, 0), load(peak, 1, 1)]
  const processesFor = (part: 'webCores' | 'apiCores') =>
    Math.max(least, up(none[part] / (inputs.utilisation - (one[part] - none[part]))))
  const web = inputs.web ?? processesFor('webCores')
  const api = inputs.api ?? Math.max(processesFor('apiCores'), up(runningAnswers / (MOST_ANSWERS * inputs.utilisation)))
  const usual = load(average, web, api)
  const busy = load(peak, web, api)

  const kept = {
    logs: usual.storedLogs * DAY * inputs.logDays,
    traces: usual.storedTraces * DAY * inputs.traceDays,
    // The compactor makes one block of a day, which has each series once; more of them where processes come and go.
    metrics:
      (usual.samples * DAY * c.mimirBytesPerSample + usual.series * c.mimirIndexBytesPerSeries) * inputs.metricDays,
    database: usual.databaseGrowth * DAY * inputs.conversationDays,
  }
  const outage = inputs.outageHours * 3600
  const points = (busy.wireMetrics / c.wireBytesPerSeries) * c.queueBytesPerSeries
  const queue = {
    loki: busy.lines * c.queueBytesPerLine * outage,
    tempo: busy.spans * (inputs.samplingAt === 'tail' ? inputs.sampling : 1) * c.queueBytesPerSpan * outage,
    mimir: points * outage,
  }

  const copies = inputs.replication
  const inObjects = copies > 1
  // Loki's ingesters write each their own chunks; Mimir's compactor makes one of the copies, and Tempo stores one.
  const objects = inObjects ? kept.logs * copies + kept.traces + kept.metrics : 0
  const store = (name: 'loki' | 'tempo' | 'mimir', cores: number, own: number, keptBytes: number, more = 0): Part => {
    const count = replicas(cores * copies, CORES[name], copies)
    const disk = (own * copies + (inObjects ? 0 : keptBytes)) / GIB
    return { cores: cores * copies, replicas: count, memory: count * MEMORY_GIB[name] + more, disk }
  }
  const servers = copies > 1 ? 2 : 1
  const alloys = replicas(busy.alloyCores, CORES.alloy, copies > 1 ? 2 : 1)
  const ofIngester =
    busy.samples * 3600 * (WAL_HOURS * c.mimirWalBytesPerSample + LOCAL_HOURS * c.mimirBytesPerSample) +
    busy.series * (c.mimirWalBytesPerSeries + (LOCAL_HOURS / BLOCK_HOURS) * c.mimirIndexBytesPerSeries)
  return {
    inputs,
    turns: { average, peak },
    runningAnswers,
    average: usual,
    peak: busy,
    kept,
    queue,
    parts: {
      web: { cores: busy.webCores, replicas: web, memory: web * MEMORY_GIB.web, disk: 0 },
      api: {
        cores: busy.apiCores,
        replicas: api,
        memory: api * MEMORY_GIB.api + (runningAnswers * c.apiKibPerAnswer) / 2 ** 20,
        disk: 0,
      },
      // One writes; the others follow it, each with all of the data.
      database: {
        cores: busy.databaseCores,
        replicas: servers,
        memory: Math.max(0.5, (busy.databaseCores / inputs.utilisation) * DATABASE_GIB_PER_CORE) * servers,
        disk: (kept.database / GIB) * servers,
      },
      alloy: {
        cores: busy.alloyCores,
        replicas: alloys,
        memory: alloys * MEMORY_GIB.alloy,
        disk: ((queue.loki + queue.tempo + queue.mimir) * c.queueDiskFactor) / GIB,
      },
      loki: store('loki', busy.lokiCores, 0, kept.logs),
      tempo: store('tempo', busy.tempoCores, 0, kept.traces),
      mimir: store(
        'mimir',
        busy.mimirCores,
        ofIngester,
        kept.metrics,
        (busy.series * c.mimirKibPerSeries * copies) / 2 ** 20,
      ),
    },
    objects,
    browserBytes: average * DAY * 30 * (c.browserBytesPerTurn + inputs.outputTokens * c.browserBytesPerChunk),
  }
}
