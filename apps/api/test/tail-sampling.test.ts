import { spawnSync } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { alloys, startAlloy } from './alloy.ts'

const module = path.join(import.meta.dirname, '../../../alloy/switches/sampling-on.alloy')
const alloy = alloys.find((program) => spawnSync(program, ['validate', module]).status === 0)
const why = alloy ? '' : ' (skipped: no alloy with otelcol.processor.tail_sampling in STACK_BIN or PATH)'

interface Turn {
  readonly kind: string
  readonly traceId: string
  readonly conversationId: string
}
const kinds: Record<string, { share: number; seconds?: number; cost?: number; outcome?: string; failed?: boolean }> = {
  failed: { share: 40, failed: true, outcome: 'failed' },
  truncated: { share: 30, outcome: 'truncated' },
  slow: { share: 50, seconds: 25 },
  dear: { share: 30, cost: 0.2 },
  usual: { share: 850 },
}

const value = (of: string | number) => (typeof of === 'string' ? { stringValue: of } : { doubleValue: of })
const attributes = (of: Record<string, string | number>) =>
  Object.entries(of).map(([key, one]) => ({ key, value: value(one) }))

/** A turn's spans in OTLP's JSON: the request, the turn in it, and the model call in that. */
function spansOf({ kind, traceId, conversationId }: Turn) {
  const { seconds = 2, cost = 0.001, outcome = 'finished', failed = false } = kinds[kind] ?? { share: 0 }
  const [request, turn, call] = [8, 8, 8].map((bytes) => randomBytes(bytes).toString('hex'))
  const end = Date.now()
  const at = {
    traceId,
    startTimeUnixNano: `${end - seconds * 1000}000000`,
    endTimeUnixNano: `${end}000000`,
    status: failed ? { code: 2 } : {},
  }
  const conversation = { 'gen_ai.conversation.id': conversationId }
  return [
    {
      ...at,
      spanId: call,
      parentSpanId: turn,
      name: 'chat a',
      kind: 3,
      attributes: attributes({ ...conversation, 'chat.cost': cost }),
    },
    {
      ...at,
      spanId: turn,
      parentSpanId: request,
      name: 'invoke_agent assistant',
      kind: 1,
      attributes: attributes({ ...conversation, 'chat.outcome': outcome }),
    },
    { ...at, spanId: request, name: 'POST /api/chat', kind: 2, attributes: [] },
  ]
}

describe.skipIf(!alloy)(`tail sampling${why}`, () => {
  it('keeps what failed, was slow or dear, and whole conversations; metrics count everything', {
    timeout: 120_000,
  }, async () => {
    const { url, sink, stop } = await startAlloy(
      alloy ?? '',
      'traces = [sampling.traces.default.input]',
      `import.file "sampling" { filename = "${module}" }
sampling.traces "default" {
  traces  = otelcol.exporter.otlphttp.sink.input
  metrics = otelcol.exporter.otlphttp.sink.input
}`,
    )
    try {
      // Four turns a conversation, of whatever kinds.
      const turns = Object.entries(kinds)
        .flatMap(([kind, { share }]) => Array.from({ length: share }, () => kind))
        .map((kind) => ({ kind, order: Math.random() }))
        .sort((a, b) => a.order - b.order)
        .map(({ kind }): Omit<Turn, 'conversationId'> => ({ kind, traceId: randomBytes(16).toString('hex') }))
      const conversations = Array.from({ length: turns.length / 4 }, () => randomUUID())
      const all = turns.map(
        (turn, n): Turn => ({ ...turn, conversationId: conversations[n % conversations.length] ?? '' }),
      )
      for (let from = 0; from < all.length; from += 50) {
        const spans = all.slice(from, from + 50).flatMap(spansOf)
        const resource = { attributes: attributes({ 'service.name': 'chat-api' }) }
        const body = JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] })
        const headers = { 'content-type': 'application/json' }
        expect((await fetch(`${url}/v1/traces`, { method: 'POST', headers, body })).status).toBe(200)
      }

      const wanted = all.filter(({ kind, conversationId }) => kind !== 'usual' || /^[01]/.test(conversationId))
      const kept = () => new Set(sink.spans({ name: 'POST /api/chat' }).map(({ traceId }) => traceId))
      await expect.poll(() => kept().size, { timeout: 60_000 }).toBeGreaterThanOrEqual(wanted.length)
      expect(kept()).toEqual(new Set(wanted.map(({ traceId }) => traceId)))
      expect(sink.spans()).toHaveLength(3 * wanted.length)

      const calls = () =>
        sink.metric('traces_spanmetrics_calls', { service: 'chat-api', 'span.name': 'POST /api/chat' })
      const counted = () => calls().reduce((sum, { value = 0 }) => sum + Number(value), 0)
      await expect.poll(counted, { timeout: 20_000 }).toBe(all.length)
      const share = (kind: string) =>
        `${all.filter((one) => one.kind === kind && kept().has(one.traceId)).length} of ${kinds[kind]?.share} ${kind}`
      console.warn(`kept: ${Object.keys(kinds).map(share).join(', ')}; counted: ${counted()}`)
    } finally {
      await stop()
    }
  })
})
