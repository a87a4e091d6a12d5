import { errorType } from '@repo/telemetry/catalogue'
import { APIConnectionError, APIError } from 'openai'

/** Why a model call failed: a low-cardinality type for telemetry, and whether another attempt may help. */
export class ProviderError extends Error {
  readonly type: string
  readonly retryable: boolean
  /** What the provider asked for, in milliseconds. */
  readonly retryAfterMs: number | null

  constructor(type: string, { retryable = false, retryAfterMs = null as number | null } = {}) {
    super(`The model call failed: ${type}`)
    this.type = type
    this.retryable = retryable
    this.retryAfterMs = retryAfterMs
  }
}

const RETRYABLE_STATUS = new Set([408, 409, 429])
/** The longest `retry-after` that we wait for; a person is watching. */
const MAX_RETRY_AFTER_MS = 20_000

/** Turns whatever the `openai` client or the socket throws into a ProviderError. */
export function toProviderError(error: unknown): ProviderError {
  if (error instanceof ProviderError) return error
  if (error instanceof APIConnectionError) return new ProviderError(errorType.connection, { retryable: true })
  if (error instanceof APIError) {
    // Without a status it came inside the stream, where a retry would repeat what was already said.
    if (error.status === undefined) return new ProviderError(errorType.stream)
    const retryAfterMs = retryAfter(error.headers)
    const retryable =
      (RETRYABLE_STATUS.has(error.status) || error.status >= 500) && (retryAfterMs ?? 0) <= MAX_RETRY_AFTER_MS
    return new ProviderError(String(error.status), { retryable, retryAfterMs })
  }
  // The client does not wrap a socket that breaks in mid-stream: `TypeError: terminated`, cause UND_ERR_SOCKET.
  if (error instanceof TypeError) return new ProviderError(errorType.connection, { retryable: true })
  return new ProviderError(errorType.other)
}

/** `retry-after-ms`, else `retry-after` in seconds or as a date; in milliseconds. */
function retryAfter(headers: Headers | undefined): number | null {
  const ms = Number.parseFloat(headers?.get('retry-after-ms') ?? '')
  if (ms >= 0) return ms
  const value = headers?.get('retry-after')
  if (!value) return null
  const seconds = Number(value)
  const wait = Number.isNaN(seconds) ? Date.parse(value) - Date.now() : seconds * 1000
  return wait >= 0 ? wait : null
}
