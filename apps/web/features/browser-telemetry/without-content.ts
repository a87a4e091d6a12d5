import type {
  APIEvent,
  BeforeSendHook,
  EventEvent,
  ExceptionEvent,
  MeasurementEvent,
  TraceEvent,
} from '@grafana/faro-web-sdk'

/**
 * What a web vital may say beside its numbers. Not the selector of the element that it is about: headings and code of an
 * answer become ids and class names.
 */
const WEB_VITAL = ['id', 'rating', 'navigation_type', 'load_state', 'interaction_type']

/** The addresses in a request's span. */
const ADDRESSES = ['url.full', 'http.url']

/**
 * Lets pass what is known to be free of what people and models write, and nothing else. Messages of errors are not:
 * parsers quote what they parse, React quotes the page. Neither are the queries of addresses.
 *
 * @param attributes keys that our own measurements may carry
 */
export function withoutContent(attributes: string[]): BeforeSendHook {
  const keys = new Set([...WEB_VITAL, ...attributes])
  return ({ type, payload, meta }) => {
    const allowed = allowedPart(type, payload, keys)
    const page = meta.page?.url ? { page: { ...meta.page, url: withoutQuery(meta.page.url) } } : {}
    return allowed && { type, payload: allowed, meta: { ...meta, ...page } }
  }
}

function allowedPart(type: string, payload: APIEvent, keys: Set<string>): APIEvent | null {
  if (type === 'exception') return exception(payload as ExceptionEvent)
  if (type === 'measurement') return measurement(payload as MeasurementEvent, keys)
  if (type === 'trace') return trace(payload as TraceEvent)
  if (type === 'event') return event(payload as EventEvent)
  return null
}

function exception({ timestamp, type, value, stacktrace, trace, fatal }: ExceptionEvent): ExceptionEvent {
  // Of our own scripts: a line of the message can look like a frame, and extensions are not ours to report.
  const frames = stacktrace?.frames.filter(({ filename }) => filename.startsWith(`${location.origin}/_next/`))
  return {
    timestamp,
    type: /^\w{1,60}$/.test(type) ? type : 'Error',
    // The number says which error it is; what follows it is text of the page.
    value: value.match(/^Minified React error #\d+/)?.[0] ?? '',
    ...(trace && { trace }),
    ...(fatal !== undefined && { fatal }),
    ...(frames?.length && { stacktrace: { frames } }),
  }
}

function measurement({ timestamp, type, values, trace, context }: MeasurementEvent, keys: Set<string>) {
  const allowed = Object.entries(context ?? {}).filter(([key]) => keys.has(key))
  return { timestamp, type, values, ...(trace && { trace }), context: Object.fromEntries(allowed) }
}

/** Begin and end of sessions. Not the events with which Faro repeats each span: the spans themselves are sent. */
function event({ name, timestamp }: EventEvent): EventEvent | null {
  return name.startsWith('session_') ? { name, timestamp } : null
}

function trace({ resourceSpans = [] }: TraceEvent): TraceEvent {
  return {
    resourceSpans: resourceSpans.map((resource) => ({
      ...resource,
      scopeSpans: resource.scopeSpans.map((scope) => ({
        ...scope,
        spans: (scope.spans ?? []).map((span) => ({
          ...span,
          attributes: span.attributes.map(({ key, value }) =>
            ADDRESSES.includes(key)
              ? { key, value: { stringValue: withoutQuery(value.stringValue ?? '') } }
              : { key, value },
          ),
        })),
      })),
    })),
  }
}

function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '')
}
