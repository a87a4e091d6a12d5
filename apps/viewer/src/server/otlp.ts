/** Decodes OTLP/HTTP JSON into flat records. Wire format: opentelemetry-proto `docs/specification.md`, "JSON Protobuf". */

export type Value = string | number | boolean | null | Value[] | { [key: string]: Value }
export type Attributes = Record<string, Value>

interface Origin {
  readonly service: string
  readonly resource: Attributes
  readonly scope: string
}

const kinds = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const
const statusCodes = ['UNSET', 'OK', 'ERROR'] as const
const severities = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const

export interface Span extends Origin {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | null
  readonly name: string
  readonly kind: (typeof kinds)[number]
  /** Milliseconds since the epoch, microseconds kept. */
  readonly startMs: number
  readonly durationMs: number
  readonly status: { readonly code: (typeof statusCodes)[number]; readonly message: string }
  readonly attributes: Attributes
  readonly events: readonly { readonly name: string; readonly timeMs: number; readonly attributes: Attributes }[]
  readonly links: readonly { readonly traceId: string; readonly spanId: string; readonly attributes: Attributes }[]
}

export interface LogRecord extends Origin {
  readonly timeMs: number
  readonly severity: (typeof severities)[number] | 'UNSPECIFIED'
  readonly body: string
  readonly eventName: string | null
  readonly attributes: Attributes
  readonly traceId: string | null
  readonly spanId: string | null
}

export interface MetricPoint extends Origin {
  readonly name: string
  readonly description: string
  readonly unit: string
  readonly kind: 'sum' | 'gauge' | 'histogram'
  readonly isMonotonic: boolean
  readonly isDelta: boolean
  readonly attributes: Attributes
  /** 0 where the sender does not say. */
  readonly startMs: number
  readonly timeMs: number
  /** Of sums and gauges. */
  readonly value?: number
  /** Of histograms; exponential ones come without bounds and buckets. */
  readonly count?: number
  readonly sum?: number
  readonly bounds?: readonly number[]
  readonly bucketCounts?: readonly number[]
}

// biome-ignore lint/suspicious/noExplicitAny: the wire is untyped; every field that is kept is converted or checked below.
type Wire = any

const nanos = (value: Wire): bigint => BigInt(value ?? 0)
// Epoch nanoseconds do not fit a double; microseconds do.
const toMs = (value: Wire) => Number(nanos(value) / 1000n) / 1000

const number = (value: Wire): number => {
  const result = Number(value)
  if (Number.isNaN(result) && value !== 'NaN') throw new TypeError(`${JSON.stringify(value)} is not a number`)
  return result
}

const id = (value: Wire, digits: number): string => {
  if (typeof value !== 'string' || value.length !== digits || !/^[0-9a-f]+$/i.test(value))
    throw new TypeError(`${JSON.stringify(value)} is not an id of ${digits} hex digits`)
  return value.toLowerCase()
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
  const int = number(value.intValue)
  return Number.isSafeInteger(int) ? int : String(value.intValue)
}

const toAttributes = (list: Wire): Attributes =>
  Object.fromEntries(Array.from(list ?? [], (entry: Wire) => [String(entry.key), toValue(entry.value)]))

/** Walks resource -> scope -> item, the shape that the three signals share. */
function* items(body: Wire, outer: string, middle: string, inner: string): Generator<{ item: Wire; origin: Origin }> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new TypeError('the body is not an object')
  for (const group of body[outer] ?? []) {
    const resource = toAttributes(group.resource?.attributes)
    const service = String(resource['service.name'] ?? 'unknown_service')
    for (const scoped of group[middle] ?? [])
      for (const item of scoped[inner] ?? [])
        yield { item, origin: { service, resource, scope: String(scoped.scope?.name ?? '') } }
  }
}

/** @throws if the body is not an ExportTraceServiceRequest. */
export const decodeSpans = (body: unknown): Span[] =>
  Array.from(items(body, 'resourceSpans', 'scopeSpans', 'spans'), ({ item, origin }) => ({
    ...origin,
    traceId: id(item.traceId, 32),
    spanId: id(item.spanId, 16),
    parentSpanId: optionalId(item.parentSpanId, 16),
    name: String(item.name ?? ''),
    kind: kinds[item.kind] ?? 'UNSPECIFIED',
    startMs: toMs(item.startTimeUnixNano),
    durationMs: Number(nanos(item.endTimeUnixNano) - nanos(item.startTimeUnixNano)) / 1e6,
    status: { code: statusCodes[item.status?.code] ?? 'UNSET', message: String(item.status?.message ?? '') },
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
  }))

/** @throws if the body is not an ExportLogsServiceRequest. */
export const decodeLogs = (body: unknown): LogRecord[] =>
  Array.from(items(body, 'resourceLogs', 'scopeLogs', 'logRecords'), ({ item, origin }) => {
    const text = toValue(item.body)
    const attributes = toAttributes(item.attributes)
    const eventName = item.eventName || attributes['event.name']
    return {
      ...origin,
      timeMs: toMs(Number(item.timeUnixNano ?? 0) ? item.timeUnixNano : item.observedTimeUnixNano),
      // Four numbers a level, from 1.
      severity: severities[Math.floor((number(item.severityNumber ?? 0) - 1) / 4)] ?? 'UNSPECIFIED',
      body: typeof text === 'string' ? text : text === null ? '' : JSON.stringify(text),
      eventName: eventName ? String(eventName) : null,
      attributes,
      traceId: optionalId(item.traceId, 32),
      spanId: optionalId(item.spanId, 16),
    }
  })

const noRecordedValue = 1

/** @throws if the body is not an ExportMetricsServiceRequest. */
export function decodeMetrics(body: unknown): MetricPoint[] {
  const points: MetricPoint[] = []
  for (const { item, origin } of items(body, 'resourceMetrics', 'scopeMetrics', 'metrics')) {
    const histogram = item.histogram ?? item.exponentialHistogram
    const data = item.sum ?? item.gauge ?? histogram
    for (const point of data?.dataPoints ?? []) {
      if ((point.flags ?? 0) & noRecordedValue) continue
      points.push({
        ...origin,
        name: String(item.name),
        description: String(item.description ?? ''),
        unit: String(item.unit ?? ''),
        kind: item.sum ? 'sum' : item.gauge ? 'gauge' : 'histogram',
        isMonotonic: item.sum ? item.sum.isMonotonic === true : Boolean(histogram),
        isDelta: data.aggregationTemporality === 1,
        attributes: toAttributes(point.attributes),
        startMs: toMs(point.startTimeUnixNano),
        timeMs: toMs(point.timeUnixNano),
        ...(histogram
          ? { count: number(point.count ?? 0), ...(point.sum !== undefined && { sum: number(point.sum) }) }
          : { value: number(point.asInt ?? point.asDouble ?? 0) }),
        ...(item.histogram && {
          bounds: Array.from(point.explicitBounds ?? [], number),
          bucketCounts: Array.from(point.bucketCounts ?? [], number),
        }),
      })
    }
  }
  return points
}
