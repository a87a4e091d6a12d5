import { Agent, EnvHttpProxyAgent } from 'undici'
import { refusedWith } from './provider-error.ts'

/** Of a refusal. */
const LONGEST_BODY_BYTES = 64 * 1024

/** What Node's own `fetch` gives up after, in milliseconds; 0: never. */
export interface Timeouts {
  readonly headersTimeout: number
  readonly bodyTimeout: number
}

/**
 * `fetch` for a provider: without limits of time but ours (undici ends a request after 300 s without headers, and a body
 * after 300 s of silence; a model can think for longer), through the proxy that NODE_USE_ENV_PROXY allows.
 *
 * It throws for refusals: the `openai` client keeps of them only what has OpenAI's form, and reads bodies of any length.
 *
 * @throws {ProviderError} for every status but 2xx
 */
export function providerFetch(timeouts: Timeouts = { headersTimeout: 0, bodyTimeout: 0 }): typeof fetch {
  const proxied = process.env.NODE_USE_ENV_PROXY === '1' || process.execArgv.includes('--use-env-proxy')
  const dispatcher = proxied ? new EnvHttpProxyAgent(timeouts) : new Agent(timeouts)
  return async (input, init) => {
    // The types of Node's own undici are of another copy.
    const options = { ...init, dispatcher: dispatcher as unknown as NonNullable<RequestInit['dispatcher']> }
    const response = await fetch(input, options)
    if (response.ok) return response
    throw refusedWith(response.status, response.headers, await beginningOf(response))
  }
}

async function beginningOf(response: Response): Promise<string> {
  const reader = response.body?.getReader()
  const decoder = new TextDecoder()
  let text = ''
  for (;;) {
    // A body that breaks off says what it said.
    const read = await reader?.read().catch(() => undefined)
    if (!read?.value) return text
    text += decoder.decode(read.value, { stream: true })
    if (text.length < LONGEST_BODY_BYTES) continue
    reader?.cancel().catch(() => {})
    return text.slice(0, LONGEST_BODY_BYTES)
  }
}
