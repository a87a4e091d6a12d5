import { attribute, operation } from '@repo/telemetry/catalogue'
import { allowedAttributes, allowedEvents, labelOf, numberOf } from './allowed.ts'
import type { Span } from './backend.ts'

/** Lines of a tree; more would not help a reader. */
const MAX_LINES = 60
const MAX_DEPTH = 14

const isDone = (what: string) => (span: Span) => span.attributes[attribute.operationName] === what
const seconds = (ms: number) => Math.round(ms) / 1000

/** A turn in one row. Null is unknown, never 0. @param spans of one trace, at least one */
export function rowOf(traceId: string, url: string, spans: readonly Span[]) {
  const startMs = Math.min(...spans.map((span) => span.startMs))
  const endMs = Math.max(...spans.map((span) => span.startMs + span.durationMs))
  const turn = spans.find(isDone(operation.invokeAgent))
  const calls = spans.filter(isDone(operation.chat)).sort((a, b) => a.startMs - b.startMs)
  const said = allowedAttributes(turn?.attributes ?? {})
  const first = calls.flatMap(({ attributes }) => numberOf(attributes, attribute.responseTimeToFirstChunk) ?? [])[0]
  // What nothing came back from was another's to answer, and costs nothing; one unknown makes the sum unknown.
  const answered = calls.filter(
    ({ failed, attributes }) => !failed || numberOf(attributes, attribute.responseTimeToFirstChunk) !== null,
  )
  const sum = (key: string) =>
    answered.reduce<number | null>(
      (all, { attributes }) => {
        const value = numberOf(attributes, key)
        return all === null || value === null ? null : all + value
      },
      answered.length > 0 ? 0 : null,
    )
  return {
    trace_id: traceId,
    url,
    started: new Date(startMs).toISOString(),
    seconds: seconds(turn?.durationMs ?? endMs - startMs),
    outcome: said[attribute.outcome] ?? null,
    error: said[attribute.errorType] ?? said[attribute.incompleteReason] ?? null,
    model: said[attribute.turnModel] ?? null,
    first_token_seconds: first === undefined ? null : Math.round(first * 1000) / 1000,
    input_tokens: sum(attribute.usageInputTokens),
    output_tokens: sum(attribute.usageOutputTokens),
    cost_usd: sum(attribute.cost),
    ...longest(spans, turn),
  }
}

/**
 * The span that has the most time of its own, without that of the spans below it. Of a turn, where there is one: what passes
 * its stream on lasts as long, and says nothing. A model call is one thing, with the request that it makes.
 */
function longest(spans: readonly Span[], turn: Span | undefined) {
  const below = Map.groupBy(spans, ({ parentSpanId }) => parentSpanId)
  // A set goes on with what is added to it meanwhile.
  const within = new Set(turn ? [turn] : spans)
  for (const span of within)
    if (!isDone(operation.chat)(span)) for (const child of below.get(span.spanId) ?? []) within.add(child)
  const own = Array.from(within, (span) => ({
    ...{
      span,
      ms:
        span.durationMs -
        covered(
          span,
          (below.get(span.spanId) ?? []).filter((child) => within.has(child)),
        ),
    },
  }))
  const top = own.toSorted((a, b) => b.ms - a.ms)[0]
  return { spans: spans.length, most_time_in: top ? `${labelOf(top.span)}: ${seconds(top.ms)} s` : null }
}

/** Milliseconds of a span during which one of those below it runs. */
function covered({ startMs, durationMs }: Span, children: readonly Span[]): number {
  let [total, until] = [0, startMs]
  for (const child of children.toSorted((a, b) => a.startMs - b.startMs)) {
    const end = Math.min(child.startMs + child.durationMs, startMs + durationMs)
    if (end <= until) continue
    total += end - Math.max(child.startMs, until)
    until = end
  }
  return total
}

/** A trace as lines: who does what, indented below who asked for it, with what there is to know. */
export function treeOf(spans: readonly Span[]): string[] {
  const ids = new Set(spans.map(({ spanId }) => spanId))
  const below = Map.groupBy(
    spans.toSorted((a, b) => a.startMs - b.startMs),
    ({ parentSpanId }) => (parentSpanId && ids.has(parentSpanId) ? parentSpanId : ''),
  )
  const startMs = Math.min(...spans.map((span) => span.startMs))
  const lines: string[] = []
  // Of ever more of the same beside each other, how many there are says enough.
  const put = (span: Span, alike: readonly Span[], depth: number) => {
    if (depth > MAX_DEPTH) return
    lines.push(`${'  '.repeat(depth)}${lineOf(span, alike, startMs)}`)
    if (alike.length === 1) under(span.spanId, depth + 1)
  }
  const under = (parent: string, depth: number) => {
    const children = below.get(parent) ?? []
    const groups = Map.groupBy(children, (span) =>
      below.has(span.spanId) ? span.spanId : `${span.service} ${labelOf(span)}`,
    )
    for (const group of groups.values()) {
      const [first] = group
      if (first && group.length > 3) put(first, group, depth)
      else for (const span of group) put(span, [span], depth)
    }
  }
  under('', 0)
  const more = lines.length - MAX_LINES
  return more > 0 ? [...lines.slice(0, MAX_LINES), `... and ${more} more lines`] : lines
}

function lineOf(span: Span, alike: readonly Span[], startMs: number): string {
  const { [attribute.operationName]: _, ...said } = allowedAttributes(span.attributes)
  const label = labelOf(span)
  const ms = alike.reduce((sum, { durationMs }) => sum + durationMs, 0)
  const rest = Object.entries(said).filter(([, value]) => !label.includes(String(value)))
  return [
    `${label} [${span.service}]`,
    ...(alike.length > 1 ? [`${alike.length} times`] : [`at ${seconds(span.startMs - startMs)} s`]),
    `${seconds(ms)} s`,
    ...(alike.some(({ failed }) => failed) ? ['FAILED'] : []),
    ...(alike.length > 1 ? [] : rest.map(([key, value]) => `${key}=${value}`)),
    ...allowedEvents(span.events).map((name) => `event ${name}`),
  ].join(' · ')
}
