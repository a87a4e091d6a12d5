import { eventually } from '@repo/stores/eventually'
import { get, getJson } from '@repo/stores/http'
import { attribute, metric, service, spanName } from '@repo/telemetry/catalogue'
import { type Canary, traceIdOf } from './canary.ts'
import type { Check } from './check.ts'

interface Span {
  spanId: string
  parentSpanId?: string
  name: string
  service: string
  attributes: Record<string, unknown>
}

interface Trace {
  spans: Span[]
  logs: { service: string }[]
}

interface Metrics {
  rows: [name: string, series: { value?: number; count?: number; attributes: Record<string, unknown> }[]][]
}

const hint = 'Look at .data/logs/viewer.log; the log of the service that is missing says if it could not deliver.'

/** Follows the canary through the viewer that the demo has in place of a collector and its stores. */
export async function demoChecks(viewer: string, canary: Canary): Promise<Check[]> {
  const total = async (name: string) => {
    const { rows } = await getJson<Metrics>(`${viewer}/api/metrics?q=${name}&service=${service.api}`)
    const [, series = []] = rows.find(([found]) => found === name) ?? []
    return series.reduce((sum, { value = 0, count = 0 }) => sum + value + count, 0)
  }
  // Taken before the turn, which has to make it more.
  const turnsBefore = await total(metric.turns.name).catch(() => 0)

  return [
    {
      name: 'viewer',
      hint,
      run: async () => {
        await get(`${viewer}/health`)
        return `answers at ${viewer}`
      },
    },
    {
      name: 'trace',
      needs: ['model', 'viewer'],
      hint,
      run: async () => {
        const id = traceIdOf(canary)
        const model = canary.metadata?.model ?? ''
        const { spans } = await eventually(async () => {
          const trace = await getJson<Trace>(`${viewer}/api/traces/${id}`)
          return isWhole(trace.spans) && trace
        }, `trace ${id} has not arrived whole`)
        const chat = spans.find(({ name }) => name === spanName.inference(model))
        for (const key of [attribute.responseTimeToFirstChunk, attribute.usageOutputTokens]) {
          if (chat?.attributes[key] === undefined)
            throw new Error(`the span "${spanName.inference(model)}" has no ${key}`)
        }
        return `${spans.length} spans of ${new Set(spans.map((span) => span.service)).size} services, ${viewer}/traces/${id}`
      },
    },
    {
      name: 'logs',
      needs: ['model', 'viewer'],
      hint,
      run: async () => {
        const id = traceIdOf(canary)
        const { logs } = await eventually(async () => {
          const trace = await getJson<Trace>(`${viewer}/api/traces/${id}`)
          const services = new Set(trace.logs.map((log) => log.service))
          return services.has(service.web) && services.has(service.api) && trace
        }, `no log lines of both ${service.web} and ${service.api} with trace id ${id}`)
        return `${logs.length} lines with the trace's id`
      },
    },
    {
      name: 'metrics',
      needs: ['model', 'viewer'],
      hint,
      run: async () => {
        traceIdOf(canary)
        const turns = await eventually(
          async () => ((await total(metric.turns.name)) > turnsBefore ? total(metric.turns.name) : null),
          `${metric.turns.name} is still ${turnsBefore}, as before the turn`,
        )
        const tokens = await eventually(
          () => total(metric.outputTokens.name),
          `${metric.outputTokens.name} counts nothing`,
        )
        return `${turns} turns, ${tokens} output tokens`
      },
    },
  ]
}

/** Both services are there, the turn and its model call too, and every parent. */
function isWhole(spans: Span[]): boolean {
  const ids = new Set(spans.map(({ spanId }) => spanId))
  const services = new Set(spans.map((span) => span.service))
  return (
    services.has(service.web) &&
    services.has(service.api) &&
    spans.some(({ name }) => name === spanName.turn) &&
    spans.filter(({ parentSpanId }) => !parentSpanId || !ids.has(parentSpanId)).length === 1
  )
}
