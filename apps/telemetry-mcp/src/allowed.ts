import { attribute, event, operation, spanName } from '@repo/telemetry/catalogue'
import { labelName } from '@repo/telemetry/series-name'
import type { Attributes, Line, Span } from './backend.ts'

/**
 * Everything that may leave: what is not named here is never said, whatever a service sends. None of these holds what
 * people, models, tools or providers wrote, with `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true` either.
 */
const HTTP = { method: 'http.request.method', route: 'http.route', status: 'http.response.status_code' } as const
const DB = { system: 'db.system.name', operation: 'db.operation.name' } as const
const NEXT = 'next.span_type'
const allowed: readonly string[] = [
  ...[attribute.operationName, attribute.providerName, attribute.requestModel, attribute.turnModel],
  ...[attribute.outcome, attribute.errorType, attribute.incompleteReason, attribute.responseTimeToFirstChunk],
  ...[attribute.usageInputTokens, attribute.usageOutputTokens, attribute.usageCacheReadInputTokens],
  ...[attribute.usageReasoningOutputTokens, attribute.usageImageInputTokens],
  ...[attribute.cost, attribute.costSource, attribute.retryCount, attribute.adaptationCount],
  ...[attribute.toolName, attribute.toolType, attribute.approvalDecision, attribute.mcpMethod, attribute.mcpServer],
  ...[attribute.evaluationName, attribute.evaluationScoreValue, attribute.evaluationScoreLabel],
  ...[attribute.rejectionReason, attribute.exceptionType, attribute.serverAddress],
  ...[...Object.values(HTTP), ...Object.values(DB), NEXT],
]

/** None of them is longer. */
const MAX_CHARS = 100
const events: ReadonlySet<string> = new Set(Object.values(event))
const fixedNames: ReadonlySet<string> = new Set([spanName.turn, spanName.traffic])

/** Sentences of ours, as far as they hold no more than numbers, our own words and ids. */
const sentences: readonly RegExp[] = [
  /^turn [a-z]+ in \d+ ms$/,
  /^(GET|POST|PUT|PATCH|DELETE) \/api\/(chat|conversations|messages|models|usage|attachments)(\/[\da-f-]{36})?(\/(stream|stop|feedback|approvals|restore|export))?(\/[\da-f-]{36})? \d{3}$/,
  /^the model provider refused: [a-z\d_]{1,40}$/i,
  /^the visitor rated the answer: (up|down)$/,
  /^(request failed|API not reachable|the turn failed unexpectedly|the answer so far could not be stored)$/,
]

/** The attributes that may be said, by their names with dots. */
export function allowedAttributes(attributes: Attributes): Record<string, string | number | boolean> {
  const said: Record<string, string | number | boolean> = {}
  for (const key of allowed) {
    const value = attributes[key] ?? attributes[labelName(key)]
    if (typeof value === 'boolean') said[key] = value
    if (typeof value === 'number' || /^\d+\.\d+$/.test(String(value))) said[key] = short(Number(value))
    else if (typeof value === 'string' && value !== '') said[key] = value.slice(0, MAX_CHARS)
  }
  return said
}

/** No more digits than mean something. */
const short = (value: number) => (Number.isInteger(value) ? value : Number(value.toPrecision(4)))

/** As a number, also where a store has it as text; null where it is not known. */
export function numberOf(attributes: Attributes, key: string): number | null {
  const value = attributes[key]
  const number = typeof value === 'string' && value !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : null
}

/**
 * What a span does, made of what may be said: a span's own name can be anything. Of one that nothing is known of, whose
 * it is.
 */
export function labelOf({ name, scope, attributes }: Pick<Span, 'name' | 'scope' | 'attributes'>): string {
  const said = allowedAttributes(attributes)
  const words = (...parts: unknown[]) => parts.filter((part) => part !== undefined).join(' ')
  if (fixedNames.has(name)) return name
  if (said[attribute.operationName] === operation.chat)
    return spanName.inference(String(said[attribute.requestModel] ?? ''))
  if (said[attribute.operationName] === operation.executeTool)
    return spanName.tool(String(said[attribute.toolName] ?? ''))
  if (said[attribute.mcpMethod]) return words(said[attribute.mcpMethod], said[attribute.toolName])
  if (said[HTTP.method]) return words(said[HTTP.method], said[HTTP.route] ?? said[attribute.serverAddress])
  if (said[DB.system]) return words(said[DB.system], said[DB.operation])
  if (said[NEXT]) return String(said[NEXT])
  return `(${scope.slice(0, MAX_CHARS) || 'unnamed'})`
}

/** Names of events that are in the catalogue. */
export function allowedEvents(list: readonly { readonly name: string }[]): string[] {
  return list.flatMap(({ name }) => (events.has(name) ? [name] : []))
}

/** A line without what could be content; its text only where it is one of the sentences that are known to hold none. */
export function allowedLine({ timeMs, service, level, text, attributes }: Line) {
  const name = String(attributes[attribute.eventName] ?? attributes[labelName(attribute.eventName)] ?? '')
  return {
    time: new Date(timeMs).toISOString(),
    service,
    level,
    ...(events.has(name) && { event: name }),
    text: sentences.some((sentence) => sentence.test(text))
      ? text
      : '(withheld: not one of the sentences that hold no content)',
    ...allowedAttributes(attributes),
  }
}
