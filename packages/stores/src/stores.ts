import { get, getJson } from './http.ts'

/** Base addresses. */
export interface StoreAddresses {
  readonly loki: string
  readonly tempo: string
  readonly mimir: string
  readonly grafana: string
}

export interface Series {
  readonly metric: Record<string, string>
  readonly value: number
}

export interface Alert {
  readonly state: 'pending' | 'firing'
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

/** What the ruler evaluates, and what came of it. */
export interface AlertRule {
  readonly name: string
  readonly state: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

export interface LogLine {
  /** Since the epoch. */
  readonly timeMs: number
  /** Stream labels and structured metadata together, as Grafana sees them. */
  readonly labels: Record<string, string>
  readonly line: string
}

export interface StoredSpan {
  readonly traceId: string
  /** In base64, as OTLP's JSON from Tempo has it; of the parent nothing, for a root. */
  readonly spanId: string
  readonly parentSpanId?: string
  readonly service: string
  /** Of the instrumentation. */
  readonly scope: string
  readonly name: string
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly status?: { readonly code?: string }
  readonly events: readonly { readonly name: string }[]
  /** As OTLP's JSON has them: integers are text. */
  readonly attributes: Readonly<Record<string, unknown>>
}

/** Of a trace, what a search says: its spans that match, with what was selected. */
export interface FoundTrace {
  readonly traceId: string
  readonly startMs: number
  readonly spans: readonly { readonly durationMs: number; readonly attributes: StoredSpan['attributes'] }[]
}

type Value = { key: string; value: { [type: string]: unknown } }
const valuesOf = (list: readonly Value[] = []) =>
  Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0]]))

/** The stores, asked through Grafana's data sources where Grafana answers, else directly. */
export class Stores {
  readonly #base: { mimir: string; loki: string; tempo: string }

  constructor(addresses: StoreAddresses, throughGrafana = false) {
    const proxy = (uid: string) => `${addresses.grafana}/api/datasources/proxy/uid/${uid}`
    this.#base = throughGrafana
      ? { mimir: proxy('mimir'), loki: proxy('loki'), tempo: proxy('tempo') }
      : { mimir: `${addresses.mimir}/prometheus`, loki: addresses.loki, tempo: addresses.tempo }
  }

  /** Through Grafana, if it answers. */
  static async find(addresses: StoreAddresses): Promise<Stores> {
    const answer = await fetch(`${addresses.grafana}/api/health`, { signal: AbortSignal.timeout(2000) }).catch(
      () => null,
    )
    return new Stores(addresses, answer?.ok ?? false)
  }

  /** PromQL at a moment, in milliseconds of the epoch: this one, unless said otherwise. */
  async metrics(query: string, at = Date.now()): Promise<Series[]> {
    const found = await this.#promql<{ value: [number, string] }>(query, at)
    return found.map(({ metric, value }) => ({ metric, value: Number(value[1]) }))
  }

  /** The times, in seconds of the epoch, at which each series of a PromQL range (`x[5m]`) has a sample. */
  async sampleTimes(query: string): Promise<number[][]> {
    const found = await this.#promql<{ values: [number, string][] }>(query)
    return found.map(({ values }) => values.map(([time]) => time))
  }

  async #promql<T>(query: string, at = Date.now()): Promise<(T & { metric: Record<string, string> })[]> {
    type Answer = { data: { result: (T & { metric: Record<string, string> })[] } }
    const params = new URLSearchParams({ query, time: String(at / 1000) })
    return (await getJson<Answer>(`${this.#base.mimir}/api/v1/query?${params}`)).data.result
  }

  /** Of the ruler, pending ones too. */
  async alerts(): Promise<Alert[]> {
    return (await getJson<{ data: { alerts: Alert[] } }>(`${this.#base.mimir}/api/v1/alerts`)).data.alerts
  }

  /** Every rule that can alert, whatever its state. */
  async alertRules(): Promise<AlertRule[]> {
    type Answer = { data: { groups: { rules: AlertRule[] }[] } }
    return (await getJson<Answer>(`${this.#base.mimir}/api/v1/rules?type=alert`)).data.groups.flatMap(
      ({ rules }) => rules,
    )
  }

  /** Trace ids in the exemplars of a metric, newest last. */
  async exemplars(query: string, label: string, since: number): Promise<string[]> {
    type Answer = { data: { exemplars: { labels: Record<string, string>; timestamp: number }[] }[] }
    const range = { start: String(since / 1000), end: String(Date.now() / 1000 + 60) }
    const params = new URLSearchParams({ query, ...range })
    const { data } = await getJson<Answer>(`${this.#base.mimir}/api/v1/query_exemplars?${params}`)
    const all = data.flatMap(({ exemplars }) => exemplars).sort((a, b) => a.timestamp - b.timestamp)
    return all.flatMap(({ labels }) => labels[label] ?? [])
  }

  /** LogQL; times in milliseconds of the epoch. */
  async logs(query: string, from: number, to = Date.now() + 60_000, limit = 100): Promise<LogLine[]> {
    type Answer = { data: { result: { stream: Record<string, string>; values: [string, string][] }[] } }
    const range = { start: `${Math.floor(from)}000000`, end: `${Math.ceil(to)}000000`, limit: `${limit}` }
    const params = new URLSearchParams({ query, ...range })
    const { data } = await getJson<Answer>(`${this.#base.loki}/loki/api/v1/query_range?${params}`)
    return data.result.flatMap(({ stream, values }) =>
      values.map(([nanos, line]) => ({ timeMs: Number(nanos) / 1e6, labels: stream, line })),
    )
  }

  /** LogQL that makes numbers of lines, now: the value of each series. */
  async logNumbers(query: string): Promise<number[]> {
    type Answer = { data: { result: { value: [number, string] }[] } }
    const params = new URLSearchParams({ query, time: `${Date.now()}000000` })
    const { data } = await getJson<Answer>(`${this.#base.loki}/loki/api/v1/query?${params}`)
    return data.result.map(({ value }) => Number(value[1]))
  }

  /** All of a trace; none when Tempo does not have it. */
  async spans(id: string): Promise<StoredSpan[]> {
    type Batch = {
      resource: { attributes: Value[] }
      scopeSpans: { scope?: { name?: string }; spans: WireSpan[] }[]
    }
    type WireSpan = Omit<StoredSpan, 'attributes' | 'events'> & { attributes?: Value[]; events?: { name: string }[] }
    const headers = { accept: 'application/json' }
    const answer = await get(`${this.#base.tempo}/api/v2/traces/${id}`, { headers }, [404])
    if (answer.status === 404) return []
    const { trace } = (await answer.json()) as { trace?: { resourceSpans?: Batch[] } }
    return (trace?.resourceSpans ?? []).flatMap(({ resource, scopeSpans }) => {
      const service = String(valuesOf(resource.attributes)['service.name'])
      return scopeSpans.flatMap(({ scope, spans }) =>
        spans.map(({ attributes, events = [], ...span }) => ({
          ...{ ...span, traceId: id, service, scope: scope?.name ?? '', events },
          attributes: valuesOf(attributes),
        })),
      )
    })
  }

  /** TraceQL: ids of the traces found. */
  async search(query: string): Promise<string[]> {
    return (await this.found(query, Date.now() - 3_600_000, 20)).map(({ traceId }) => traceId)
  }

  /** TraceQL: the traces found, the newest first. */
  async found(query: string, sinceMs: number, limit: number): Promise<FoundTrace[]> {
    type Found = { durationNanos: string; attributes?: Value[] }
    type Answer = { traces?: { traceID: string; startTimeUnixNano: string; spanSets?: { spans?: Found[] }[] }[] }
    const range = { start: `${Math.floor(sinceMs / 1000)}`, end: `${Math.ceil(Date.now() / 1000) + 60}` }
    const params = new URLSearchParams({ q: query, limit: `${limit}`, ...range })
    const { traces = [] } = await getJson<Answer>(`${this.#base.tempo}/api/search?${params}`)
    return traces.map(({ traceID, startTimeUnixNano, spanSets = [] }) => ({
      traceId: traceID.padStart(32, '0'),
      startMs: Number(startTimeUnixNano) / 1e6,
      spans: spanSets.flatMap(({ spans = [] }) =>
        spans.map(({ durationNanos, attributes }) => ({
          durationMs: Number(durationNanos) / 1e6,
          attributes: valuesOf(attributes),
        })),
      ),
    }))
  }
}
