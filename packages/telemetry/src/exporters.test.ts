import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type ExportResult, ExportResultCode } from '@opentelemetry/core'
import { BasicTracerProvider, BatchSpanProcessor, ConsoleSpanExporter } from '@opentelemetry/sdk-trace-base'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ExportHealth } from './export-health.ts'
import { exporters } from './exporters.ts'

const said: string[] = []
const warn = (message: string) => void said.push(message)

beforeEach(() => {
  said.length = 0
  for (const name of Object.keys(process.env)) if (name.startsWith('OTEL_')) vi.stubEnv(name, undefined)
})
afterEach(() => vi.unstubAllEnvs())

const configured = () => exporters(new ExportHealth(warn), warn)

/** What arrives at a collector of one span, sent as the environment says. */
async function arrived(environment: (base: string) => Record<string, string>) {
  const requests: { path: string | undefined; headers: IncomingHttpHeaders }[] = []
  const server = createServer((request, response) => {
    requests.push({ path: request.url, headers: request.headers })
    request.resume().on('end', () => response.end())
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  for (const [name, value] of Object.entries(environment(`http://127.0.0.1:${port}`))) vi.stubEnv(name, value)
  const { traces } = await configured()
  const provider = new BasicTracerProvider({
    spanProcessors: traces.map((exporter) => new BatchSpanProcessor(exporter)),
  })
  provider.getTracer('test').startSpan('span').end()
  await provider.shutdown()
  server.close()
  return requests
}

test.each(['http/json', 'http/protobuf'])('%s is spoken', async (protocol) => {
  const environment = (base: string) => ({
    OTEL_EXPORTER_OTLP_ENDPOINT: base,
    OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
  })
  const [request] = await arrived(environment)
  const type = { 'http/json': 'application/json', 'http/protobuf': 'application/x-protobuf' }[protocol]
  expect(request).toMatchObject({ path: '/v1/traces', headers: { 'content-type': type } })
  expect(said).toEqual([])
})

test("a signal's own endpoint, headers and protocol win over those of all", async () => {
  const [request] = await arrived((base) => ({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${base}/tenant/traces`,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-of=all,x-common=yes',
    OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'x-of=traces',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/protobuf',
  }))
  const headers = { 'content-type': 'application/x-protobuf', 'x-of': 'traces', 'x-common': 'yes' }
  expect(request).toMatchObject({ path: '/tenant/traces', headers })
  expect(said).toEqual([])
})

test.each(['grpc', 'http', 'HTTP/JSON2'])('the protocol %s is not spoken, and that is said', async (protocol) => {
  vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'http/json')
  vi.stubEnv('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', protocol)
  await configured()
  expect(said).toEqual([expect.stringMatching(/^OTEL_EXPORTER_OTLP_TRACES_PROTOCOL is not followed: .* http\/json/)])
})

test('each signal goes where its variable says, and nowhere with none', async () => {
  vi.stubEnv('OTEL_TRACES_EXPORTER', 'otlp,console')
  vi.stubEnv('OTEL_METRICS_EXPORTER', 'none')
  vi.stubEnv('OTEL_LOGS_EXPORTER', 'zipkin')
  const { traces, metrics, logs } = await configured()
  expect(traces).toHaveLength(2)
  expect(traces[1]).toBeInstanceOf(ConsoleSpanExporter)
  expect(metrics).toEqual([])
  expect(logs).toEqual([])
  expect(said).toEqual([expect.stringMatching(/^OTEL_LOGS_EXPORTER: .* "zipkin" .*otlp, console or none/)])
})

test('the port of gRPC is recognised, once for each variable that names it', async () => {
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', 'http://alloy:4317')
  vi.stubEnv('OTEL_EXPORTER_OTLP_LOGS_ENDPOINT', 'http://alloy:4317/v1/logs')
  await configured()
  expect(said).toEqual([
    expect.stringMatching(/^OTEL_EXPORTER_OTLP_ENDPOINT leads to port 4317, .*4318/),
    expect.stringMatching(/^OTEL_EXPORTER_OTLP_LOGS_ENDPOINT leads to port 4317, .*4318/),
  ])
})

test.each(['alloy:4318', 'not a url', 'ftp://alloy'])(
  'the endpoint %s is told, and nothing is thrown',
  async (endpoint) => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', endpoint)
    expect(await configured()).toEqual({ traces: [], metrics: [], logs: [] })
    expect(said).toEqual([expect.stringMatching(/^OTEL_EXPORTER_OTLP_ENDPOINT is no URL/)])
  },
)

test('what a URL or a header holds of secrets is in no sentence', async () => {
  const requests = await arrived(() => ({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://user:secret@127.0.0.1:9?key=secret',
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=secret%,x=1',
    OTEL_EXPORTER_OTLP_TIMEOUT: '100',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
  }))
  expect(requests).toEqual([])
  expect(said.length).toBeGreaterThan(0)
  expect(said.join('\n')).not.toContain('secret')
})

/** A collector that answers as `state` says, and an exporter that sends to it. */
function collectorThat(state: { away: boolean; error?: { code: unknown } }) {
  const taken: number[] = []
  const exporter = {
    export(items: number[], done: (result: ExportResult) => void) {
      if (state.away)
        return done({
          code: ExportResultCode.FAILED,
          error: Object.assign(new Error(), state.error ?? { code: 'ECONNREFUSED' }),
        })
      taken.push(...items)
      done({ code: ExportResultCode.SUCCESS })
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  }
  return { taken, exporter: new ExportHealth(warn).watch(exporter, 'http://alloy:4318') }
}

test('a minute without a collector loses nothing, and is said once', async () => {
  vi.useFakeTimers()
  const state = { away: true }
  const { taken, exporter } = collectorThat(state)
  const sent = Array.from({ length: 600 }, (_, i) => i * 40)
  for (const first of sent) {
    exporter.export(
      Array.from({ length: 40 }, (_, i) => first + i),
      () => {},
    )
    await vi.advanceTimersByTimeAsync(100)
  }
  expect(taken).toEqual([])
  state.away = false
  await vi.advanceTimersByTimeAsync(2000)
  expect(taken).toEqual(Array.from({ length: 24_000 }, (_, i) => i))
  expect(said).toEqual([
    expect.stringContaining('not delivered to http://alloy:4318 (ECONNREFUSED)'),
    expect.stringContaining('again'),
  ])
  vi.useRealTimers()
})

test('what waits is bounded: the oldest goes first, and that is said once', async () => {
  vi.useFakeTimers()
  const state = { away: true }
  const { taken, exporter } = collectorThat(state)
  for (let i = 0; i < 100; i++) exporter.export(Array(1000).fill(i), () => {})
  state.away = false
  await vi.advanceTimersByTimeAsync(2000)
  expect([taken.length, taken[0], taken.at(-1)]).toEqual([30_000, 70, 99])
  expect(said.filter((message) => message.includes('the oldest is dropped'))).toHaveLength(1)
  vi.useRealTimers()
})

test('what a collector refuses is not sent again', async () => {
  const state = { away: true, error: { code: 400 } }
  const { taken, exporter } = collectorThat(state)
  exporter.export([1], () => {})
  await exporter.forceFlush()
  state.away = false
  exporter.export([2], () => {})
  await exporter.shutdown()
  expect(taken).toEqual([2])
})
