import { getJson } from '@repo/stores/http'
import { attribute, metric } from '@repo/telemetry/catalogue'
import { storeQuery } from '@repo/telemetry/mcp-server'
import type { Alert, Attributes, Backend, Found, Line, Measured, MetricQuery, Span, TurnFilter } from './backend.ts'

interface Summary {
  readonly traceId: string
  readonly startMs: number
  readonly durationMs: number
  readonly outcome: string | null
  readonly model: string | null
  readonly costUsd: number | null
}
interface ViewerSpan extends Omit<Span, 'failed'> {
  readonly status: { readonly code: string }
}
interface ViewerLine {
  readonly timeMs: number
  readonly service: string
  readonly severity: string
  readonly body: string
  readonly eventName: string | null
  readonly attributes: Attributes
}

/** The demo's viewer: the last hour, in memory. */
export class Viewer implements Backend {
  readonly name = 'viewer'
  readonly maxMinutes = 60
  readonly traceUrl: string
  readonly #url: string

  /** @param traceUrl of a trace for people; without one, where the viewer is */
  constructor(url: string, traceUrl = `${url}/traces/{traceId}`) {
    this.#url = url
    this.traceUrl = traceUrl
  }

  async models(): Promise<readonly string[]> {
    type Answer = { rows: [string, { attributes: Attributes }[]][] }
    const { rows } = await this.#get<Answer>('/api/metrics', { q: metric.turns.name })
    const points = rows.flatMap(([name, some]) => (name === metric.turns.name ? some : []))
    return [...new Set(points.map(({ attributes }) => String(attributes[attribute.requestModel])))].sort()
  }

  async turns({ sort, outcome, model, slowerThanSeconds, costOverUsd, minutes, limit }: TurnFilter): Promise<Found> {
    const { rows, total } = await this.#get<{ rows: Summary[]; total: number }>('/api/traces', { turns: '1' })
    const sinceMs = Date.now() - minutes * 60_000
    const found = rows.filter(
      (row) =>
        row.startMs >= sinceMs &&
        (!outcome || row.outcome === outcome) &&
        (!model || row.model === model) &&
        row.durationMs >= slowerThanSeconds * 1000 &&
        (costOverUsd === 0 || (row.costUsd ?? 0) >= costOverUsd),
    )
    const by = { newest: ({ startMs }: Summary) => startMs, slowest: ({ durationMs }: Summary) => durationMs }
    const weight = sort === 'dearest' ? ({ costUsd }: Summary) => costUsd ?? 0 : by[sort]
    const ids = found.sort((a, b) => weight(b) - weight(a)).map(({ traceId }) => traceId)
    const oldestMs = Math.min(...rows.map(({ startMs }) => startMs))
    return { ids: ids.slice(0, limit), complete: total <= rows.length || oldestMs < sinceMs }
  }

  async spans(traceId: string): Promise<readonly Span[]> {
    const { spans } = await this.#get<{ spans: ViewerSpan[] }>(`/api/traces/${traceId}`)
    return spans.map((span) => ({ ...span, failed: span.status.code === 'ERROR' }))
  }

  async lines(traceId: string, _sinceMs: number, limit: number): Promise<readonly Line[]> {
    const { logs } = await this.#get<{ logs: ViewerLine[] }>(`/api/traces/${traceId}`)
    return logs.slice(0, limit).map(({ timeMs, service, severity, body, eventName, attributes }) => ({
      ...{ timeMs, service, level: severity, text: body },
      attributes: { ...attributes, ...(eventName && { [attribute.eventName]: eventName }) },
    }))
  }

  measure({ metric: { name }, by, model, minutes }: MetricQuery): Promise<readonly Measured[]> {
    return this.#get('/api/measured', { name, by: by.join(), minutes: String(minutes), ...(model && { model }) })
  }

  async alerts(): Promise<readonly Alert[] | null> {
    return null
  }

  #get<T>(path: string, parameters: Record<string, string> = {}): Promise<T> {
    const query = String(new URLSearchParams(parameters))
    const asked = query ? `${path}?${query}` : path
    return storeQuery(this.name, `GET ${asked}`, () => getJson<T>(`${this.#url}${asked}`))
  }
}
