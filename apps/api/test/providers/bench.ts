import { type ApiProcess, startApi } from '@repo/local-stack/api-process'
import { ChatClient } from '../chat-client.ts'
import { Skip } from './install.ts'
import type { Server } from './servers.ts'
import { type Tap, tapOf } from './tap.ts'

/** A server, and our API before it. */
export class Bench {
  readonly server: Server
  readonly #databaseUrl: string
  readonly #apis = new Map<string, Promise<ApiProcess>>()
  #tap: Promise<Tap> | undefined

  constructor(server: Server, databaseUrl: string) {
    this.server = server
    this.#databaseUrl = databaseUrl
  }

  /** A new visitor of an API with these settings; one process for the same settings. */
  client = async (env: Readonly<Record<string, string>> = {}): Promise<ChatClient> => {
    const key = JSON.stringify(env)
    const { model, baseUrl, apiKey, tooLong } = this.server
    const api =
      this.#apis.get(key) ??
      startApi({
        DATABASE_URL: this.#databaseUrl,
        OPENAI_BASE_URL: baseUrl,
        ...(apiKey && { OPENAI_API_KEY: apiKey }),
        LLM_MODEL: model,
        LLM_MODELS: [model, ...(tooLong ? [tooLong.model] : [])].join(),
        MAX_OUTPUT_TOKENS: '200',
        RATE_LIMIT_PER_MINUTE: '1000',
        OTEL_SDK_DISABLED: 'true',
        ...env,
      })
    this.#apis.set(key, api)
    return new ChatClient((await api).url)
  }

  /** The same, with what the server sends kept: `wire()` is all of it since the last call, a text a connection. */
  tapped = async () => {
    if (!this.server.baseUrl.startsWith('http://')) throw new Skip('what goes over TLS cannot be read')
    this.#tap ??= tapOf(this.server.baseUrl)
    const tap = await this.#tap
    return { client: await this.client({ OPENAI_BASE_URL: tap.url }), wire: () => tap.taken() }
  }

  async end(): Promise<void> {
    for (const api of this.#apis.values()) await (await api).stop()
    ;(await this.#tap)?.close()
  }
}
