/** Decodes OTLP/HTTP JSON into flat records. Wire format: opentelemetry-proto `docs/specification.md`, "JSON Protobuf". */

export type Value = string | number | boolean | null | Value[] | { [key: string]: Value }
export type Attributes = Record<string, Value>
// biome-ignore lint/suspicious/noExplicitAny: the wire is untyped; every field that is kept is converted or checked.
type Wire = any

const kinds = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const
const statusCodes = ['UNSET', 'OK', 'ERROR'] as const
export const severities = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const

const nanos = (value: Wire) => BigInt(value ?? 0)
// Epoch nanoseconds do not fit a double; microseconds do.
const toMs = (value: Wire) => Number(nanos(value) / 1000n) / 1000

const number = (value: Wire): number => {
  const result = Number(value)
  if (Number.isNaN(result) && value !== 'NaN') throw new TypeError(`${JSON.stringify(value)} is not a number`)
  return result
}
const numbers = (list: Wire): number[] => Array.from(list ?? [], (value) => number(value))

const id = (value: Wire, digits: number): string => {
  if (typeof value === 'string' && value.length === digits && /^[0-9a-f]+$/i.test(value)) return value.toLowerCase()
  throw new TypeError(`${JSON.stringify(value)} is not an id of ${digits} hex digits`)
}
const optionalId = (value: Wire, digits: number) => (value ? id(value, digits) : null)

const toValue = (value: Wire): Value => {
  if (value?.stringValue !== undefined) return String(value.stringValue)
  if (value?.boolValue !== undefined) return Boolean(value.boolValue)
  if (value?.doubleValue !== undefined) return number(value.doubleValue)
  if (value?.arrayValue !== undefined) return Array.from(value.arrayValue.values ?? [], toValue)
  if (value?.kvlistValue !== undefined) return toAttributes(value.kvlistValue.values)
  if (value?.bytesValue !== undefined) return String(value.bytesValue)
  if (value?.intValue === undefined) return null
  return Number.isSafeInteger(number(value.intValue)) ? number(value.intValue) : String(value.intValue)
}

const toAttributes = (list: Wire): Attributes =>
  Object.fromEntries(Array.from(list ?? [], (entry: Wire) => [String(entry.key), toValue(entry.value)]))

/** Walks resource, scope and item, the shape that the three signals share. */
function decode<T>(body: Wire, keys: [string, string, string], toRecord: (item: Wire, origin: Origin) => T): T[] {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new TypeError('the body is not an object')
  const records: T[] = []
  for (const group of body[keys[0]] ?? []) {
    const resource = toAttributes(group.resource?.attributes)
    const service = String(resource['service.name'] ?? 'unknown_service')
    for (const scoped of group[keys[1]] ?? [])
      for (const item of scoped[keys[2]] ?? [])
        records.push(toRecord(item, { service, resource, scope: String(scoped.scope?.name ?? '') }))
  }
  return records
}
type Origin = { readonly service: string; readonly resource: Attributes; readonly scope: string }

const toSpan = (item: Wire, origin: Origin) => ({
  ...origin,
  traceId: id(item.traceId, 32),
  spanId: id(item.spanId, 16),
  parentSpanId: optionalId(item.parentSpanId, 16),
  name: String(item.name ?? ''),
  kind: kinds[item.kind] ?? ('UNSPECIFIED' as const),
  /** Since the epoch, microseconds kept. */
  startMs: toMs(item.startTimeUnixNano),
  durationMs: Number(nanos(item.endTimeUnixNano) - nanos(item.startTimeUnixNano)) / 1e6,
  status: { code: statusCodes[item.status?.code] ?? ('UNSET' as const), message: String(item.status?.message ?? '') },
  attributes: toAttributes(item.attributes),
  events: Array.from(item.events ?? [], (event: Wire) => ({
    name: String(event.name ?? ''),
    timeMs: toMs(event.timeUnixNano),
    attributes: toAttributes(event.attributes),
  })),
  links: Array.from(item.links ?? [], (link: Wire) => ({
    traceId: id(link.traceId, 32),
    spanId: id(link.spanId, 16),
    attributes: toAttributes(link.attributes),
  })),
})

const toLog = (item: Wire, origin: Origin) => {
  const text = toValue(item.body)
  const attributes = toAttributes(item.attributes)
  return {
    ...origin,
    timeMs: toMs(Number(item.timeUnixNano ?? 0) ? item.timeUnixNano : item.observedTimeUnixNano),
    // Four numbers a level, from 1.
    severity: severities[Math.floor((number(item.severityNumber ?? 0) - 1) / 4)] ?? ('UNSPECIFIED' as const),
    body: typeof text === 'string' ? text : text === null ? '' : JSON.stringify(text),
    eventName: String(item.eventName || attributes['event.name'] || '') || null,
    attributes,
    traceId: optionalId(item.traceId, 32),
    spanId: optionalId(item.spanId, 16),
  }
}

const noRecordedValue = 1
const delta = 1

const toPoints = (item: Wire, origin: Origin) => {
  const histogram = item.histogram ?? item.exponentialHistogram
  const data = item.sum ?? item.gauge ?? histogram
  if (data?.aggregationTemporality === delta)
    throw new TypeError('delta temporality; leave OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE unset')
  const recorded = Array.from(data?.dataPoints ?? []).filter((point: Wire) => !((point.flags ?? 0) & noRecordedValue))
  return recorded.map((point: Wire) => ({
    ...origin,
    name: String(item.name),
    description: String(item.description ?? ''),
    unit: String(item.unit ?? ''),
    kind: item.sum ? ('sum' as const) : item.gauge ? ('gauge' as const) : ('histogram' as const),
    isMonotonic: item.sum ? item.sum.isMonotonic === true : Boolean(histogram),
    attributes: toAttributes(point.attributes),
    /** 0 where the sender does not say. */
    startMs: toMs(point.startTimeUnixNano),
    timeMs: toMs(point.timeUnixNano),
    /** Of sums and gauges. */
    value: histogram ? undefined : number(point.asInt ?? point.asDouble ?? 0),
    /** Of histograms, as all below; exponential ones come without bounds and buckets. */
    count: histogram ? number(point.count ?? 0) : undefined,
    sum: point.sum === undefined ? undefined : number(point.sum),
    bounds: item.histogram ? numbers(point.explicitBounds) : undefined,
    bucketCounts: item.histogram ? numbers(point.bucketCounts) : undefined,
  }))
}

export type Span = ReturnType<typeof toSpan>
export type LogRecord = ReturnType<typeof toLog>
export type MetricPoint = ReturnType<typeof toPoints>[number]

/** @throws if the body is not an ExportTraceServiceRequest. */
export const decodeSpans = (body: unknown): Span[] => decode(body, ['resourceSpans', 'scopeSpans', 'spans'], toSpan)
/** @throws if the body is not an ExportLogsServiceRequest. */
export const decodeLogs = (body: unknown): LogRecord[] =>
  decode(body, ['resourceLogs', 'scopeLogs', 'logRecords'], toLog)
/** @throws if the body is not an ExportMetricsServiceRequest, or not cumulative. */
export const decodeMetrics = (body: unknown): MetricPoint[] =>
  decode(body, ['resourceMetrics', 'scopeMetrics', 'metrics'], toPoints).flat()
