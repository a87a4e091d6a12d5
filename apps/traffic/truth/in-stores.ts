import { addresses } from '@repo/stores/addresses'
import { Stores } from '@repo/stores/stores'
import type { MetricDefinition } from '@repo/telemetry/catalogue'
import { labelName, seriesName } from '@repo/telemetry/series-name'
import { countedMetrics } from './signals.ts'
import type { Target } from './truth.ts'

const { POSTGRES_PASSWORD = 'chat', POSTGRES_PORT = '15432' } = process.env
const databaseUrl =
  process.env.DATABASE_URL ||
  `postgresql://chat:${encodeURIComponent(POSTGRES_PASSWORD)}@127.0.0.1:${POSTGRES_PORT}/chat`
/**
 * Several export intervals. Mimir itself looks back five minutes, and would count what a process that has ended meanwhile
 * had counted, as if the one that runs now went on from there.
 */
const FRESH = '30s'
/** Traces asked for at once. */
const PARALLEL = 4

/** The running stack of docker-compose.yml: its chat, its database, Tempo and Mimir. */
export async function inStores(): Promise<Target> {
  const stores = await Stores.find(addresses)
  const whole = new Map<string, Awaited<ReturnType<Stores['spans']>>>()
  return {
    url: addresses.web,
    databaseUrl,
    arrivalMs: 90_000,
    counters: async () => {
      const perMetric = await Promise.all(
        countedMetrics.map(async (definition) => {
          const series = await stores.metrics(`last_over_time(${mimirName(definition)}[${FRESH}])`)
          return series.map(({ metric, value }) => ({
            key: JSON.stringify(Object.entries(metric).sort()),
            name: definition.name,
            attributes: Object.fromEntries(
              definition.attributes.map((attribute) => [attribute, metric[labelName(attribute)]]),
            ),
            value,
          }))
        }),
      )
      return perMetric.flat()
    },
    // A trace is whole when its turn's span is there, which ends after those of its calls; it is not asked for again.
    spans: async (traceIds) => {
      let failure: unknown
      const missing = traceIds.filter((id) => !whole.has(id))
      const ask = async () => {
        for (let id = missing.pop(); id; id = missing.pop()) {
          const spans = await stores.spans(id).catch((error) => {
            failure = error // it is asked again with the next look
            return []
          })
          if (spans.some(({ name }) => name.startsWith('invoke_agent'))) whole.set(id, spans)
        }
      }
      await Promise.all(Array.from({ length: PARALLEL }, ask))
      if (whole.size === 0 && failure) throw failure
      return [...whole.values()].flat()
    },
  }
}

/** A counter's name in Mimir, or that of a histogram's count. */
const mimirName = (definition: MetricDefinition) =>
  seriesName(definition) + (definition.kind === 'histogram' ? '_count' : '')
