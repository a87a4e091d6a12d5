import type { IncomingHttpHeaders } from 'node:http'
import { errorType } from '@repo/telemetry/catalogue'
import * as features from './features.ts'
import type { ProviderFeature, Refusal } from './provider-feature.ts'

const all = Object.values<ProviderFeature>(features)
export const refusals = all.find((one) => one.refusals)?.refusals

/** Why a model call failed: a low-cardinality type for telemetry, and whether another attempt may help. */
export class ProviderError extends Error {
  readonly type: string
  readonly retryable: boolean
  /** What the provider asked for, in milliseconds. */
  readonly retryAfterMs: number | null
  /** Not a property that a logger finds: its words may quote what was sent. */
  readonly #refusal: Refusal | null

  constructor(
    type: string,
    { retryable = false, retryAfterMs = null as number | null, refusal = null as Refusal | null } = {},
  ) {
    super(`The model call failed: ${type}`)
    this.type = type
    this.retryable = retryable
    this.retryAfterMs = retryAfterMs
    this.#refusal = refusal
  }

  get refusal(): Refusal | null {
    return this.#refusal
  }
}

/** Whether nobody is there: asking again at once is of no use, and another question would find nobody either. */
export function isAway({ type }: ProviderError): boolean {
  return AWAY.has(type)
}
const AWAY: ReadonlySet<string> = new Set([
  ...[errorType.connectionRefused, errorType.loopback, errorType.hostNotFound, errorType.tls],
])

const RETRYABLE_STATUS = new Set([408, 409, 429])
/** The longest `retry-after` that we wait for; a person is watching. */
const MAX_RETRY_AFTER_MS = 20_000

/** An answer with an error's status. */
export function refusedWith(status: number, headers: IncomingHttpHeaders, body: string): ProviderError {
  const refusal = refusals?.read(body) ?? null
  const retryAfterMs = retryAfter(headers)
  const kind = refusal && (refusals?.kindOf(refusal, status, retryAfterMs !== null) ?? null)
  const loading = kind === errorType.modelLoading
  const again = (RETRYABLE_STATUS.has(status) || status >= 500) && (retryAfterMs ?? 0) <= MAX_RETRY_AFTER_MS
  return new ProviderError(kind ?? String(status), { retryable: loading || (!kind && again), retryAfterMs, refusal })
}

/** Inside a stream, or in a body whose status says that all is well. */
export function refusedInStream(body: unknown): ProviderError {
  const refusal = refusals?.read(body) ?? null
  const status = refusal?.status ?? null
  const kind = refusal && (refusals?.kindOf(refusal, null, false) ?? null)
  // Of the rest, only these say more than that there was an error.
  const known = status === 401 || status === 403 || status === 429 ? String(status) : errorType.stream
  const final = status !== null && status < 500 && !RETRYABLE_STATUS.has(status)
  const retryable = kind === errorType.modelLoading || (!kind && !final)
  return new ProviderError(kind ?? known, { retryable, refusal })
}

/** Codes of Node, OpenSSL and undici, by what is wrong. */
const unreachable: readonly [type: string, code: RegExp][] = [
  [errorType.connectionRefused, /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN)$/],
  [errorType.hostNotFound, /^(ENOTFOUND|EAI_AGAIN|EAI_NODATA)$/],
  [errorType.tls, /^(ERR_SSL|ERR_TLS|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO$)/],
]

/** What `fetch`, its body, and the layers below them throw. */
const BROKEN = /^(fetch failed|terminated)$/
const BROKEN_CODE = /^(E[A-Z]{4,}$|EAI_|UND_|HPE_|Z_|ERR_SSL|ERR_TLS|CERT_|SELF_|DEPTH_|UNABLE_)/

/** Turns whatever the client or the socket throws into a ProviderError. */
export function toProviderError(error: unknown): ProviderError {
  let code = ''
  let isConnection = false
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ProviderError) return cause
    const own = 'code' in cause && typeof cause.code === 'string' && BROKEN_CODE.test(cause.code) ? cause.code : ''
    isConnection ||= own !== '' || BROKEN.test(cause.message)
    code = own || code
  }
  if (!isConnection) return new ProviderError(errorType.other)
  const known = unreachable.find(([, pattern]) => pattern.test(code))?.[0] ?? errorType.connection
  const [type = known] = all.flatMap((one) => one.unreachable?.(error) ?? [])
  const retryable = type !== errorType.tls && code !== 'ENOTFOUND'
  const refusal = code ? { code, type: null, param: null, message: '', status: null } : null
  return new ProviderError(type, { retryable, refusal })
}

/** `retry-after-ms`, else `retry-after` in seconds or as a date; in milliseconds. */
function retryAfter(headers: IncomingHttpHeaders): number | null {
  const ms = Number.parseFloat(String(headers['retry-after-ms']))
  if (ms >= 0) return ms
  const value = headers['retry-after']
  if (!value) return null
  const seconds = Number(value)
  const wait = Number.isNaN(seconds) ? Date.parse(value) - Date.now() : seconds * 1000
  return wait >= 0 ? wait : null
}
