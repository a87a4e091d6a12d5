/** OTLP/HTTP JSON as the JavaScript SDK sends it, for tests. */
type Wire = Record<string, unknown>

const wireValue = (value: unknown) =>
  typeof value === 'number'
    ? Number.isInteger(value)
      ? { intValue: value }
      : { doubleValue: value }
    : typeof value === 'boolean'
      ? { boolValue: value }
      : { stringValue: value }

export const wireAttributes = (attributes: Wire = {}) =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: wireValue(value) }))

const resource = (service: string) => ({ attributes: wireAttributes({ 'service.name': service }) })

/** Nanoseconds as the text that the wire has. */
export const nano = (ms: number) => `${Math.round(ms * 1000)}000`

export const traceId = (n: number) => n.toString(16).padStart(32, '0')
export const spanId = (n: number) => n.toString(16).padStart(16, '0')

export const wireSpan = (fields: Wire = {}) => ({
  traceId: traceId(1),
  spanId: spanId(1),
  name: 'GET /',
  kind: 2,
  startTimeUnixNano: nano(1_700_000_000_000),
  endTimeUnixNano: nano(1_700_000_000_250.5),
  attributes: [],
  events: [],
  links: [],
  status: { code: 0 },
  ...fields,
})

export const tracesBody = (service: string, ...spans: Wire[]) => ({
  resourceSpans: [{ resource: resource(service), scopeSpans: [{ scope: { name: 'test' }, spans }] }],
})

export const logsBody = (service: string, ...logRecords: Wire[]) => ({
  resourceLogs: [{ resource: resource(service), scopeLogs: [{ scope: { name: 'test' }, logRecords }] }],
})

export const metricsBody = (service: string, ...metrics: Wire[]) => ({
  resourceMetrics: [{ resource: resource(service), scopeMetrics: [{ scope: { name: 'test' }, metrics }] }],
})

export const counter = (name: string, ...dataPoints: Wire[]) => ({
  name,
  unit: '1',
  description: '',
  sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints },
})

export const histogram = (name: string, ...dataPoints: Wire[]) => ({
  name,
  unit: 's',
  description: '',
  histogram: { aggregationTemporality: 2, dataPoints },
})
