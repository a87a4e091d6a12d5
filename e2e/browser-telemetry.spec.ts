import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { unusedPorts } from '@repo/local-stack/ports'
import { attribute, libraryMetric, measurement, service } from '@repo/telemetry/catalogue'
import { ChatPage } from './chat-page.ts'
import { expect, test } from './fixtures.ts'
import { one, Telemetry } from './telemetry.ts'
import { startTestStack } from './test-stack.ts'

/** Each word stands for a place from which people's text could get into a report of the page. */
const canary = {
  question: 'canaryquestion8261',
  answer: 'canaryanswer8262',
  query: 'canaryquery8263',
  hash: 'canaryhash8264',
  console: 'canaryconsole8265',
  thrown: 'canarythrown8266',
  rejected: 'canaryrejected8267',
  unsent: 'canaryunsent8268',
}

type Attribute = { key: string; value: { stringValue?: string } }
type BrowserSpan = { traceId: string; spanId: string; parentSpanId?: string; name: string; attributes: Attribute[] }
type Measurement = {
  type: string
  values: Record<string, number>
  context: Record<string, string>
  trace?: { trace_id: string }
}
type Report = {
  meta: { app: Record<string, string>; session?: { id: string }; page?: { url: string } }
  events?: { name: string }[]
  exceptions?: { type: string; value: string }[]
  measurements?: Measurement[]
  logs?: unknown[]
  traces?: { resourceSpans: { resource: { attributes: Attribute[] }; scopeSpans: { spans: BrowserSpan[] }[] }[] }
}

test('the page reports how it was for its visitor, and its request is the root of the turn', async ({ browser }) => {
  test.slow() // a stack of its own
  const collector = await startCollector()
  const ports = await unusedPorts()
  const stack = await startTestStack('browser-telemetry', ports, { FARO_URL: collector.url })
  const page = await browser.newPage() // it throws, and the page of the fixtures must not
  try {
    const chat = new ChatPage(page)
    await chat.open(`${stack.url}/?q=${canary.query}#${canary.hash}`)
    await expect.poll(() => collector.all('events').map(({ name }) => name)).toContain('session_start')
    expect(collector.reports()[0]?.meta).toMatchObject({
      app: { name: service.browser, namespace: service.namespace, version: '0.1.0', environment: 'e2e' },
      session: { id: expect.any(String) },
    })

    await chat.ask(`What about ${canary.question}?`)
    await chat.answered()
    const traceId = await chat.traceId()
    await expect(page).toHaveTitle(new RegExp(canary.question))

    const perceived = () => collector.all('measurements').filter(({ type }) => type === measurement.perceivedTtft.type)
    await expect.poll(perceived).toEqual([
      expect.objectContaining({
        values: { [measurement.perceivedTtft.value]: expect.any(Number) },
        context: { [attribute.requestModel]: 'mock-standard', [attribute.outcome]: 'finished' },
        trace: { trace_id: traceId, span_id: '' },
      }),
    ])
    expect(perceived()[0]?.values[measurement.perceivedTtft.value]).toBeGreaterThan(20)
    expect(perceived()[0]?.values[measurement.perceivedTtft.value]).toBeLessThan(20_000)

    // browser -> web -> API
    await expect.poll(() => collector.spans().filter((span) => span.traceId === traceId)).toHaveLength(1)
    const root = one(
      collector.spans().filter((span) => span.traceId === traceId),
      'span of the page',
    )
    expect(root.parentSpanId).toBeUndefined()
    expect(root.name).toBe('POST /api/chat')
    expect(root.attributes).toContainEqual({ key: 'url.full', value: { stringValue: `${stack.url}/api/chat` } })
    const telemetry = new Telemetry(`http://localhost:${ports.viewer}`)
    const server = async (name: string) =>
      (await telemetry.trace(traceId)).spans.filter((span) => span.service === name && span.kind === 'SERVER')
    await expect.poll(() => server(service.web)).toHaveLength(1)
    expect((await server(service.web))[0]?.parentSpanId).toBe(root.spanId)
    expect(await server(service.api)).toHaveLength(1)

    await chat.ask(`mock-echo ${canary.answer}`)
    await chat.answered(2)
    await expect.poll(perceived).toHaveLength(2)
    await page.evaluate((words) => {
      console.error(words.console)
      setTimeout(() => {
        throw new TypeError(words.thrown)
      })
      Promise.reject(new Error(words.rejected))
    }, canary)
    await expect.poll(() => collector.all('exceptions').map(({ type }) => type)).toEqual(['TypeError', 'Error'])
    await chat.reload()
    await chat.answered(2)
    await chat.field.fill(canary.unsent)
    await page.goto('about:blank') // the vitals that are final only when the page is left
    const vitals = () => new Set(collector.all('measurements').flatMap(({ values }) => Object.keys(values)))
    for (const vital of ['ttfb', 'fcp', 'lcp', 'cls']) await expect.poll(vitals).toContain(vital)
    await expect.poll(() => collector.all('events').map(({ name }) => name)).toContain('session_resume')

    const everything = collector.bodies().join('\n')
    expect(collector.all('logs')).toEqual([])
    expect(everything).not.toMatch(/[/\w][?#]/) // no address with a query or a fragment
    for (const word of Object.values(canary)) expect(everything).not.toContain(word)

    // The deliveries themselves are in no telemetry, and in no log.
    expect(await telemetry.metric(libraryMetric.httpServerDuration, { 'http.route': '/api/faro' })).toBe(0)
    expect(await (await fetch(`http://localhost:${ports.viewer}/api/traces?limit=300`)).text()).not.toContain('/faro')
    expect(stack.log('web')).not.toContain('faro')

    await collector.stop()
    await chat.open(stack.url)
    await chat.ask('Hello')
    await chat.answered()
    const complaints = () => stack.log('web').split('Browser telemetry is not delivered').length - 1
    await expect.poll(complaints).toBe(1)
    await chat.ask('What is OTLP?')
    await chat.answered(2)
    expect(complaints()).toBe(1)
  } finally {
    await page.close()
    await stack.remove()
    await collector.stop()
  }
})

test('a session that is not sampled reports nothing, and its turns keep the traces of the servers', async ({
  chat,
}) => {
  test.slow() // a stack of its own
  const collector = await startCollector()
  const ports = await unusedPorts()
  const stack = await startTestStack('browser-telemetry-unsampled', ports, {
    FARO_URL: collector.url,
    FARO_SAMPLE_RATE: '0',
  })
  try {
    const loaded = chat.page.waitForResponse(async (response) => isFaro(await response.text()))
    await chat.open(stack.url)
    await loaded
    await chat.ask('Hello')
    await chat.answered()
    const traceId = await chat.traceId()
    const { spans } = await new Telemetry(`http://localhost:${ports.viewer}`).finishedTurn(traceId)
    expect(new Set(spans.map((span) => span.service))).toContain(service.api)
    expect(collector.bodies()).toEqual([])
  } finally {
    await stack.remove()
    await collector.stop()
  }
})

test('without its variable nothing is reported and nothing of it is loaded', async ({ chat, page, request }) => {
  const posts: string[] = []
  const scripts: Promise<string>[] = []
  page.on('request', (sent) => sent.method() === 'POST' && posts.push(new URL(sent.url()).pathname))
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') scripts.push(response.text())
  })
  await chat.open()
  await chat.ask('Hello')
  await chat.answered()
  await page.waitForLoadState('networkidle')
  expect(new Set(posts)).toEqual(new Set(['/api/visitor', '/api/chat']))
  expect(scripts.length).toBeGreaterThan(5)
  expect((await Promise.all(scripts)).filter(isFaro)).toEqual([])
  expect((await request.post('/api/faro', { data: {} })).status()).toBe(404)
})

const isFaro = (script: string) => script.includes('faro-web-sdk')

/** Takes what Alloy would take, and keeps it. */
async function startCollector() {
  const received: string[] = []
  const server = createServer(async (request, response) => {
    received.push(await text(request))
    response.writeHead(202).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const reports = (): Report[] => received.map((body) => JSON.parse(body))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/collect`,
    bodies: () => received,
    reports,
    all: <K extends 'events' | 'exceptions' | 'measurements' | 'logs'>(kind: K) =>
      reports().flatMap((report) => (report[kind] ?? []) as NonNullable<Report[K]>[number][]),
    spans: () =>
      reports().flatMap(({ traces }) =>
        (traces?.resourceSpans ?? []).flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
      ),
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
