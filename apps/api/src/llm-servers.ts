import { ConfigError } from './config-error.ts'

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
  /** False: it is offered no tools; otherwise that is learned from its refusal. */
  readonly tools: boolean
  /** False: it cannot see pictures. */
  readonly images: boolean
  /** Tokens; where it is not known elsewhere. */
  readonly contextWindow?: number | undefined
  /** As an entry of LLM_PRICES_FILE, which checks it. */
  readonly price?: unknown
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

/** The servers, and which of their models are asked. */
export interface Served {
  readonly servers: readonly LlmServer[]
  readonly defaultModel: string
  /** Ids of those that may be asked for, the default first. Others are refused, so that metric labels stay bounded. */
  readonly models: readonly string[]
  /** Ids of those that are asked, in this order, where a model fails before its first chunk. */
  readonly fallbackModels: readonly string[]
}

/** The variables that name a server and its models. */
export interface ServerVariables {
  readonly OPENAI_API_KEY?: string | undefined
  readonly OPENAI_BASE_URL?: string | undefined
  readonly LLM_MODEL?: string | undefined
  readonly LLM_MODELS?: string | undefined
  readonly LLM_FALLBACK_MODELS?: string | undefined
}

/** The mock model's ids (apps/mock-llm); a test keeps both lists equal. */
export const MOCK_MODELS = [
  ...['mock-standard', 'mock-large', 'mock-reasoning', 'mock-unpriced', 'mock-slow'],
  ...['mock-cut', 'mock-stall', 'mock-429', 'mock-429-once', 'mock-500'],
  ...['mock-error', 'mock-empty', 'mock-no-usage', 'mock-length', 'mock-filter'],
  ...['mock-early-close', 'mock-tool-error', 'mock-tools-loop', 'mock-long', 'mock-echo'],
]
const MOCK_BASE_URL = `http://127.0.0.1:4010${MOCK_PATH}`
const OPENAI_BASE_URL = 'https://api.openai.com/v1'

/**
 * One server: that of the base URL, OpenAI where there is a key alone, else the mock.
 * @throws {ConfigError} when it is not known which models the server has
 */
export function servedAlone(env: ServerVariables): Served {
  const baseUrl = env.OPENAI_BASE_URL ?? (env.OPENAI_API_KEY ? OPENAI_BASE_URL : MOCK_BASE_URL)
  const provider = providerName(baseUrl)
  const listed = [...(env.LLM_MODEL ? [env.LLM_MODEL] : []), ...listOf(env.LLM_MODELS)]
  const builtIn = { openai: ['gpt-5-mini'], mock: MOCK_MODELS }[provider] ?? []
  const models = [...new Set(listed.length > 0 ? listed : builtIn)]
  const [defaultModel] = models
  if (!defaultModel) {
    throw new ConfigError(
      'LLM_MODEL is not set; with OPENAI_BASE_URL it must name a model of that server, e.g. LLM_MODEL=llama3.2',
    )
  }
  const fallbackModels = listOf(env.LLM_FALLBACK_MODELS)
  const names = [...new Set([...models, ...fallbackModels])]
  const server = {
    ...{ name: provider, provider, baseUrl, apiKey: env.OPENAI_API_KEY, headers: {} },
    models: names.map((name) => ({ id: name, name, tools: true, images: true })),
  }
  return { servers: [server], defaultModel, models, fallbackModels }
}

/** @param variable comma separated */
export function listOf(variable: string | undefined): string[] {
  return (variable ?? '')
    .split(',')
    .map((id) => id.trim())
    .filter(Boolean)
}
