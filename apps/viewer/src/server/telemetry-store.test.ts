import { expect, it } from 'vitest'
import { decodeLogs, decodeSpans } from './otlp.ts'
import { logsBody, spanId, traceId, tracesBody, wireSpan } from './otlp-fixture.ts'
import { TelemetryStore } from './telemetry-store.ts'

const roomy = { count: 1000, bytes: 1e9 }
const span = (trace: number, id: number, name = 'x') =>
  decodeSpans(tracesBody('api', wireSpan({ traceId: traceId(trace), spanId: spanId(id), name })))
const log = (text: string) => decodeLogs(logsBody('api', { body: { stringValue: text } }))

it('drops whole traces, oldest first, beyond the count, and counts them', () => {
  const store = new TelemetryStore({ traces: { count: 2, bytes: 1e9 }, logs: roomy, series: roomy })
  for (const [trace, id] of [
    [1, 1],
    [1, 2],
    [2, 3],
    [1, 4],
    [3, 5],
  ] as const)
    store.addSpans(span(trace, id))
  expect(store.traces.get(traceId(1))).toBeUndefined()
  expect(store.traces.values().map((spans) => spans.length)).toEqual([1, 1])
  expect(store.stats().traces).toMatchObject({ count: 2, dropped: 1 })
})

it('drops the oldest traces beyond the bytes, also when one trace grows', () => {
  const bytes = JSON.stringify(span(1, 1)[0]).length
  const store = new TelemetryStore({ traces: { count: 100, bytes: bytes * 3.5 }, logs: roomy, series: roomy })
  store.addSpans(span(1, 1))
  store.addSpans(span(2, 2))
  store.addSpans(span(2, 3))
  expect(store.stats().traces).toMatchObject({ dropped: 0, bytes: bytes * 3 })
  store.addSpans(span(2, 4))
  expect(store.traces.get(traceId(1))).toBeUndefined()
  expect(store.traces.get(traceId(2))).toHaveLength(3)
  expect(store.stats().traces).toMatchObject({ dropped: 1, bytes: bytes * 3 })
})

it('does not outgrow its bytes for the sake of one huge item', () => {
  const store = new TelemetryStore({ traces: roomy, logs: { count: 100, bytes: 1000 }, series: roomy })
  store.addLogs(log('x'.repeat(2000)))
  expect(store.stats().logs).toMatchObject({ count: 0, bytes: 0, dropped: 1 })
})

it('drops the oldest log lines beyond the count', () => {
  const store = new TelemetryStore({ traces: roomy, logs: { count: 2, bytes: 1e9 }, series: roomy })
  for (const text of ['a', 'b', 'c']) store.addLogs(log(text))
  expect(store.logs.values().map(({ body }) => body)).toEqual(['b', 'c'])
  expect(store.stats().logs.dropped).toBe(1)
})
