import { whoAsks } from '../features/login-proxy/settings.ts'

/**
 * What the API gets to see: a list, so that a new header of either side is a decision and not an accident. Trace context
 * is not copied: the instrumentation sends the current span's.
 */
export const WHO_ASKS = ['cookie']
WHO_ASKS.push(...whoAsks(process.env))
export const REQUEST_HEADERS = [...WHO_ASKS, 'accept', 'content-type', 'last-event-id', 'if-none-match']
const RESPONSE_HEADERS = [
  'content-type',
  'content-disposition',
  'cache-control',
  'content-security-policy',
  'etag',
  'location',
  'retry-after',
  'x-vercel-ai-ui-message-stream',
]

/**
 * Where a request to this origin goes, or null if that is not a path below `/api/` of the API. Dots, encoded ones too,
 * are resolved first: `/api/%2e%2e/docs` is not below `/api/`; nor is one that is only until somebody decodes its slashes.
 */
export function targetUrl(apiUrl: URL, { pathname, search }: Pick<URL, 'pathname' | 'search'>): URL | null {
  const base = apiUrl.pathname.replace(/\/$/, '')
  const target = new URL(apiUrl)
  target.pathname = base + pathname
  target.search = search
  const isBelow = target.pathname.startsWith(`${base}/api/`) && !/%(2f|5c|00)/i.test(target.pathname)
  return isBelow ? target : null
}

/**
 * What the browser gets to see. The length and encoding are left out, because `fetch` has already decoded the body;
 * answers that say nothing about caching are not to be cached.
 */
export function responseHeaders(upstream: Headers): Headers {
  const headers = pick(upstream, RESPONSE_HEADERS)
  for (const cookie of upstream.getSetCookie()) headers.append('set-cookie', cookie)
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store')
  return headers
}

/** Those of `from` that are named. */
export function pick(from: Headers, names: readonly string[]): Headers {
  return new Headers(
    names.flatMap((name): [string, string][] => {
      const value = from.get(name)
      return value === null ? [] : [[name, value]]
    }),
  )
}
