import { pipeline, type Readable } from 'node:stream'
import { createBrotliDecompress, createUnzip } from 'node:zlib'
import { Agent, EnvHttpProxyAgent, request } from 'undici'
import { refusedWith } from './provider-error.ts'

/** Of a refusal. */
const LONGEST_BODY_BYTES = 64 * 1024

/** What undici gives up after, in milliseconds; 0: never. */
export interface Timeouts {
  readonly headersTimeout: number
  readonly bodyTimeout: number
}

/** By `content-encoding`: none is asked for, and some proxies do it all the same. */
const unpacked: Record<string, (() => NodeJS.ReadWriteStream & Readable) | undefined> = {
  ...{ gzip: createUnzip, 'x-gzip': createUnzip, deflate: createUnzip, br: createBrotliDecompress },
}

/**
 * Asks one URL of a provider, without limits of time but ours (undici ends a request after 300 s without headers, and a
 * body after 300 s of silence; a model can think for longer), through the proxy that NODE_USE_ENV_PROXY allows. Not by
 * `fetch`, whose web streams cost more than the rest of a short answer's request. A redirect is not followed: the key, and
 * what people wrote, are for the address that was configured.
 *
 * @throws {ProviderError} for every status but 2xx
 */
export function providerPost(
  url: string,
  headers: Readonly<Record<string, string>>,
  timeouts: Timeouts = { headersTimeout: 0, bodyTimeout: 0 },
): (body: string, signal?: AbortSignal) => Promise<Readable> {
  const proxied = process.env.NODE_USE_ENV_PROXY === '1' || process.execArgv.includes('--use-env-proxy')
  const dispatcher = proxied ? new EnvHttpProxyAgent(timeouts) : new Agent(timeouts)
  return async (sent, signal) => {
    const response = await request(url, { method: 'POST', headers, body: sent, dispatcher, signal: signal ?? null })
    const { statusCode, headers: answered } = response
    const unpack = unpacked[String(answered['content-encoding']).toLowerCase()]
    const body = unpack ? pipeline(response.body, unpack(), () => {}) : response.body
    body.on('error', () => {}) // whoever reads it is told
    if (statusCode >= 200 && statusCode < 300) return body
    throw refusedWith(statusCode, answered, await beginningOf(body))
  }
}

async function beginningOf(body: Readable): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  try {
    for await (const bytes of body) {
      text += decoder.decode(bytes, { stream: true })
      if (text.length >= LONGEST_BODY_BYTES) break
    }
  } catch {
    // A body that breaks off says what it said.
  }
  return text.slice(0, LONGEST_BODY_BYTES)
}
