/** A server of models, and how it is reached. */
export interface LlmServer {
  /** Unique; begins the ids of models that others have, too. */
  readonly name: string
  /** `gen_ai.provider.name` */
  readonly provider: string
  readonly baseUrl: string
  /** Undefined: it wants none. */
  readonly apiKey: string | undefined
  /** Beside those that the client sends by itself; null: not sent, although the client would. */
  readonly headers: Readonly<Record<string, string | null>>
  readonly models: readonly LlmModel[]
}

export interface LlmModel {
  /** What it is asked for by, unique among all servers. */
  readonly id: string
  /** As its server calls it. */
  readonly name: string
  /** False: only asked where another one fails. */
  readonly offered: boolean
  /** False: it is offered no tools; otherwise that is learned from its refusal. */
  readonly tools: boolean
  /** False: it cannot see pictures. */
  readonly images: boolean
  /** Tokens; where it is not known elsewhere. */
  readonly contextWindow?: number | undefined
  /** As an entry of LLM_PRICES_FILE, which checks it. */
  readonly price?: unknown
}

/** The ids are made when all servers are known. */
export type UnnamedServer = Omit<LlmServer, 'models'> & { readonly models: readonly Omit<LlmModel, 'id'>[] }

/** Gives each model its id: its own name, and where several servers have one of that name, theirs before it. */
export function namedApart(servers: readonly UnnamedServer[]): LlmServer[] {
  const count = Map.groupBy(
    servers.flatMap(({ models }) => models),
    ({ name }) => name,
  )
  return servers.map((server) => ({
    ...server,
    models: server.models.map((model) => ({
      ...model,
      id: count.get(model.name)?.length === 1 ? model.name : `${server.name}/${model.name}`,
    })),
  }))
}

/** Host suffixes of providers that the GenAI conventions name. */
const providers: Record<string, string> = {
  'api.openai.com': 'openai',
  'openai.azure.com': 'azure.ai.openai',
  'services.ai.azure.com': 'azure.ai.inference',
  'api.anthropic.com': 'anthropic',
  'generativelanguage.googleapis.com': 'gcp.gemini',
  'aiplatform.googleapis.com': 'gcp.vertex_ai',
  'api.mistral.ai': 'mistral_ai',
  'api.deepseek.com': 'deepseek',
  'api.groq.com': 'groq',
  'api.x.ai': 'x_ai',
  'api.perplexity.ai': 'perplexity',
  'api.cohere.com': 'cohere',
  'api.moonshot.ai': 'moonshot_ai',
  'openrouter.ai': 'openrouter',
}
/** The mock speaks OpenRouter's form of the API, the one with token details and cost; its own path tells it apart. */
export const MOCK_PATH = '/api/v1'

/**
 * `gen_ai.provider.name` of a base URL: a name of the conventions, else `mock` for ours, else what it is called here. A
 * name in telemetry, nothing more: how a server is asked is learned from what it refuses.
 */
export function providerName(baseUrl: string, otherwise = 'custom'): string {
  const { hostname, pathname } = new URL(baseUrl)
  const known = Object.entries(providers).find(([host]) => hostname === host || hostname.endsWith(`.${host}`))
  if (known) return known[1]
  const ours = ['127.0.0.1', 'localhost', 'mock-llm'].includes(hostname) && pathname === MOCK_PATH
  return ours ? 'mock' : otherwise
}
