import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { root } from '../run.ts'
import { get, getJson } from './check.ts'

export interface StackAddresses {
  readonly alloy: string
  readonly loki: string
  readonly tempo: string
  readonly mimir: string
  readonly grafana: string
}

export interface Series {
  readonly metric: Record<string, string>
  readonly value: number
}

export interface LogLine {
  /** Stream labels and structured metadata together, as Grafana sees them. */
  readonly labels: Record<string, string>
  readonly line: string
}

export interface StoredSpan {
  readonly traceId: string
  readonly service: string
  readonly name: string
  /** As OTLP's JSON has them: integers are text. */
  readonly attributes: Readonly<Record<string, unknown>>
}

type Value = { key: string; value: { [type: string]: unknown } }
const valuesOf = (list: readonly Value[] = []) =>
  Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0]]))

/** What the provisioned data sources say about the ways between them. */
export interface Provisioning {
  readonly traceToLogs: { query: string; tags: { key: string; value: string }[] }
  readonly logToTrace: { label: string; url: string }
  readonly exemplarLabel: string
}

/** The stores, asked through Grafana's data sources where Grafana answers, else directly. */
export class Stores {
  readonly throughGrafana: boolean
  readonly #base: { mimir: string; loki: string; tempo: string }

  private constructor(addresses: StackAddresses, throughGrafana: boolean) {
    this.throughGrafana = throughGrafana
    const proxy = (uid: string) => `${addresses.grafana}/api/datasources/proxy/uid/${uid}`
    this.#base = throughGrafana
      ? { mimir: proxy('mimir'), loki: proxy('loki'), tempo: proxy('tempo') }
      : { mimir: `${addresses.mimir}/prometheus`, loki: addresses.loki, tempo: addresses.tempo }
  }

  static async find(addresses: StackAddresses): Promise<Stores> {
    const answer = await fetch(`${addresses.grafana}/api/health`, { signal: AbortSignal.timeout(2000) }).catch(
      () => null,
    )
    return new Stores(addresses, answer?.ok ?? false)
  }

  /** PromQL at this moment. */
  async metrics(query: string): Promise<Series[]> {
    type Answer = { data: { result: { metric: Record<string, string>; value: [number, string] }[] } }
    const { data } = await getJson<Answer>(`${this.#base.mimir}/api/v1/query?${new URLSearchParams({ query })}`)
    return data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }))
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

  /** LogQL from ten minutes before `around`, in milliseconds of the epoch, until now. */
  async logs(query: string, around: number): Promise<LogLine[]> {
    type Answer = { data: { result: { stream: Record<string, string>; values: [string, string][] }[] } }
    const start = `${Math.floor(around / 1000) - 600}`
    const params = new URLSearchParams({ query, start, end: `${Math.ceil(Date.now() / 1000) + 60}`, limit: '100' })
    const { data } = await getJson<Answer>(`${this.#base.loki}/loki/api/v1/query_range?${params}`)
    return data.result.flatMap(({ stream, values }) => values.map(([, line]) => ({ labels: stream, line })))
  }

  /** Services of a trace's spans, and the spans' names; null when Tempo does not have it. */
  async trace(id: string): Promise<{ services: Set<string>; spans: string[] } | null> {
    const spans = await this.spans(id)
    if (spans.length === 0) return null
    return { services: new Set(spans.map(({ service }) => service)), spans: spans.map(({ name }) => name) }
  }

  /** All of a trace; none when Tempo does not have it. */
  async spans(id: string): Promise<StoredSpan[]> {
    type Batch = {
      resource: { attributes: Value[] }
      scopeSpans: { spans: { name: string; attributes?: Value[] }[] }[]
    }
    const headers = { accept: 'application/json' }
    const answer = await get(`${this.#base.tempo}/api/v2/traces/${id}`, { headers }, [404])
    if (answer.status === 404) return []
    const { trace } = (await answer.json()) as { trace?: { resourceSpans?: Batch[] } }
    return (trace?.resourceSpans ?? []).flatMap(({ resource, scopeSpans }) => {
      const service = String(valuesOf(resource.attributes)['service.name'])
      return scopeSpans.flatMap(({ spans }) =>
        spans.map(({ name, attributes }) => ({ traceId: id, service, name, attributes: valuesOf(attributes) })),
      )
    })
  }

  /** TraceQL: ids of the traces found. */
  async search(query: string): Promise<string[]> {
    type Answer = { traces?: { traceID: string }[] }
    const now = Math.ceil(Date.now() / 1000)
    const params = new URLSearchParams({ q: query, limit: '20', start: `${now - 3600}`, end: `${now + 60}` })
    const { traces = [] } = await getJson<Answer>(`${this.#base.tempo}/api/search?${params}`)
    return traces.map(({ traceID }) => traceID.padStart(32, '0'))
  }
}

/** Reads the links from the files that Grafana is provisioned with, so that what is tested is what people click. */
export function readProvisioning(): Provisioning {
  const file = path.join(root, 'grafana/provisioning/datasources/datasources.yaml')
  // biome-ignore lint/suspicious/noExplicitAny: a file of Grafana's, read for a few of its keys
  const { datasources } = parse(readFileSync(file, 'utf8')) as { datasources: { uid: string; jsonData: any }[] }
  const data = (uid: string) => datasources.find((source) => source.uid === uid)?.jsonData ?? {}
  // `$$` is how a provisioning file writes `$`.
  const plain = (template: string) => template.replaceAll('$$', '$')
  const { query, tags } = data('tempo').tracesToLogsV2
  const [field] = data('loki').derivedFields
  const [exemplar] = data('mimir').exemplarTraceIdDestinations
  return {
    traceToLogs: { query: plain(query), tags },
    logToTrace: { label: field.matcherRegex, url: plain(field.url) },
    exemplarLabel: exemplar.name,
  }
}
