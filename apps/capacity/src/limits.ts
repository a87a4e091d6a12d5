import type { Coefficients } from './coefficients.ts'
import { DAY, type Inputs, MOST_ANSWERS, type Plan, planOf } from './plan.ts'
import type { Factors } from './predict.ts'

/** Something that ends at a size, as this repository sets it or leaves it. */
export interface Limit {
  readonly name: string
  readonly most: number
  readonly unit: string
  /** Where it is set, or who has it as a default. */
  readonly from: string
  readonly used: (plan: Plan) => number
}

/** API connections: ten of the pool, one that others are told by that the process lives. */
const CONNECTIONS_PER_PROCESS = 11
/** Seconds that a trace is open in Tempo: spans of a turn come at its beginning and at its end, and wait for their export. */
const OPEN_TRACE_SECONDS = 6
/** Of each turn's three lines the API writes two, to the one stream that all of its processes share. */
const LINES_OF_API = 2 / 3

export const limits: readonly Limit[] = [
  {
    name: 'turns settled against one budget of all (none without DAILY_BUDGET_USD)',
    most: 571,
    unit: 'turns/s',
    from: 'measured, docs/chaos.md, two processes',
    used: ({ turns }) => turns.peak,
  },
  {
    name: 'connections of PostgreSQL',
    most: 97,
    unit: 'connections',
    from: 'max_connections = 100, its default, less 3 for superusers',
    used: ({ parts }) => parts.api.replicas * CONNECTIONS_PER_PROCESS,
  },
  {
    name: 'processors of the one PostgreSQL that writes',
    most: 32,
    unit: 'cores',
    from: 'a large machine',
    used: ({ peak, inputs }) => peak.databaseCores / inputs.utilisation,
  },
  {
    name: 'answers of one API process',
    most: MOST_ANSWERS,
    unit: 'answers',
    from: 'MAX_RUNNING_TURNS',
    used: ({ runningAnswers, parts }) => runningAnswers / parts.api.replicas,
  },
  {
    name: 'the fullest queue of Alloy, during the outage',
    most: 800e6,
    unit: 'B',
    from: 'queue_size in alloy/modules/deliver.alloy',
    used: ({ queue, parts }) => Math.max(...Object.values(queue)) / parts.alloy.replicas,
  },
  {
    name: 'disk of a gateway, during the outage',
    most: 4,
    unit: 'GiB',
    from: 'deploy/kubernetes/base/alloy.yaml',
    used: ({ parts }) => parts.alloy.disk / parts.alloy.replicas,
  },
  {
    name: 'requests of pages to one Alloy',
    most: 50,
    unit: 'requests/s',
    from: 'rate_limiting in alloy/modules/receive.alloy',
    used: ({ peak, parts }) => peak.faroRequests / parts.alloy.replicas,
  },
  {
    name: 'samples of Mimir',
    most: 100_000,
    unit: 'samples/s',
    from: 'ingestion_rate in mimir/mimir.yaml',
    used: ({ peak }) => peak.samples,
  },
  {
    name: 'series of Mimir',
    most: 150_000,
    unit: 'series',
    from: "max_global_series_per_user, Mimir's default",
    used: ({ peak }) => peak.series,
  },
  {
    name: 'log lines of all',
    most: 16e6,
    unit: 'B/s',
    from: 'ingestion_rate_mb in loki/loki.yaml',
    used: ({ peak }) => peak.receivedLogs,
  },
  {
    name: 'log lines of the API of one environment, which are one stream',
    most: 3e6,
    unit: 'B/s',
    from: "per_stream_rate_limit, Loki's default",
    used: ({ peak, inputs }) => (peak.receivedLogs * LINES_OF_API) / inputs.environments,
  },
  {
    name: 'spans of Tempo',
    most: 30e6,
    unit: 'B/s',
    from: "rate_limit_bytes, Tempo's default",
    used: ({ peak }) => peak.receivedTraces,
  },
  {
    name: 'traces that are open in Tempo',
    most: 10_000,
    unit: 'traces',
    from: "max_traces_per_user, Tempo's default",
    used: ({ turns, inputs }) => turns.peak * OPEN_TRACE_SECONDS * inputs.sampling,
  },
  {
    name: 'traces that wait for their decision, with tail sampling',
    most: 20_000,
    unit: 'traces',
    from: 'num_traces in alloy/switches/sampling-on.alloy, a gateway',
    used: ({ turns, inputs, parts }) =>
      inputs.sampling < 1 && inputs.samplingAt === 'tail'
        ? (turns.peak * (inputs.answerSeconds + 5)) / parts.alloy.replicas
        : 0,
  },
  {
    name: 'conversations of an hour, on the board LLM cost and tokens',
    most: 10_000,
    unit: 'conversations',
    from: 'max_query_series in loki/loki.yaml',
    used: ({ turns, inputs }) => (turns.peak * 3600) / inputs.conversationTurns,
  },
]

export interface Reached extends Omit<Limit, 'used'> {
  /** At the peak of the plan. */
  readonly used: number
  /** Turns a second of the peak at which it is reached, all else as asked for; null: never. */
  readonly at: number | null
}

/** Beyond it nobody has such a chat. */
const MOST_TURNS_PER_SECOND = 1e6

/** What ends first as turns grow and all else stays as it is, first first. */
export function reachedFirst(inputs: Inputs, c: Coefficients, factors: Factors = {}): Reached[] {
  const planAt = (peakTurns: number) => planOf({ ...inputs, turnsPerDay: (peakTurns * DAY) / inputs.peak }, c, factors)
  return limits
    .map(({ used, ...limit }) => {
      const isOver = (turns: number) => used(planAt(turns)) > limit.most
      let [low, high] = [0, MOST_TURNS_PER_SECOND]
      const at = isOver(high)
      for (let step = 0; at && step < 60; step++) {
        const middle = (low + high) / 2
        if (isOver(middle)) high = middle
        else low = middle
      }
      return { ...limit, used: used(planOf(inputs, c, factors)), at: at ? high : null }
    })
    .sort((a, b) => (a.at ?? Infinity) - (b.at ?? Infinity))
}
