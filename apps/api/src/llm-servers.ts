import { z } from 'zod'
import { ConfigError } from './config-error.ts'
import { readJsonFile } from './json-file.ts'

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

const abilities = {
  tools: z.boolean().optional(),
  images: z.boolean().optional(),
  contextWindow: z.int().positive().optional(),
}
const serverSchema = z.strictObject({
  name: z.string().regex(/^[\w.-]{1,32}$/, 'must be 1 to 32 letters, digits, "_", "-" or "."'),
  baseUrl: z.url({ protocol: /^https?$/ }),
  apiKeyEnv: z.string().min(1).optional(),
  headers: z.record(z.string(), z.string()).default({}),
  models: z
    .array(
      z.union([
        z
          .string()
          .min(1)
          .transform((id) => ({ id })),
        z.strictObject({ id: z.string().min(1), price: z.unknown().optional(), ...abilities }),
      ]),
    )
    .min(1),
  ...abilities,
})
const fileSchema = z.object({ providers: z.array(serverSchema).min(1) })

const EXAMPLE =
  'a JSON file such as {"providers": [{"name": "local", "baseUrl": "http://127.0.0.1:11434/v1", "models": ["llama3.2"]}, ' +
  '{"name": "openai", "baseUrl": "https://api.openai.com/v1", "apiKeyEnv": "OPENAI_API_KEY", "models": ["gpt-5-mini"]}]}'

/**
 * Reads `LLM_PROVIDERS_FILE`: servers, their models, and what those can do. Keys stand in the environment, in the
 * variables that `apiKeyEnv` names; `${NAME}` in `headers` is a variable, too.
 * @throws {ConfigError} naming the entry; never with a key or a header
 */
export function readProvidersFile(path: string, environment: NodeJS.ProcessEnv): UnnamedServer[] {
  let file: z.infer<typeof fileSchema>
  try {
    file = fileSchema.parse(readJsonFile(path))
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message
    throw new ConfigError(`LLM_PROVIDERS_FILE must name ${EXAMPLE}: ${reason}`)
  }
  const names = file.providers.map(({ name }) => name)
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice) throw new ConfigError(`LLM_PROVIDERS_FILE has two entries named "${twice}"; names tell servers apart`)
  return file.providers.map(({ name, baseUrl, apiKeyEnv, headers, models, ...all }) => {
    const variable = (variable: string) => {
      const value = environment[variable]
      if (value) return value
      throw new ConfigError(
        `the entry "${name}" of LLM_PROVIDERS_FILE needs the variable ${variable}, which is not set`,
      )
    }
    const expanded = (text: string) => text.replaceAll(/\$\{(\w+)\}/g, (_, named: string) => variable(named))
    return {
      name,
      provider: providerName(baseUrl, name),
      baseUrl,
      apiKey: apiKeyEnv && variable(apiKeyEnv),
      headers: Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, expanded(value)])),
      models: models.map(({ id, ...own }) => {
        const { tools = true, images = true, ...more } = { ...all, ...own }
        return { name: id, offered: true, tools, images, ...more }
      }),
    }
  })
}

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
