import { type Attributes, metrics, SpanKind } from '@opentelemetry/api'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { beforeEach, expect, test } from 'vitest'
import { NextSpanProcessor } from './next-span-processor.ts'
import { RecordServerSpans, samplerFromEnvironment } from './sampler.ts'

const spans = new InMemorySpanExporter()
const points = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
const meters = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter: points })] })

function record(kind: SpanKind, attributes: Attributes): void {
  const processor = new NextSpanProcessor(new SimpleSpanProcessor(spans))
  processor.recordDurations('http.server.request.duration')
  const sampler = new RecordServerSpans(samplerFromEnvironment())
  const tracer = new BasicTracerProvider({ spanProcessors: [processor], sampler }).getTracer('next.js')
  tracer.startSpan('span', { kind, attributes }).end()
}

async function durations() {
  await meters.forceFlush()
  return points.getMetrics().flatMap((batch) => batch.scopeMetrics.flatMap(({ metrics }) => metrics))
}

async function countedRoutes() {
  return (await durations()).flatMap(({ dataPoints }) => dataPoints.map(({ attributes }) => attributes['http.route']))
}

beforeEach(() => {
  metrics.disable()
  metrics.setGlobalMeterProvider(meters)
  spans.reset()
  points.reset()
  delete process.env.OTEL_TRACES_SAMPLER
})

test("Next's own small steps are not exported, what is on the way to the API is", () => {
  record(SpanKind.INTERNAL, { 'next.span_type': 'NextNodeServer.startResponse' })
  expect(spans.getFinishedSpans()).toHaveLength(0)
  record(SpanKind.INTERNAL, { 'next.span_type': 'AppRouteRouteHandlers.runHandler' })
  record(SpanKind.CLIENT, {})
  expect(spans.getFinishedSpans()).toHaveLength(2)
})

test('a request is counted once, by route and under the current names', async () => {
  record(SpanKind.SERVER, { 'http.method': 'POST', 'http.status_code': 503, 'next.route': '/api/[...path]' })
  record(SpanKind.INTERNAL, { 'http.method': 'POST' })
  const [metric] = await durations()
  expect(metric?.descriptor).toMatchObject({ name: 'http.server.request.duration', unit: 's' })
  expect(metric?.dataPoints.map(({ attributes }) => attributes)).toEqual([
    {
      'http.request.method': 'POST',
      'http.route': '/api/[...path]',
      'http.response.status_code': 503,
      'error.type': '503',
      'url.scheme': 'http',
    },
  ])
})

test('a delivery of browser telemetry is neither exported nor counted', async () => {
  record(SpanKind.SERVER, { 'http.method': 'POST', 'http.target': '/api/faro', 'next.route': '/api/faro' })
  record(SpanKind.SERVER, { 'http.method': 'POST', 'http.target': '/api/chat', 'next.route': '/api/chat' })
  expect(spans.getFinishedSpans()).toHaveLength(1)
  const counted = await countedRoutes()
  expect(counted).toContain('/api/chat')
  expect(counted).not.toContain('/api/faro')
})

test('sampling decides about spans, not about metrics', async () => {
  process.env.OTEL_TRACES_SAMPLER = 'always_off'
  record(SpanKind.SERVER, { 'http.method': 'GET', 'next.route': '/sampled-out' })
  expect(spans.getFinishedSpans()).toHaveLength(0)
  expect(await countedRoutes()).toContain('/sampled-out')
})
