import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import Fastify from 'fastify'
import { board } from './board.ts'
import { measured } from './measured.ts'
import { type LogRecord, type Span, severities } from './otlp.ts'
import { receive } from './receiver.ts'
import type { TelemetryStore } from './telemetry-store.ts'
import { summariseTrace } from './trace-summary.ts'

const ui = fileURLToPath(new URL('../../dist', import.meta.url))
const isLoopback = (host: string) => /^(localhost|\[?::1\]?|127(\.\d{1,3}){3})$/i.test(host)
const securityHeaders = {
  'content-security-policy': "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
}

type Query = { Querystring: Record<string, string | undefined> }

const texts = (item: Span | LogRecord) => ('name' in item ? [item.name] : [item.body, item.eventName])
const matching = ({ q = '', service }: Query['Querystring']) => {
  const has = (value: unknown) => String(value).toLowerCase().includes(q.toLowerCase())
  return (item: Span | LogRecord) =>
    (!service || item.service === service) &&
    (!q || [item.traceId, ...texts(item), ...Object.values(item.attributes)].some(has))
}
const rank = (severity = '') => (severities as readonly string[]).indexOf(severity)
const newest = <T extends { startMs?: number; timeMs?: number }>(rows: T[]) =>
  rows.sort((a, b) => (b.startMs ?? b.timeMs ?? 0) - (a.startMs ?? a.timeMs ?? 0))
const page = <T>(rows: T[], all: { service: string }[]) => {
  const services = [...new Set(all.map(({ service }) => service))].sort()
  return { services, total: rows.length, rows: rows.slice(0, 300) }
}

/**
 * Receiver, JSON API, live events and UI on one port.
 * @param host the address that it will be bound to; on loopback only requests that name a loopback host are answered.
 */
export function buildApp(store: TelemetryStore, host: string) {
  const app = Fastify()
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(securityHeaders)
    // A page whose name was re-pointed at this machine (DNS rebinding) must not read telemetry.
    if (isLoopback(host) && !isLoopback(request.hostname))
      return reply.code(403).send({ title: 'Forbidden', detail: `${request.hostname} is not a name of this machine.` })
  })
  app.register(async (scope) => receive(scope, store))

  app.get('/health', () => ({ status: 'ok' }))
  app.get('/api/stats', () => store.stats())
  const minutes = (text = '') => Math.min(Math.max(Number(text) || 15, 1), 60)
  app.get<Query>('/api/board', ({ query }) => board(store.metrics, minutes(query.minutes)))
  app.get<Query>('/api/measured', ({ query: { name = '', by, model, minutes: text } }) =>
    measured(store.metrics, { name, by: by?.split(',') ?? [], model, minutes: minutes(text) }),
  )
  app.get<Query>('/api/traces', ({ query }) => {
    const all = store.traces.values()
    const found = all.filter((spans) => spans.some(matching(query))).map(summariseTrace)
    const rows = found.filter((trace) => (!query.errors || trace.errors > 0) && (!query.turns || trace.isTurn))
    return page(newest(rows), all.flat())
  })
  app.get<{ Params: { id: string } }>('/api/traces/:id', ({ params: { id } }) => {
    const spans = store.traces.get(id) ?? []
    const logs = newest(store.logs.values().filter((log) => log.traceId === id)).reverse()
    return { summary: spans.length ? summariseTrace(spans) : null, spans, logs }
  })
  app.get<Query>('/api/logs', ({ query }) => {
    const all = store.logs.values()
    const rows = all.filter(matching(query)).filter((log) => rank(log.severity) >= rank(query.severity))
    return page(newest(rows), all)
  })
  app.get<Query>('/api/metrics', ({ query: { q = '', service } }) => {
    const all = store.metrics.values().map(({ latest }) => latest)
    const found = all.filter((point) => point.name.includes(q.toLowerCase()) && (!service || point.service === service))
    const byName = [...Map.groupBy(found, ({ name }) => name)]
    return page(
      byName.sort(([a], [b]) => (a < b ? -1 : 1)),
      all,
    )
  })

  const live = new Set<NodeJS.WritableStream>()
  const news = () => `data: ${JSON.stringify(store.stats())}\n\n`
  let pending: NodeJS.Timeout | undefined
  const tell = () => {
    pending = undefined
    for (const stream of live) stream.write(news())
  }
  // A burst is one event; the slow beat moves the board's window on and shows that the connection lives.
  store.on('change', () => (pending ??= setTimeout(tell, 1000)))
  const beat = setInterval(tell, 10_000)
  app.get('/api/live', (request, reply) => {
    reply.hijack()
    reply.raw.writeHead(200, { ...securityHeaders, 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
    reply.raw.write(news())
    live.add(reply.raw)
    request.raw.on('close', () => live.delete(reply.raw))
  })
  app.addHook('preClose', async () => {
    clearInterval(beat)
    clearTimeout(pending)
    for (const stream of live) stream.end()
  })

  app.register(fastifyStatic, { root: ui, prefix: '/' })
  app.setNotFoundHandler((request, reply) => {
    if (request.method !== 'GET' || /^\/(api|v1|assets)\//.test(request.url))
      return reply.code(404).send({ title: 'Not found', detail: `There is no ${request.method} ${request.url} here.` })
    if (existsSync(`${ui}/index.html`)) return reply.sendFile('index.html')
    return reply.code(503).send('The user interface is not built: run pnpm --filter @repo/viewer build.')
  })
  return app
}
