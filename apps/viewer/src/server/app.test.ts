import { get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { buildApp } from './app.ts'
import {
  counter,
  logsBody,
  metricsBody,
  nano,
  spanId,
  traceId,
  tracesBody,
  wireAttributes,
  wireSpan,
} from './otlp-fixture.ts'
import { TelemetryStore } from './telemetry-store.ts'

let app: ReturnType<typeof buildApp>
const start = (host = '127.0.0.1') => {
  app = buildApp(new TelemetryStore(), host)
  return app
}
afterEach(() => app.close())

const send = (path: string, payload: object) => app.inject({ method: 'POST', url: path, payload })
const ask = async (path: string) => (await app.inject(path)).json()

describe('on loopback', () => {
  it.each(['localhost:4318', '127.0.0.1:4318', '127.0.0.2', '[::1]:4318', 'LOCALHOST'])(
    'answers a request for %s',
    async (host) => {
      expect((await start().inject({ url: '/api/traces', headers: { host } })).statusCode).toBe(200)
    },
  )

  it.each(['evil.example', 'evil.example:4318', '127.0.0.1.evil.example', 'localhost.evil.example', '10.0.0.5:4318'])(
    'refuses a request for "%s", so that a page with a re-pointed name cannot read telemetry',
    async (host) => {
      start()
      for (const url of ['/', '/api/traces', '/api/live', '/health'])
        expect((await app.inject({ url, headers: { host } })).statusCode).toBe(403)
      const sent = await app.inject({
        method: 'POST',
        url: '/v1/traces',
        headers: { host },
        payload: tracesBody('a', wireSpan()),
      })
      expect(sent.statusCode).toBe(403)
    },
  )
})

it('bound to all addresses, answers whatever name it is reached by', async () => {
  expect((await start('0.0.0.0').inject({ url: '/health', headers: { host: 'viewer:4318' } })).statusCode).toBe(200)
})

it('lets pages use only its own files, in no frame, and grants no other origin anything', async () => {
  for (const url of ['/', '/api/traces', '/nowhere/at/all', '/api/nothing']) {
    const { headers } = await start().inject({ url, headers: { origin: 'http://evil.example' } })
    expect(headers['content-security-policy']).toContain("default-src 'self'")
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['access-control-allow-origin']).toBeUndefined()
    await app.close()
  }
})

it('does not answer an unknown API path with a page', async () => {
  const response = await start().inject('/api/nothing')
  expect(response.statusCode).toBe(404)
  expect(response.headers['content-type']).toContain('json')
})

describe('traces', () => {
  const turn = (outcome: string) =>
    wireAttributes({ 'gen_ai.operation.name': 'invoke_agent', 'chat.outcome': outcome, 'gen_ai.request.model': 'm1' })
  const chat = (attributes = {}) => wireAttributes({ 'gen_ai.operation.name': 'chat', ...attributes })

  it('of several services are one line, named after the root whoever sends first', async () => {
    start()
    const usage = { 'gen_ai.usage.input_tokens': 10, 'gen_ai.usage.output_tokens': 5, 'chat.cost': 0.5 }
    await send(
      '/v1/traces',
      tracesBody(
        'chat-api',
        wireSpan({
          spanId: spanId(2),
          parentSpanId: spanId(1),
          name: 'turn',
          attributes: turn('finished'),
          startTimeUnixNano: nano(1001),
          endTimeUnixNano: nano(1400),
        }),
        wireSpan({
          spanId: spanId(3),
          parentSpanId: spanId(2),
          attributes: chat(usage),
          startTimeUnixNano: nano(1002),
          endTimeUnixNano: nano(1600),
        }),
      ),
    )
    await send(
      '/v1/traces',
      tracesBody(
        'chat-web',
        wireSpan({
          spanId: spanId(1),
          name: 'POST /api/chat',
          startTimeUnixNano: nano(1000),
          endTimeUnixNano: nano(1500),
        }),
      ),
    )
    expect((await ask('/api/traces')).rows).toEqual([
      {
        traceId: traceId(1),
        name: 'POST /api/chat',
        services: ['chat-web', 'chat-api'],
        startMs: 1000,
        durationMs: 600,
        spans: 3,
        errors: 0,
        isTurn: true,
        outcome: 'finished',
        model: 'm1',
        inputTokens: 10,
        outputTokens: 5,
        costUsd: 0.5,
      },
    ])
  })

  it('have unknown tokens and cost, not zero, if one call did not report them', async () => {
    start()
    const known = wireSpan({
      spanId: spanId(1),
      attributes: chat({ 'gen_ai.usage.input_tokens': 10, 'chat.cost': 0.5 }),
    })
    await send('/v1/traces', tracesBody('chat-api', known, wireSpan({ spanId: spanId(2), attributes: chat() })))
    expect((await ask('/api/traces')).rows[0]).toMatchObject({ inputTokens: null, outputTokens: null, costUsd: null })
  })

  it('are of the model that answered, where another one failed before', async () => {
    start()
    const refused = { spanId: spanId(1), attributes: chat(), status: { code: 2, message: 'connection_refused' } }
    const usage = { 'gen_ai.usage.input_tokens': 10, 'gen_ai.usage.output_tokens': 5, 'chat.cost': 0.5 }
    const answer = chat({ ...usage, 'gen_ai.request.model': 'm2' })
    const answered = { spanId: spanId(2), startTimeUnixNano: nano(1_700_000_000_100), attributes: answer }
    await send('/v1/traces', tracesBody('chat-api', wireSpan(refused), wireSpan(answered)))
    const summary = { model: 'm2', inputTokens: 10, outputTokens: 5, costUsd: 0.5 }
    expect((await ask('/api/traces')).rows[0]).toMatchObject(summary)
  })

  it('are newest first and filtered by text, service, errors and turns', async () => {
    start()
    const at = (n: number, fields: object) =>
      wireSpan({
        traceId: traceId(n),
        startTimeUnixNano: nano(n * 1000),
        endTimeUnixNano: nano(n * 1000 + 1),
        ...fields,
      })
    await send(
      '/v1/traces',
      tracesBody('chat-web', at(2, { name: 'render' }), at(3, { name: 'broken', status: { code: 2 } })),
    )
    await send('/v1/traces', tracesBody('chat-api', at(1, { name: 'turn', attributes: turn('failed') })))
    const names = async (query: string) =>
      (await ask(`/api/traces?${query}`)).rows.map(({ name }: { name: string }) => name)
    expect(await names('')).toEqual(['broken', 'render', 'turn'])
    expect(await names('q=REND')).toEqual(['render'])
    expect(await names('q=m1')).toEqual(['turn'])
    expect(await names(`q=${traceId(3)}`)).toEqual(['broken'])
    expect(await names('service=chat-web')).toEqual(['broken', 'render'])
    expect(await names('errors=1')).toEqual(['broken'])
    expect(await names('turns=1')).toEqual(['turn'])
  })

  it('that have not arrived are an answer, not an error', async () => {
    start()
    expect(await ask(`/api/traces/${traceId(7)}`)).toEqual({ summary: null, spans: [], logs: [] })
  })

  it('come with their log lines in order', async () => {
    start()
    const line = (ms: number, n: number) => ({
      timeUnixNano: nano(ms),
      body: { stringValue: `at ${ms}` },
      traceId: traceId(n),
    })
    await send('/v1/logs', logsBody('chat-api', line(2, 1), line(1, 1), line(3, 2)))
    const { logs } = await ask(`/api/traces/${traceId(1)}`)
    expect(logs.map(({ body }: { body: string }) => body)).toEqual(['at 1', 'at 2'])
  })
})

it('filters log lines by lowest severity', async () => {
  start()
  const line = (severityNumber: number) => ({
    timeUnixNano: nano(severityNumber),
    severityNumber,
    body: { stringValue: `${severityNumber}` },
  })
  await send('/v1/logs', logsBody('chat-api', line(5), line(9), line(13), line(17), line(0)))
  const bodies = async (query: string) =>
    (await ask(`/api/logs?${query}`)).rows.map(({ body }: { body: string }) => body)
  expect(await bodies('severity=WARN')).toEqual(['17', '13'])
  expect(await bodies('')).toHaveLength(5)
})

it('lists metrics by name with the latest point of each series', async () => {
  start()
  const point = (model: string, asInt: number) => ({ asInt, attributes: wireAttributes({ model }) })
  await send('/v1/metrics', metricsBody('chat-api', counter('z'), counter('turns', point('a', 1), point('b', 2))))
  const { rows } = await ask('/api/metrics')
  expect(rows).toMatchObject([['turns', [{ value: 1, attributes: { model: 'a' } }, { value: 2 }]]])
})

describe('live events', () => {
  const listen = (app: ReturnType<typeof buildApp>) =>
    new Promise<{ events: string[]; ended: Promise<unknown> }>((resolve, reject) => {
      const { port } = app.server.address() as AddressInfo
      get(`http://127.0.0.1:${port}/api/live`, (response) => {
        const events: string[] = []
        response.setEncoding('utf8').on('data', (chunk: string) => events.push(...chunk.split('\n\n').filter(Boolean)))
        resolve({ events, ended: new Promise((done) => response.on('end', done)) })
      }).on('error', reject)
    })

  it('tell of a burst once, with what is held, and end when the viewer stops', async () => {
    await start().listen({ port: 0, host: '127.0.0.1' })
    const { events, ended } = await listen(app)
    for (let n = 0; n < 20; n++) await send('/v1/traces', tracesBody('api', wireSpan({ traceId: traceId(n + 1) })))
    await expect.poll(() => events.length, { timeout: 3000 }).toBe(2)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(events).toHaveLength(2)
    expect(JSON.parse(events[1]?.slice('data: '.length) ?? '')).toMatchObject({ traces: { count: 20, dropped: 0 } })
    await app.close()
    await ended
  })
})
