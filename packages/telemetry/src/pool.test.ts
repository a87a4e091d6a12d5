import { context, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api'
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node'
import { afterEach, expect, test } from 'vitest'
import { observePool } from './pool.ts'

const spans = new InMemorySpanExporter()
new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }).register()
afterEach(() => spans.reset())

/** Answers all that was asked at once, in the context of whoever lets it go. */
class HeldPool {
  readonly options = { host: 'db', port: 5432, database: 'chat', max: 10 }
  readonly totalCount = 0
  readonly idleCount = 0
  readonly waitingCount = 0
  readonly #waiting: (() => void)[] = []
  error: Error | undefined

  query = (_statement: unknown, _values?: unknown[]) =>
    new Promise<void>((resolve, reject) => this.#waiting.push(() => (this.error ? reject(this.error) : resolve())))
  letGo(): void {
    for (const answer of this.#waiting.splice(0)) answer()
  }
}
function watched(): HeldPool {
  const pool = new HeldPool()
  observePool(pool)
  return pool
}
const tracer = trace.getTracer('test')

test('a statement that waits for a connection has its place in the trace of who asked, and goes on there', async () => {
  const pool = watched()
  const turns = ['a', 'b'].map((name) => tracer.startSpan(name))
  const asked = turns.map((turn) =>
    context.with(trace.setSpan(ROOT_CONTEXT, turn), async () => {
      await pool.query({ name: 'settle', text: 'with ...' })
      return trace.getActiveSpan()
    }),
  )
  context.with(trace.setSpan(ROOT_CONTEXT, tracer.startSpan('another')), () => pool.letGo())
  expect(await Promise.all(asked)).toEqual(turns)
  expect(spans.getFinishedSpans().map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual(
    turns.map((turn) => turn.spanContext().spanId),
  )
  expect(spans.getFinishedSpans()[0]).toMatchObject({
    name: 'pg settle',
    attributes: { 'db.system.name': 'postgresql', 'db.namespace': 'chat', 'db.operation.name': 'settle' },
  })
})

test('of a statement that fails the span has the code, and no word of what was asked', async () => {
  const pool = watched()
  pool.error = Object.assign(new Error('invalid input: "my secret"'), { code: '22P02' })
  const asked = context.with(trace.setSpan(ROOT_CONTEXT, tracer.startSpan('turn')), () =>
    pool.query("select 'my secret'", ['my secret']),
  )
  pool.letGo()
  await expect(asked).rejects.toBe(pool.error)
  const [span] = spans.getFinishedSpans()
  expect(span).toMatchObject({ name: 'pg select', status: { code: SpanStatusCode.ERROR } })
  expect(span?.attributes['error.type']).toBe('22P02')
  expect(JSON.stringify([span?.attributes, span?.status, span?.events])).not.toContain('secret')
})

test('a statement outside of any trace begins none', async () => {
  const pool = watched()
  const asked = pool.query('select 1')
  pool.letGo()
  await asked
  expect(spans.getFinishedSpans()).toEqual([])
})
