import type { Span } from '@opentelemetry/sdk-trace-base'

/** In place of a query string, which can hold what people typed. */
const REDACTED = 'REDACTED'

/** Where Next and the fetch instrumentation write the address of a request. */
const ADDRESSES = ['http.target', 'http.url', 'url.full']

/** Takes the query string out of a span that has just been started; the path stays. */
export function redactQuery(span: Span): void {
  const { attributes } = span
  for (const key of ADDRESSES) {
    const [path, query] = String(attributes[key] ?? '').split('?', 2)
    if (query) span.setAttribute(key, `${path}?${REDACTED}`)
  }
  if (attributes['url.query']) span.setAttribute('url.query', REDACTED)
}
