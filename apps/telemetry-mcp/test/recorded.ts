import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { attribute, event, metric, operation, spanName } from '@repo/telemetry/catalogue'
import { labelName, seriesName } from '@repo/telemetry/series-name'
import { buildApp } from '@repo/viewer/app'
import {
  counter,
  histogram,
  logsBody,
  metricsBody,
  nano,
  spanId,
  tracesBody,
  wireAttributes,
  wireSpan,
} from '@repo/viewer/otlp-fixture'
import { TelemetryStore } from '@repo/viewer/telemetry-store'

/** What people and models wrote, wherever telemetry with captured content, or a careless instrumentation, may have it. */
export const CANARY = 'canary-4711-is-what-people-wrote'
export const TRACE = 'abcdef0123456789abcdef0123456789'

const content = {
  ...Object.fromEntries(
    [
      ...[attribute.systemInstructions, attribute.inputMessages, attribute.outputMessages, attribute.toolDefinitions],
      ...[attribute.toolCallArguments, attribute.toolCallResult, attribute.exceptionMessage],
      ...[attribute.providerErrorMessage, attribute.providerErrorCode, attribute.responseModel, attribute.responseId],
    ].map((key) => [key, `${key}: ${CANARY}`]),
  ),
  ...{ 'url.full': `http://x/?q=${CANARY}`, 'db.query.text': CANARY, 'db.statement': CANARY, 'user.id': CANARY },
}

const now = Date.now()
interface Wire {
  readonly [key: string]: unknown
}
const span = (
  id: number,
  parent: number,
  name: string,
  from: number,
  ms: number,
  attributes: Wire,
  more: Wire = {},
) => ({
  parentSpanId: parent ? spanId(parent) : '',
  ...wireSpan({
    ...{ traceId: TRACE, spanId: spanId(id), name, kind: 3 },
    ...{ startTimeUnixNano: nano(now - 60_000 + from), endTimeUnixNano: nano(now - 60_000 + from + ms) },
    attributes: wireAttributes({ ...content, ...attributes }),
    events: [
      { name: event.rejoin, timeUnixNano: nano(now), attributes: wireAttributes(content) },
      { name: CANARY, timeUnixNano: nano(now), attributes: wireAttributes(content) },
    ],
    ...more,
  }),
})

const failed = { status: { code: 2, message: CANARY } }
const statements = Array.from({ length: 5 }, (_, i) =>
  span(20 + i, 2, CANARY, 6010 + i, 1, { 'db.system.name': 'postgresql', 'db.operation.name': 'settle' }),
)
export const spans = [
  span(1, 0, CANARY, 0, 6100, { 'http.request.method': 'POST', 'http.route': '/api/chat' }),
  span(
    2,
    1,
    spanName.turn,
    50,
    6040,
    {
      ...{ [attribute.operationName]: operation.invokeAgent, [attribute.outcome]: 'failed' },
      ...{ [attribute.turnModel]: 'mock-slow', [attribute.errorType]: '500' },
    },
    failed,
  ),
  span(
    3,
    2,
    `chat ${CANARY}`,
    60,
    6000,
    {
      ...{ [attribute.operationName]: operation.chat, [attribute.requestModel]: 'mock-slow' },
      ...{ [attribute.responseTimeToFirstChunk]: 5.9, [attribute.cost]: 0.25, [attribute.retryCount]: 2 },
      ...{ [attribute.usageInputTokens]: 12, [attribute.usageOutputTokens]: 34 },
    },
    failed,
  ),
  span(4, 3, CANARY, 70, 5000, {}),
  ...statements,
]

const line = (body: string, attributes: Wire, afterMs: number, severityNumber = 9) => ({
  ...{
    timeUnixNano: nano(now - 50_000 + afterMs),
    severityNumber,
    traceId: TRACE,
    spanId: spanId(2),
    body: { stringValue: body },
  },
  attributes: wireAttributes({ ...content, ...attributes }),
})
const lines = [
  line('turn failed in 6040 ms', { [attribute.eventName]: event.turn, [attribute.outcome]: 'failed' }, 0),
  line(`the tool failed ${CANARY}`, { [attribute.eventName]: event.toolException }, 1, 13),
  line(`GET /api/chat/${CANARY} 404`, {}, 2),
  line(CANARY, { [attribute.eventName]: CANARY }, 3),
]

const points = { startTimeUnixNano: nano(now - 50_000), timeUnixNano: nano(now - 1000) }
const labels = { [attribute.requestModel]: 'mock-slow', [attribute.outcome]: 'failed' }
const turns = { ...points, attributes: wireAttributes({ ...labels, 'user.text': CANARY }), asInt: 3 }
const ofModel = { ...points, attributes: wireAttributes({ [attribute.requestModel]: 'mock-slow' }) }
const ttft = { ...ofModel, count: 2, sum: 9, explicitBounds: [1, 5, 10], bucketCounts: [0, 1, 1, 0] }

/** The demo's viewer, which has received it. */
export async function startViewer() {
  const app = buildApp(new TelemetryStore(), '127.0.0.1')
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const post = (path: string, body: unknown) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  // Twice, as an exporter does that got no answer.
  await post('/v1/traces', tracesBody('chat-api', ...spans))
  await post('/v1/traces', tracesBody('chat-api', ...spans))
  await post('/v1/logs', logsBody('chat-api', ...lines))
  // From 0, because what a counter had before it was first seen is no increase.
  for (const [asInt, count, sum, bucketCounts] of [
    [0, 0, 0, [0, 0, 0, 0]],
    [3, 2, 9, [0, 1, 1, 0]],
  ]) {
    const metrics = [
      counter(metric.turns.name, { ...turns, asInt }),
      histogram(metric.timeToFirstChunk.name, { ...ttft, count, sum, bucketCounts }),
    ]
    await post('/v1/metrics', metricsBody('chat-api', ...metrics))
  }
  return { url, stop: () => app.close() }
}

const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64')
const kinds: Record<number, string> = { 2: 'STATUS_CODE_ERROR' }

/** Stand-ins of Tempo, Loki and Mimir at one address, with the same in the form in which they answer. */
export async function startStandIns() {
  const asked: URL[] = []
  const stored = spans.map((one) => ({
    ...one,
    ...{ spanId: base64(one.spanId), ...(one.parentSpanId && { parentSpanId: base64(one.parentSpanId) }) },
    status: { ...one.status, code: kinds[one.status.code] },
  }))
  const trace = {
    resourceSpans: [
      {
        resource: tracesBody('chat-api').resourceSpans[0]?.resource,
        scopeSpans: [{ scope: { name: 'test' }, spans: stored }],
      },
    ],
  }
  const found = {
    ...{ traceID: TRACE, rootTraceName: CANARY, startTimeUnixNano: nano(now - 60_000), durationMs: 6100 },
    spanSets: [
      {
        matched: 1,
        spans: [
          {
            spanID: spanId(2),
            startTimeUnixNano: nano(now - 60_000),
            durationNanos: '6040000000',
            attributes: wireAttributes(content),
          },
        ],
      },
    ],
  }
  const stream = lines.map(({ body, attributes, timeUnixNano }) => ({
    stream: {
      ...{ service_name: 'chat-api', detected_level: 'info', trace_id: TRACE },
      ...Object.fromEntries(attributes.map(({ key, value }) => [labelName(key), String(Object.values(value)[0])])),
    },
    values: [[timeUnixNano, body.stringValue]],
  }))
  const vector = (query: string) => {
    const labelled = { gen_ai_request_model: 'mock-slow', chat_outcome: 'failed' }
    if (query.includes('histogram_quantile'))
      return Object.entries({ count: 2, sum: 9, p50: 5, p95: 9.5, p99: 9.9 }).map(([stat, value]) => ({
        ...{ metric: { stat, gen_ai_request_model: 'mock-slow' }, value: [now / 1000, String(value)] },
      }))
    const stat = query.includes('increase') && { stat: 'increase' }
    return query.includes(seriesName(metric.turns))
      ? [{ metric: { ...labelled, ...stat }, value: [now / 1000, '3'] }]
      : []
  }
  const rules = [
    {
      name: 'TurnsFailing',
      state: 'firing',
      labels: { severity: 'page' },
      annotations: { summary: 'Too many turns fail' },
    },
    { name: 'FirstTokenSlow', state: 'inactive', labels: { severity: 'page' }, annotations: { summary: 'Slow' } },
  ]
  const answers: [RegExp, (url: URL) => unknown][] = [
    [/\/api\/search$/, () => ({ traces: [found] })],
    [/\/api\/v2\/traces\//, ({ pathname }) => (pathname.endsWith(TRACE) ? { trace } : {})],
    [/query_range$/, () => ({ data: { result: stream } })],
    [/\/api\/v1\/query$/, ({ searchParams }) => ({ data: { result: vector(searchParams.get('query') ?? '') } })],
    [
      /\/api\/v1\/rules$/,
      () => ({ data: { groups: [{ rules: rules.map((one) => ({ ...one, type: 'alerting' })) }] } }),
    ],
  ]
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://stand-in')
    asked.push(url)
    const [, answer] = answers.find(([path]) => path.test(url.pathname)) ?? []
    response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(answer?.(url)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    stop: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  }
}
