import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { expect, test } from 'vitest'
import { NextSpanProcessor } from './next-span-processor.ts'

test('a query string, which can hold what people typed, is in no exported span', () => {
  const exporter = new InMemorySpanExporter()
  const processor = new NextSpanProcessor(new SimpleSpanProcessor(exporter))
  const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('test')
  const served = { 'http.target': '/api/conversations?cursor=typed', 'http.method': 'GET' }
  const fetched = { 'url.full': 'http://127.0.0.1:8000/api/conversations?cursor=typed', 'url.query': '?cursor=typed' }
  for (const attributes of [served, fetched, { 'url.full': 'http://127.0.0.1:8000/api/models', 'url.query': '' }])
    tracer.startSpan('span', { attributes }).end()

  expect(exporter.getFinishedSpans().map(({ attributes }) => attributes)).toEqual([
    { 'http.target': '/api/conversations?REDACTED', 'http.method': 'GET' },
    { 'url.full': 'http://127.0.0.1:8000/api/conversations?REDACTED', 'url.query': 'REDACTED' },
    { 'url.full': 'http://127.0.0.1:8000/api/models', 'url.query': '' },
  ])
})
