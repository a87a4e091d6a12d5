import { type Attributes, metrics, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { attribute, errorType, libraryMetric } from './catalogue.ts'

interface Pool {
  readonly totalCount: number
  readonly idleCount: number
  readonly waitingCount: number
  readonly options: {
    readonly host?: string | undefined
    readonly port?: number | undefined
    readonly database?: string | undefined
    readonly max: number
  }
  // biome-ignore lint/suspicious/noExplicitAny: one of its many forms: a statement with or without a name, and values
  query: any
}

const buckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]

/**
 * Spans and metrics of a PostgreSQL pool (`pg`), by the conventions for database clients. A statement is known by its
 * name, or by its first word: what it says is in the source, and an error's message can quote what people wrote. Its time
 * begins when it is asked for, so that waiting for a connection is part of it. Connections are counted when metrics are
 * collected, not at each statement.
 */
export function observePool(pool: Pool): void {
  const { host, port, database, max } = pool.options
  const meter = metrics.getMeter('@repo/telemetry/pool')
  const tracer = trace.getTracer('@repo/telemetry/pool')
  const durations = meter.createHistogram(libraryMetric.dbClientDuration, {
    unit: 's',
    advice: { explicitBucketBoundaries: buckets },
  })
  const server: Attributes = {
    'db.system.name': 'postgresql',
    ...(database && { 'db.namespace': database }),
    ...(host && { [attribute.serverAddress]: host, [attribute.serverPort]: port ?? 5432 }),
  }
  const known = new Map<string, Attributes>()
  const query = pool.query.bind(pool)
  pool.query = async (statement: string | { name?: string; text: string }, values?: unknown[]) => {
    const { name, text } = typeof statement === 'string' ? { text: statement } : statement
    const operation = name ?? /\w+/.exec(text)?.[0] ?? ''
    const attributes = known.get(operation) ?? Object.freeze({ ...server, 'db.operation.name': operation })
    known.set(operation, attributes)
    const span = trace.getActiveSpan() && tracer.startSpan(`pg ${operation}`, { kind: SpanKind.CLIENT, attributes })
    const startMs = performance.now()
    let failed: Attributes | undefined
    try {
      return await query(statement, values)
    } catch (error) {
      failed = { [attribute.errorType]: (error as { code?: string }).code ?? errorType.other }
      span?.setAttributes(failed).setStatus({ code: SpanStatusCode.ERROR })
      throw error
    } finally {
      span?.end()
      durations.record((performance.now() - startMs) / 1000, failed ? { ...attributes, ...failed } : attributes)
    }
  }

  const pooled = { 'db.client.connection.pool.name': `${host}:${port}/${database}` }
  const unit = '{connection}'
  const count = meter.createObservableUpDownCounter('db.client.connection.count', { unit })
  const waiting = meter.createObservableUpDownCounter('db.client.connection.pending_requests', { unit })
  const limit = meter.createObservableUpDownCounter('db.client.connection.max', { unit })
  meter.addBatchObservableCallback(
    (result) => {
      const { totalCount, idleCount, waitingCount } = pool
      result.observe(count, totalCount - idleCount, { ...pooled, 'db.client.connection.state': 'used' })
      result.observe(count, idleCount, { ...pooled, 'db.client.connection.state': 'idle' })
      result.observe(waiting, waitingCount, pooled)
      result.observe(limit, max, pooled)
    },
    [count, waiting, limit],
  )
}
