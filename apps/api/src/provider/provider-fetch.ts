import { pipeline, type Readable, type Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { Agent, EnvHttpProxyAgent, interceptors, request } from 'undici'
import { refusedWith } from './provider-error.ts'

/** Of a refusal. */
const LONGEST_BODY_BYTES = 64 * 1024
const MOST_REDIRECTIONS = 5

/** What Node's own `fetch` gives up after, in milliseconds; 0: never. */
export interface Timeouts {
  readonly headersTimeout: number
  readonly bodyTimeout: number
}

/** Its body is Node's own stream: what came together is read together, and a read costs a fraction of a web stream's. */
export class WireResponse extends Response {
  readonly wire: Readable

  constructor(wire: Readable, init: ResponseInit) {
    super(null, init)
    this.wire = wire
  }
}

/** Nothing compressed is asked for. Some send it all the same. */
const decoders: Readonly<Record<string, (() => Transform) | undefined>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
}

/**
 * `fetch` for a provider: without limits of time but ours (undici ends a request after 300 s without headers, and a body
 * after 300 s of silence; a model can think for longer), through the proxy that NODE_USE_ENV_PROXY allows.
 *
 * It throws for refusals: the `openai` client keeps of them only what has OpenAI's form, and reads bodies of any length.
 *
 * @throws {ProviderError} for every status but 2xx
 */
export function providerFetch(timeouts: Timeouts = { headersTimeout: 0, bodyTimeout: 0 }) {
  const proxied = process.env.NODE_USE_ENV_PROXY === '1' || process.execArgv.includes('--use-env-proxy')
  const agent = proxied ? new EnvHttpProxyAgent(timeouts) : new Agent(timeouts)
  const dispatcher = agent.compose(interceptors.redirect({ maxRedirections: MOST_REDIRECTIONS }))
  return async (url: string | URL | Request, { method, headers, body, signal }: RequestInit = {}) => {
    const response = await request(String(url), {
      method: method as 'POST',
      headers: new Headers(headers),
      body: body as string,
      signal: signal ?? null,
      dispatcher,
    })
    const status = response.statusCode
    const decoder = decoders[String(response.headers['content-encoding']).toLowerCase()]?.()
    const wire = decoder ? pipeline(response.body, decoder, () => {}) : response.body
    const received = new Headers()
    for (const [name, value = ''] of Object.entries(response.headers)) received.set(name, String(value))
    if (status < 200 || status > 299) throw refusedWith(status, received, await beginningOf(wire))
    return new WireResponse(wire, { status, headers: received })
  }
}

async function beginningOf(wire: Readable): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  try {
    for await (const bytes of wire) {
      text += decoder.decode(bytes, { stream: true })
      if (text.length >= LONGEST_BODY_BYTES) break
    }
  } catch {
    // A body that breaks off says what it said.
  }
  return text.slice(0, LONGEST_BODY_BYTES)
}
