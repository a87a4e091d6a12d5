import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  counter,
  histogram,
  logsBody,
  metricsBody,
  nano,
  spanId,
  traceId,
  tracesBody,
  wireAttributes,
  wireSpan,
} from './otlp-fixture.ts'
import { type Sink, startSink } from './sink.ts'

let sink: Sink
beforeAll(async () => {
  sink = await startSink()
})
beforeEach(() => sink.clear())
afterAll(() => sink.stop())

const post = (path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  fetch(sink.url + path, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } })
const send = (path: string, body: object) => post(path, JSON.stringify(body))

const deltaCounter = { name: 'turns', sum: { aggregationTemporality: 1, dataPoints: [{ asInt: 1 }] } }

describe('receiver', () => {
  it('answers an accepted export with an empty JSON object', async () => {
    const response = await send('/v1/traces', tracesBody('api', wireSpan()))
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({})
  })

  it('reads gzip bodies', async () => {
    const body = new Uint8Array(gzipSync(JSON.stringify(tracesBody('api', wireSpan({ name: 'zipped' })))))
    expect((await post('/v1/traces', body, { 'content-encoding': 'gzip' })).status).toBe(200)
    expect(sink.spans({ name: 'zipped' })).toHaveLength(1)
    expect(sink.rawBodies()[0]).toContain('zipped')
  })

  it('refuses a small body that decompresses beyond the limit', async () => {
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(21 * 2 ** 20, ' ')))
    expect(bomb.length).toBeLessThan(100_000)
    expect((await post('/v1/traces', bomb, { 'content-encoding': 'gzip' })).status).toBe(413)
  })

  it('refuses a body over the limit', async () => {
    expect((await post('/v1/logs', ' '.repeat(21 * 2 ** 20))).status).toBe(413)
  })

  it('answers protobuf with 415 and the setting that fixes it', async () => {
    const response = await post('/v1/metrics', 'x', { 'content-type': 'application/x-protobuf' })
    expect(response.status).toBe(415)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
    expect((await response.json()).detail).toContain('OTEL_EXPORTER_OTLP_PROTOCOL=http/json')
  })

  it('refuses an encoding that it cannot read, by name', async () => {
    const response = await post('/v1/traces', '{}', { 'content-encoding': 'br' })
    expect(response.status).toBe(415)
    expect((await response.json()).detail).toContain('br')
  })

  it.each([
    ['no JSON', '/v1/traces', '{"resourceSpans":'],
    ['no object', '/v1/logs', '[]'],
    ['null', '/v1/logs', 'null'],
    ['an empty body', '/v1/logs', ''],
    ['wrong nesting', '/v1/metrics', '{"resourceMetrics": 5}'],
    ['a bad trace id', '/v1/traces', JSON.stringify(tracesBody('api', wireSpan({ traceId: 'xyz' })))],
    ['delta metrics', '/v1/metrics', JSON.stringify(metricsBody('api', deltaCounter))],
    ['a bad time', '/v1/traces', JSON.stringify(tracesBody('api', wireSpan({ startTimeUnixNano: 'noon' })))],
  ])('refuses %s with 400 and keeps nothing of it', async (_, path, body) => {
    expect((await post(path, body)).status).toBe(400)
    expect([...sink.spans(), ...sink.logs()]).toEqual([])
  })

  it('refuses bytes that are not the gzip they claim to be', async () => {
    expect((await post('/v1/traces', '{}', { 'content-encoding': 'gzip' })).status).toBe(400)
  })
})

describe('spans', () => {
  it('come out typed, with microseconds kept', async () => {
    const span = wireSpan({
      traceId: 'ABCDEF0123456789abcdef0123456789',
      spanId: spanId(2),
      parentSpanId: spanId(1),
      name: 'chat gpt',
      kind: 3,
      startTimeUnixNano: '1700000000000123456',
      endTimeUnixNano: '1700000001000123999',
      attributes: [
        ...wireAttributes({ text: 'a', int: 3, double: 0.5, yes: true }),
        { key: 'long', value: { intValue: '42' } },
        { key: 'huge', value: { intValue: '9223372036854775807' } },
        { key: 'list', value: { arrayValue: { values: [{ stringValue: 'stop' }, { intValue: 1 }] } } },
        { key: 'map', value: { kvlistValue: { values: wireAttributes({ k: 'v' }) } } },
        { key: '__proto__', value: { stringValue: 'harmless' } },
        { key: 'none', value: {} },
      ],
      events: [{ name: 'first', timeUnixNano: nano(1_700_000_000_100), attributes: wireAttributes({ n: 1 }) }],
      links: [{ traceId: traceId(9), spanId: spanId(9) }],
      status: { code: 2, message: 'cut' },
    })
    await send('/v1/traces', tracesBody('chat-api', span))
    const found = sink.spans()[0]
    expect(found).toMatchObject({
      traceId: 'abcdef0123456789abcdef0123456789',
      parentSpanId: spanId(1),
      kind: 'CLIENT',
      startMs: 1700000000000.123,
      service: 'chat-api',
      scope: 'test',
      status: { code: 'ERROR', message: 'cut' },
      events: [{ name: 'first', timeMs: 1_700_000_000_100, attributes: { n: 1 } }],
      links: [{ traceId: traceId(9), spanId: spanId(9), attributes: {} }],
    })
    expect(found?.durationMs).toBeCloseTo(1000.000543, 6)
    expect(Object.entries(found?.attributes ?? {})).toEqual([
      ['text', 'a'],
      ['int', 3],
      ['double', 0.5],
      ['yes', true],
      ['long', 42],
      ['huge', '9223372036854775807'],
      ['list', ['stop', 1]],
      ['map', { k: 'v' }],
      ['__proto__', 'harmless'],
      ['none', null],
    ])
  })

  it('of one trace are together whichever service sent them, and are found by every criterion', async () => {
    await send('/v1/traces', tracesBody('chat-web', wireSpan({ spanId: spanId(1), name: 'POST /api/chat' })))
    await send(
      '/v1/traces',
      tracesBody('chat-api', wireSpan({ spanId: spanId(2), attributes: wireAttributes({ a: 1, b: 2 }) })),
    )
    await send('/v1/traces', tracesBody('chat-api', wireSpan({ traceId: traceId(2), spanId: spanId(3) })))
    expect(sink.spans({ traceId: traceId(1) }).map((span) => span.service)).toEqual(['chat-web', 'chat-api'])
    expect(sink.spans({ service: 'chat-api' })).toHaveLength(2)
    expect(sink.spans({ name: /^POST/ })).toHaveLength(1)
    expect(sink.spans({ attributes: { a: 1 } })).toHaveLength(1)
    expect(sink.spans({ attributes: { a: 1, b: 3 } })).toEqual([])
    expect(sink.spans({ name: 'POST' })).toEqual([])
  })

  it('that are exported twice are seen twice', async () => {
    await send('/v1/traces', tracesBody('chat-api', wireSpan()))
    await send('/v1/traces', tracesBody('chat-api', wireSpan()))
    expect(sink.spans()).toHaveLength(2)
  })
})

describe('metrics', () => {
  it('show the latest point of each series', async () => {
    const point = (model: string, value: string | number) => ({
      attributes: wireAttributes({ model }),
      startTimeUnixNano: nano(1000),
      timeUnixNano: nano(2000),
      asInt: value,
    })
    await send('/v1/metrics', metricsBody('api', counter('turns', point('a', 1), point('b', 5))))
    await send('/v1/metrics', metricsBody('api', counter('turns', point('a', '3'))))
    expect(sink.metric('turns', { model: 'a' })).toMatchObject([
      { value: 3, kind: 'sum', isMonotonic: true, unit: '1', attributes: { model: 'a' } },
    ])
    expect(sink.metric('turns').map(({ value }) => value)).toEqual([5, 3])
    expect(sink.metric('turn')).toEqual([])
  })

  it('of kind histogram have count, sum, bounds and buckets', async () => {
    const point = { count: '3', sum: 1.5, explicitBounds: [0.1, 1], bucketCounts: ['1', '2', 0], timeUnixNano: nano(1) }
    await send('/v1/metrics', metricsBody('api', histogram('ttft', point)))
    expect(sink.metric('ttft')).toMatchObject([
      { kind: 'histogram', count: 3, sum: 1.5, bounds: [0.1, 1], bucketCounts: [1, 2, 0] },
    ])
  })
})

describe('logs', () => {
  it('are found by trace, service, text, event name and attribute', async () => {
    const line = {
      timeUnixNano: nano(5),
      severityNumber: 17,
      body: { stringValue: 'turn failed' },
      traceId: traceId(1),
      spanId: spanId(1),
      eventName: 'chat.turn',
      attributes: wireAttributes({ 'chat.outcome': 'failed' }),
    }
    await send(
      '/v1/logs',
      logsBody('chat-api', line, { observedTimeUnixNano: nano(7), severityNumber: 9, traceId: '' }),
    )
    expect(
      sink.logs({ traceId: traceId(1), service: 'chat-api', body: /failed/, eventName: 'chat.turn' }),
    ).toMatchObject([{ severity: 'ERROR', body: 'turn failed', timeMs: 5, attributes: { 'chat.outcome': 'failed' } }])
    expect(sink.logs({ attributes: { 'chat.outcome': 'finished' } })).toEqual([])
    expect(sink.logs({ body: '' })).toMatchObject([{ severity: 'INFO', timeMs: 7, traceId: null }])
  })
})

describe('waitFor', () => {
  it('gives what the predicate found as soon as it is there', async () => {
    setTimeout(() => void send('/v1/traces', tracesBody('api', wireSpan({ name: 'late' }))), 60)
    const span = await sink.waitFor(() => sink.spans({ name: 'late' })[0])
    expect(span.name).toBe('late')
  })

  it('says what it waited for and what is there instead', async () => {
    await send('/v1/traces', tracesBody('api', wireSpan({ name: 'other' })))
    const waiting = sink.waitFor(() => sink.spans({ name: 'never' })[0], { timeoutMs: 50 })
    await expect(waiting).rejects.toThrow(/after 50 ms.*never[\s\S]*1 span names\n {2}api: other[\s\S]*0 metrics/)
  })
})

it('clear forgets spans, metrics, logs and bodies', async () => {
  await send('/v1/traces', tracesBody('api', wireSpan()))
  await send('/v1/metrics', metricsBody('api', counter('turns', { asInt: 1 })))
  await send('/v1/logs', logsBody('api', { body: { stringValue: 'x' } }))
  expect(sink.rawBodies()).toHaveLength(3)
  sink.clear()
  expect([sink.spans(), sink.metric('turns'), sink.logs(), sink.rawBodies()]).toEqual([[], [], [], []])
})
