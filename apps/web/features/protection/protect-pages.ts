import { randomBytes } from 'node:crypto'
import { type IncomingMessage, Server, type ServerResponse } from 'node:http'
import { fromElsewhere, isFromElsewhere } from '@repo/contract/same-origin'
import { problemHeaders, problemOf } from '../../server/problem-response.ts'

/** Nothing is loaded from elsewhere, sent elsewhere or framed; no inline script runs but those that Next wrote. */
const policy = (nonce: string) =>
  [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'${process.env.NODE_ENV === 'development' ? " 'unsafe-eval'" : ''}`,
    "style-src 'self' 'unsafe-inline'", // KaTeX and Shiki write style attributes
    "img-src 'self' data: blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')

const HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), browsing-topics=()',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // A link in an answer is not looked up before it is opened: the name itself could carry something away.
  'x-dns-prefetch-control': 'off',
}

/**
 * Refuses what a page of another origin would change, gives each response the headers above, and each request for a page its nonce. Next takes it out of the request's own header, where its `proxy.ts` would put
 * it; with such a file, Next counts every page twice (a SERVER span for it and one for the page), hence the server's event.
 */
export function protectPages(): void {
  const { emit } = Server.prototype
  Server.prototype.emit = function (this: Server, event: string, ...args: unknown[]) {
    if (event === 'request') {
      const [request, response] = args as [IncomingMessage, ServerResponse]
      for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value)
      if (isFromElsewhere(request.method ?? '', request.headers, process.env.PUBLIC_URL)) return refuse(response)
      // What the API sends has a policy of its own.
      if (!request.url?.startsWith('/api/')) {
        const value = policy(randomBytes(16).toString('base64'))
        request.headers['content-security-policy'] = value
        response.setHeader('content-security-policy', value)
      }
    }
    return Reflect.apply(emit, this, [event, ...args])
  }
}

/** The API would refuse it, too, but does not see where it comes from. */
function refuse(response: ServerResponse): true {
  const { status, name, detail } = fromElsewhere
  response.writeHead(status, problemHeaders).end(JSON.stringify(problemOf(status, name, 'Forbidden', detail)))
  return true
}
