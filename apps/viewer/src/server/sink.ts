import type { AddressInfo } from 'node:net'
import { isDeepStrictEqual } from 'node:util'
import Fastify from 'fastify'
import type { Attributes, LogRecord, MetricPoint, Span, Value } from './otlp.ts'
import { receive } from './receiver.ts'
import { TelemetryStore } from './telemetry-store.ts'

export type { Attributes, LogRecord, MetricPoint, Span }

interface Filter {
  /** All of these have to be there with these values; others may be. */
  readonly attributes?: Readonly<Record<string, Value>>
  readonly service?: string
  readonly traceId?: string
}

export interface Sink {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`, with `OTEL_EXPORTER_OTLP_PROTOCOL=http/json`. */
  readonly url: string
  /** Trace by trace, in order of arrival; a span that was sent twice is there twice. */
  spans(filter?: Filter & { name?: string | RegExp }): Span[]
  /** Latest point of each matching series; without a name, of all. */
  metric(name?: string, attributes?: Filter['attributes']): MetricPoint[]
  /** In order of arrival. `body` matches the whole text, or the expression. */
  logs(filter?: Filter & { body?: string | RegExp; eventName?: string }): LogRecord[]
  /** Every request body as it was sent, decompressed: to prove that a text is nowhere in it. */
  rawBodies(): string[]
  /**
   * Polls until the predicate gives something truthy, and returns that.
   * @throws after `timeoutMs` (20000 by default), naming the predicate and what the sink holds.
   */
  waitFor<T>(
    predicate: () => T | Promise<T>,
    options?: { timeoutMs?: number },
  ): Promise<Exclude<T, false | 0 | '' | null | undefined>>
  /** Forgets everything received so far. */
  clear(): void
  stop(): Promise<void>
}

const textMatches = (text: string, wanted: string | RegExp | undefined) =>
  wanted === undefined || (typeof wanted === 'string' ? text === wanted : text.search(wanted) >= 0)

const hasAll = (attributes: Attributes, wanted: Filter['attributes'] = {}) =>
  Object.entries(wanted).every(([key, value]) => isDeepStrictEqual(attributes[key], value))

const passes = (item: Span | LogRecord, { attributes, service, traceId }: Filter) =>
  (service === undefined || item.service === service) &&
  (traceId === undefined || item.traceId === traceId) &&
  hasAll(item.attributes, attributes)

const megabytes = (n: number) => n * 2 ** 20

/**
 * A telemetry backend for tests: the viewer's receiver and store, with questions to ask.
 * @param options.port 0, a free one, by default.
 */
export async function startSink({ port = 0 }: { port?: number } = {}): Promise<Sink> {
  const store = new TelemetryStore({
    traces: { count: 50_000, bytes: megabytes(512) },
    logs: { count: 200_000, bytes: megabytes(256) },
    series: { count: 20_000, bytes: megabytes(128) },
  })
  let bodies: string[] = []
  // Exporters hold their connections open; a test that ends does not wait for them.
  const app = Fastify({ forceCloseConnections: true })
  app.register(async (scope) => receive(scope, store, (body) => bodies.push(body)))
  await app.listen({ host: '127.0.0.1', port })

  const spans: Sink['spans'] = ({ name, ...filter } = {}) =>
    store.traces
      .values()
      .flat()
      .filter((span) => textMatches(span.name, name) && passes(span, filter))
  const logs: Sink['logs'] = ({ body, eventName, ...filter } = {}) =>
    store.logs
      .values()
      .filter((log) => textMatches(log.body, body) && passes(log, filter))
      .filter((log) => eventName === undefined || log.eventName === eventName)
  const inventory = () => {
    const names = [...new Set(spans().map((span) => `${span.service}: ${span.name}`))]
    const metrics = [...new Set(store.metrics.values().map(({ latest }) => latest.name))]
    const lines = logs().map((log) => `${log.service}: ${log.body}`)
    const list = (label: string, entries: string[]) =>
      `${entries.length} ${label}\n  ${entries.slice(0, 40).join('\n  ')}`
    return [list('span names', names), list('metrics', metrics), list('log lines', lines)].join('\n')
  }

  return {
    url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    spans,
    logs,
    metric: (name, attributes) =>
      store.metrics
        .values()
        .map(({ latest }) => latest)
        .filter((point) => (name === undefined || point.name === name) && hasAll(point.attributes, attributes)),
    rawBodies: () => [...bodies],
    async waitFor<T>(predicate: () => T | Promise<T>, { timeoutMs = 20_000 } = {}) {
      const deadline = Date.now() + timeoutMs
      for (;;) {
        const result = await predicate()
        if (result) return result as Exclude<T, false | 0 | '' | null | undefined>
        if (Date.now() >= deadline)
          throw new Error(`Not in the sink after ${timeoutMs} ms: ${predicate}\nIt holds ${inventory()}`)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    },
    clear() {
      store.clear()
      bodies = []
    },
    stop: () => app.close(),
  }
}
