import { attribute, operation } from '@repo/telemetry/catalogue'
import type { CSSProperties } from 'react'
import type { Attributes, LogRecord, Span } from '../server/otlp.ts'
import type { TraceSummary } from '../server/trace-summary.ts'
import { clock, count, duration, money } from './format.ts'
import { useData } from './live.ts'
import { LogLines } from './logs.tsx'
import { useRoute } from './route.ts'
import { Fields } from './table.tsx'
import { Status } from './traces.tsx'

/** Depth first, by start. A span whose parent is not here stands at the top; each parent's children are shown once. */
function nested(spans: readonly Span[]) {
  const ids = new Set(spans.map((span) => span.spanId))
  const sorted = spans.toSorted((a, b) => a.startMs - b.startMs || b.durationMs - a.durationMs)
  const children = Map.groupBy(sorted, ({ parentSpanId }) =>
    parentSpanId && ids.has(parentSpanId) ? parentSpanId : '',
  )
  const visit = (parent: string, depth: number): { span: Span; depth: number }[] => {
    const here = children.get(parent) ?? []
    children.delete(parent)
    return here.flatMap((span) => [{ span, depth }, ...visit(span.spanId, depth + 1)])
  }
  // Spans that are each other's parents have no top.
  return ['', ...children.keys()].flatMap((parent) => visit(parent, 0))
}

function Details({ span, sinceMs }: { span: Span; sinceMs: number }) {
  const after = (ms: number) => `+${duration(ms - sinceMs)}`
  const { service, kind, status, attributes, events, links, resource, scope, spanId } = span
  const section = (title: string, fields: Attributes, n = 0) => (
    <section key={`${title} ${n}`}>
      <h3>{title}</h3>
      {Object.keys(fields).length ? <Fields fields={fields} /> : <p>None.</p>}
    </section>
  )
  const times = { start: after(span.startMs), duration: duration(span.durationMs) }
  return (
    <aside className="card" aria-label="Selected span">
      <h2>{span.name}</h2>
      <Fields fields={{ service, kind, status: status.message || status.code, ...times }} />
      {section('Attributes', attributes)}
      {events.map((event, n) => section(`Event ${event.name} at ${after(event.timeMs)}`, event.attributes, n))}
      {links.map((link, n) => section(`Link to ${link.traceId}`, { span: link.spanId, ...link.attributes }, n))}
      {section('Resource', { 'span id': spanId, scope, ...resource })}
    </aside>
  )
}

export function Trace({ traceId }: { traceId: string }) {
  const { get, set } = useRoute()
  const data = useData<{ summary: TraceSummary | null; spans: Span[]; logs: LogRecord[] }>(`/api/traces/${traceId}`)
  if (!data) return null
  const { summary, spans, logs } = data
  const rows = nested(spans)
  const doing = (span: Span) => span.attributes[attribute.operationName]
  const chosen = spans.find(({ spanId }) => spanId === get('span'))
  const selected = chosen ?? spans.find((span) => doing(span) === operation.chat) ?? rows[0]?.span
  const color = (span: Span) => `var(--s${(summary?.services.indexOf(span.service) ?? 0) % 6})`
  const share = (ms: number) => `${(100 * ms) / (summary?.durationMs || 1)}%`
  const facts = ({ isTurn, model, inputTokens, outputTokens, costUsd, startMs, durationMs }: TraceSummary) => ({
    started: clock(startMs),
    duration: duration(durationMs),
    ...(isTurn && {
      model: model ?? 'unknown',
      tokens: `${count(inputTokens)} in, ${count(outputTokens)} out`,
      cost: money(costUsd),
    }),
  })
  return (
    <>
      <header className="page">
        <h1>
          {summary?.name ?? 'Trace'} {summary && <Status trace={summary} />}
        </h1>
        <p className="id">{traceId}</p>
      </header>
      {summary && <Fields fields={facts(summary)} />}
      <div className="trace">
        {!summary && (
          <p className="notice" role="status">
            This trace has not arrived. Services send spans every few seconds: they show here by themselves. Traces from
            before the viewer's start, and the oldest when memory is full, do not come back.
          </p>
        )}
        {summary && (
          <ol className="card waterfall" aria-label="Spans">
            {rows.map(({ span, depth }, n) => (
              <li
                key={`${span.spanId} ${n}`}
                className={doing(span) ? 'heavy' : ''}
                style={{ '--service': color(span) } as CSSProperties}
              >
                <button type="button" aria-current={span === selected} onClick={() => set('span', span.spanId)}>
                  <span className="name" style={{ paddingInlineStart: Math.min(depth, 12) * 12 }}>
                    {span.name} {span.status.code === 'ERROR' && <em>error</em>}
                  </span>
                  <span className="service">{span.service}</span>
                  <span className="track">
                    <i style={{ left: share(span.startMs - summary.startMs), width: share(span.durationMs) }} />
                  </span>
                  <span className="time">{duration(span.durationMs)}</span>
                </button>
              </li>
            ))}
          </ol>
        )}
        {summary && selected && <Details span={selected} sinceMs={summary.startMs} />}
        {logs.length > 0 && (
          <section>
            <h2>Logs of this trace</h2>
            <LogLines logs={logs} linked={false} />
          </section>
        )}
      </div>
    </>
  )
}
