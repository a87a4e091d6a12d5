import { describe, expect, test } from 'vitest'
import { pick, REQUEST_HEADERS, responseHeaders, targetUrl } from './proxy-rules.ts'

const target = (path: string, api = 'http://api:8000') => {
  const [pathname = '', search = ''] = path.split(/(?=\?)/)
  return targetUrl(new URL(api), { pathname, search })?.href ?? null
}

describe('the target', () => {
  test('keeps path and query', () => {
    expect(target('/api/conversations?limit=5&cursor=a%2Fb')).toBe(
      'http://api:8000/api/conversations?limit=5&cursor=a%2Fb',
    )
  })

  test('may live below a path of its own', () => {
    expect(target('/api/models', 'http://gateway/chat/')).toBe('http://gateway/chat/api/models')
  })

  test.each([
    '/docs',
    '/api',
    '/api/../docs',
    '/api/%2e%2e/docs',
    '/api/x/../../openapi.json',
    '//evil.example/api/x',
    '/api/..%2fdocs',
    '/api/%5c..%5Cdocs',
    '/api/x%00',
  ])('%s is not passed on', (path) => expect(target(path)).toBeNull())

  test.each(['/api//evil.example/', '/api/@evil.example', '/api/http://evil.example'])(
    '%s stays with the API',
    (path) => {
      expect(new URL(target(path) ?? '').host).toBe('api:8000')
    },
  )
})

describe('headers', () => {
  test('a request passes on the cookie and what describes the body, nothing else', () => {
    const incoming = new Headers({
      accept: 'text/event-stream',
      'content-type': 'application/json',
      cookie: 'visitor=1',
      host: 'web:3000',
      connection: 'keep-alive',
      'accept-encoding': 'gzip',
      'content-length': '12',
      traceparent: '00-1-1-01',
      baggage: 'user=1',
      'x-forwarded-host': 'evil.example',
    })
    expect(Object.fromEntries(pick(incoming, REQUEST_HEADERS))).toEqual({
      accept: 'text/event-stream',
      'content-type': 'application/json',
      cookie: 'visitor=1',
    })
  })

  test('a response keeps every cookie, and the no-transform without which streams are buffered', () => {
    const upstream = new Headers({
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      'content-encoding': 'gzip',
      'content-length': '99',
      server: 'fastify',
    })
    upstream.append('set-cookie', 'a=1; Path=/')
    upstream.append('set-cookie', 'b=2; Path=/')
    const headers = responseHeaders(upstream)
    expect(headers.get('cache-control')).toBe('no-cache, no-transform')
    expect(headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2; Path=/'])
    expect([...headers.keys()].sort()).toEqual(['cache-control', 'content-type', 'set-cookie', 'set-cookie'])
  })

  test('an answer that says nothing about caching is not cached', () => {
    expect(responseHeaders(new Headers()).get('cache-control')).toBe('no-store')
  })
})
