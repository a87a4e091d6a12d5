import { APIConnectionError, APIError } from 'openai'
import { describe, expect, it } from 'vitest'
import { toProviderError } from './provider-error.ts'

const http = (status: number, headers: Record<string, string> = {}) =>
  toProviderError(
    APIError.generate(status, { error: { message: 'the prompt was: secret' } }, undefined, new Headers(headers)),
  )

describe('what is retried', () => {
  it.each([408, 409, 429, 500, 502, 503, 529])('%d is', (status) =>
    expect(http(status)).toMatchObject({ type: String(status), retryable: true }),
  )
  it.each([400, 401, 403, 404, 422])('%d is not', (status) =>
    expect(http(status)).toMatchObject({ type: String(status), retryable: false }),
  )
  it('a connection error is', () =>
    expect(toProviderError(new APIConnectionError({}))).toMatchObject({ type: 'connection_error', retryable: true }))
  it('an error inside the stream is not', () =>
    expect(toProviderError(new APIError(undefined, {}, 'overloaded', undefined))).toMatchObject({
      type: 'stream_error',
      retryable: false,
    }))
})

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

it('carries nothing that the provider wrote', () => expect(http(400).message).not.toContain('secret'))
