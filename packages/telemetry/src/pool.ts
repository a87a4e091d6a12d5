import { metrics } from '@opentelemetry/api'

interface Pool {
  readonly totalCount: number
  readonly idleCount: number
  readonly waitingCount: number
  readonly options: {
    readonly host?: unknown
    readonly port?: unknown
    readonly database?: unknown
    readonly max: number
  }
}

/**
 * `db.client.connection.*` of a pool, read when metrics are collected. The pg instrumentation, which is told to leave the
 * pool alone, counts on at each connection taken and given back: thirty measurements a turn.
 */
export function observePool(pool: Pool): void {
  const meter = metrics.getMeter('@repo/telemetry/pool')
  const { host, port, database, max } = pool.options
  const name = { 'db.client.connection.pool.name': `${host}:${port}/${database}` }
  const unit = '{connection}'
  const count = meter.createObservableUpDownCounter('db.client.connection.count', { unit })
  const waiting = meter.createObservableUpDownCounter('db.client.connection.pending_requests', { unit })
  const limit = meter.createObservableUpDownCounter('db.client.connection.max', { unit })
  meter.addBatchObservableCallback(
    (result) => {
      const { totalCount, idleCount, waitingCount } = pool
      result.observe(count, totalCount - idleCount, { ...name, 'db.client.connection.state': 'used' })
      result.observe(count, idleCount, { ...name, 'db.client.connection.state': 'idle' })
      result.observe(waiting, waitingCount, name)
      result.observe(limit, max, name)
    },
    [count, waiting, limit],
  )
}
