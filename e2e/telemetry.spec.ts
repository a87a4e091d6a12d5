import type { ConversationWithMessages } from '@repo/contract/conversation'
import { attribute, event, metric, service, spanName } from '@repo/telemetry/catalogue'
import { expect, test } from './fixtures.ts'
import { isModelCall, isTurn, one, type Span } from './telemetry.ts'

const of = (name: string, kind: Span['kind']) => (span: Span) => span.service === name && span.kind === kind

test('one question is one whole trace within ten seconds, and its link opens it', async ({ chat, page, telemetry }) => {
  await chat.open()
  await chat.ask('What is OTLP?')
  await chat.answered()
  const traceId = await chat.traceId()

  // The two services send on their own: the trace is there when both SERVER spans are, and nothing's parent is missing.
  const trace = () => telemetry.trace(traceId)
  const complete = async () => {
    const { spans, logs } = await trace()
    const ids = new Set(spans.map(({ spanId }) => spanId))
    const servers = [service.web, service.api].every((name) => spans.some(of(name, 'SERVER')))
    const parents = spans.every(({ parentSpanId }) => !parentSpanId || ids.has(parentSpanId))
    return servers && parents && new Set(logs.map((log) => log.service)).size > 1
  }
  await expect.poll(complete, { timeout: 10_000 }).toBe(true)
  const { spans, logs } = await trace()
  expect(await telemetry.turnsOf(chat.conversationId)).toEqual([traceId])

  const root = one(
    spans.filter(({ parentSpanId }) => !parentSpanId),
    'root',
  )
  expect(root).toMatchObject({ service: service.web, kind: 'SERVER' })
  const ids = spans.map(({ spanId }) => spanId)
  expect(new Set(ids).size).toBe(ids.length)
  expect(spans.filter(({ parentSpanId }) => parentSpanId && !ids.includes(parentSpanId))).toEqual([])
  expect(new Set(spans.map((span) => span.service))).toEqual(new Set([service.web, service.api]))

  // web SERVER -> web CLIENT -> api SERVER -> turn -> model call -> HTTP attempt
  const below = (parent: Span, span: Span): boolean => {
    const next = spans.find(({ spanId }) => spanId === span.parentSpanId)
    return next !== undefined && (next === parent || below(parent, next))
  }
  const webClient = one(spans.filter(of(service.web, 'CLIENT')), 'CLIENT span of the web app')
  const apiServer = one(spans.filter(of(service.api, 'SERVER')), 'SERVER span of the API')
  one(spans.filter(of(service.web, 'SERVER')), 'SERVER span of the web app')
  const turn = one(spans.filter(isTurn), 'turn')
  const call = one(spans.filter(isModelCall), 'model call')
  const attempt = one(
    spans.filter(({ parentSpanId }) => parentSpanId === call.spanId),
    'HTTP attempt',
  )
  expect(apiServer.parentSpanId).toBe(webClient.spanId)
  expect(below(apiServer, turn)).toBe(true)
  expect(call.parentSpanId).toBe(turn.spanId)
  expect(turn).toMatchObject({ name: spanName.turn, kind: 'INTERNAL' })
  expect(call).toMatchObject({ name: spanName.inference('mock-standard'), kind: 'CLIENT' })
  expect(attempt).toMatchObject({ kind: 'CLIENT', attributes: { 'http.response.status_code': 200 } })
  expect(call.attributes).toMatchObject({
    [attribute.responseTimeToFirstChunk]: expect.any(Number),
    [attribute.usageInputTokens]: expect.any(Number),
    [attribute.usageOutputTokens]: expect.any(Number),
    [attribute.cost]: expect.any(Number),
  })
  const queries = spans.filter(({ attributes }) => attributes['db.system.name'] === 'postgresql')
  expect(queries.length).toBeGreaterThan(0)
  for (const query of queries) expect(below(apiServer, query)).toBe(true)

  expect(logs.map((log) => log.service)).toEqual(expect.arrayContaining([service.web, service.api]))
  expect(logs.filter(({ eventName }) => eventName === event.turn)).toHaveLength(1)

  const opened = page.waitForEvent('popup')
  await chat.traceLink.click()
  const viewer = await opened
  await expect(viewer.getByText(traceId)).toBeVisible()
  const rows = viewer.getByRole('list', { name: 'Spans' }).getByRole('listitem')
  await expect(rows).toHaveCount(spans.length)
  await expect(rows.filter({ hasText: spanName.turn })).toHaveCount(1)
  await expect(viewer.getByRole('complementary', { name: 'Selected span' })).toContainText(attribute.usageOutputTokens)
  await expect(viewer.getByRole('heading', { name: 'Logs of this trace' })).toBeVisible()
})

test('line, database, span and metrics tell the same numbers', async ({ chat, page, telemetry }) => {
  const requestModel = 'mock-large' // no other test asks it, so its counters are this test's own
  const model = { [attribute.requestModel]: requestModel }
  const text = { ...model, [attribute.tokenModality]: 'text' }

  await chat.open()
  await chat.ask('What does p95 mean?', requestModel)
  await chat.answered()

  const response = await page.request.get(`/api/conversations/${chat.conversationId}`)
  const { messages } = (await response.json()) as ConversationWithMessages
  const stored = messages.at(-1)?.metadata
  if (!stored?.usage || stored.ttftMs === null || stored.costUsd === null) throw new Error('no usage was stored')
  const { usage, ttftMs, costUsd } = stored
  expect(stored).toMatchObject({ model: requestModel, outcome: 'finished', traceId: await chat.traceId() })
  const dollars = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD', maximumSignificantDigits: 2 })
  await expect(chat.signature).toContainText(` · ${Math.round(ttftMs)} ms to first token · `)
  await expect(chat.signature).toContainText(` · ${usage.outputTokens} tokens · ${dollars.format(costUsd)}`)

  const { spans } = await telemetry.finishedTurn(stored.traceId ?? '')
  const { attributes } = one(spans.filter(isModelCall), 'model call')
  expect(attributes).toMatchObject({
    [attribute.usageInputTokens]: usage.inputTokens,
    [attribute.usageOutputTokens]: usage.outputTokens,
    [attribute.cost]: costUsd,
  })
  expect(Number(attributes[attribute.responseTimeToFirstChunk]) * 1000).toBeCloseTo(ttftMs, 3)

  await expect.poll(() => telemetry.metric(metric.outputTokens.name, text)).toBe(usage.outputTokens)
  expect(await telemetry.metric(metric.inputTokens.name, text)).toBe(usage.inputTokens)
  expect(await telemetry.metric(metric.cost.name, model)).toBeCloseTo(costUsd, 12)
  expect(await telemetry.metric(metric.timeToFirstChunk.name, model)).toBe(1)
  expect((await telemetry.metricSum(metric.timeToFirstChunk.name, model)) * 1000).toBeCloseTo(ttftMs, 3)
  expect(await telemetry.metric(metric.turns.name, { ...model, [attribute.outcome]: 'finished' })).toBe(1)
})

test('every log line that the services write in a request carries its trace id', async ({ chat, telemetry }) => {
  await chat.open()
  await chat.ask('Hello')
  await chat.answered()
  await telemetry.finishedTurn(await chat.traceId())
  const lines = (await telemetry.logs()).filter(({ body }) => /^((GET|POST) \/api\/.*|turn .*)$/.test(body))
  expect(lines.length).toBeGreaterThan(0)
  expect(lines.filter(({ traceId, spanId }) => !traceId || !spanId)).toEqual([])
})
