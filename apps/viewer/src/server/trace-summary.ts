import { attribute, operation } from '@repo/telemetry/catalogue'
import type { Span } from './otlp.ts'

export type TraceSummary = ReturnType<typeof summariseTrace>

/** A trace in one line. Null is unknown, or not a turn. @param spans of one trace, at least one */
export function summariseTrace(spans: readonly Span[]) {
  const byStart = spans.toSorted((a, b) => a.startMs - b.startMs)
  const ids = new Set(spans.map((span) => span.spanId))
  // A browser's or a lost parent is not here; the earliest span without one then stands for the trace.
  const root = byStart.find((span) => !span.parentSpanId || !ids.has(span.parentSpanId)) ?? byStart[0]
  // A proxy's catch-all route says nothing of what was asked; the next server's does.
  const named = root?.name.includes('[...')
    ? byStart.find((span) => span !== root && span.kind === 'SERVER')
    : undefined
  const doing = (name: string) => byStart.filter((span) => span.attributes[attribute.operationName] === name)
  const [calls, turn] = [doing(operation.chat), doing(operation.invokeAgent)[0]]
  const text = (value: unknown) => (typeof value === 'string' ? value : null)
  const model = (span: Span | undefined) =>
    text(span?.attributes[attribute.turnModel] ?? span?.attributes[attribute.requestModel])
  // What nothing came back from was another's to answer, and costs nothing.
  const answered = calls.filter(
    ({ status, attributes }) => status.code !== 'ERROR' || attribute.responseTimeToFirstChunk in attributes,
  )
  // One unknown makes the sum unknown.
  const total = (key: string) => {
    const values = answered.map((span) => span.attributes[key])
    return values.length && values.every((v) => typeof v === 'number') ? values.reduce((a, b) => a + b) : null
  }
  const startMs = byStart[0]?.startMs ?? 0
  return {
    traceId: root?.traceId ?? '',
    name: (named ?? root)?.name ?? '',
    services: [...new Set(byStart.map((span) => span.service))],
    startMs,
    durationMs: spans.reduce((end, span) => Math.max(end, span.startMs + span.durationMs), 0) - startMs,
    spans: spans.length,
    errors: spans.filter((span) => span.status.code === 'ERROR').length,
    isTurn: turn !== undefined || calls.length > 0,
    outcome: text(turn?.attributes[attribute.outcome]),
    model: model(answered.at(-1)) ?? model(turn) ?? model(calls[0]),
    inputTokens: total(attribute.usageInputTokens),
    outputTokens: total(attribute.usageOutputTokens),
    costUsd: total(attribute.cost),
  }
}
