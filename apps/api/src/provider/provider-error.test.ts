import { errorType } from '@repo/telemetry/catalogue'
import { describe, expect, it } from 'vitest'
import { refusedWith, toProviderError } from './provider-error.ts'

const http = (status: number, headers: Record<string, string> = {}, body: object | string = {}) =>
  refusedWith(status, headers, typeof body === 'string' ? body : JSON.stringify(body))

describe('what is retried', () => {
  it.each([408, 409, 429, 500, 502, 503, 529])('%d is', (status) =>
    expect(http(status)).toMatchObject({ type: String(status), retryable: true }),
  )
  it.each([400, 401, 403, 422])('%d is not', (status) =>
    expect(http(status)).toMatchObject({ type: String(status), retryable: false }),
  )
})

it.each<[string, Error, string, boolean]>([
  ['a connection that breaks', new TypeError('terminated'), errorType.connection, true],
  ['nobody there', fetchFailed('ECONNREFUSED'), errorType.connectionRefused, true],
  ['no such host', fetchFailed('ENOTFOUND'), errorType.hostNotFound, false],
  ['a name server that is away', fetchFailed('EAI_AGAIN'), errorType.hostNotFound, true],
  ['a certificate of its own', fetchFailed('DEPTH_ZERO_SELF_SIGNED_CERT'), errorType.tls, false],
  ['https where http is spoken', fetchFailed('ERR_SSL_WRONG_VERSION_NUMBER'), errorType.tls, false],
  ['a mistake of ours', new TypeError("Cannot read properties of undefined (reading 'x')"), errorType.other, false],
])('the type of %s', (_, error, type, retryable) => expect(toProviderError(error)).toMatchObject({ type, retryable }))

function fetchFailed(code: string) {
  return new TypeError('fetch failed', { cause: Object.assign(new Error('of the socket'), { code }) })
}

describe('retry-after', () => {
  it('in seconds', () => expect(http(429, { 'retry-after': '3' }).retryAfterMs).toBe(3000))
  it('in milliseconds wins', () =>
    expect(http(429, { 'retry-after': '3', 'retry-after-ms': '250' }).retryAfterMs).toBe(250))
  it('as a date', () => {
    const { retryAfterMs } = http(503, { 'retry-after': new Date(Date.now() + 5000).toUTCString() })
    expect(retryAfterMs).toBeGreaterThan(3000)
    expect(retryAfterMs).toBeLessThanOrEqual(5000)
  })
  it('longer than a person would wait means no retry', () =>
    expect(http(429, { 'retry-after': '60' }).retryable).toBe(false))
})
