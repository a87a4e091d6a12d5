import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { z } from 'zod'
import { ConfigError } from './config-error.ts'
import { type LlmServer, MOCK_PATH, namedApart, providerName, type UnnamedServer } from './llm-servers.ts'
import { readProvidersFile } from './providers-file/providers-file.ts'

/** The mock model's ids (apps/mock-llm); a test keeps both lists equal. */
export const MOCK_MODELS = [
  ...['mock-standard', 'mock-large', 'mock-reasoning', 'mock-unpriced', 'mock-slow'],
  ...['mock-cut', 'mock-stall', 'mock-429', 'mock-429-once', 'mock-500'],
  ...['mock-error', 'mock-empty', 'mock-no-usage', 'mock-length', 'mock-filter'],
  ...['mock-early-close', 'mock-tool-error', 'mock-tools-loop', 'mock-long', 'mock-echo'],
]
const MOCK_BASE_URL = `http://127.0.0.1:4010${MOCK_PATH}`
const OPENAI_BASE_URL = 'https://api.openai.com/v1'
const SECRET = 'at least 32 characters, e.g. the output of `openssl rand -hex 32`'

/** @param example absent: the shape has one */
const told = <Schema extends z.ZodType>(schema: Schema, shape: string, example?: string): Schema =>
  schema.meta({ shape, example })
const integer = (min: number, max: number, standard: number, what = 'a number') =>
  told(z.coerce.number().int().min(min).max(max).default(standard), `${what} from ${min} to ${max}`, String(standard))
const milliseconds = (standard: number) => integer(1, 3_600_000, standard, 'milliseconds')
const dollars = (example: string) =>
  told(z.coerce.number().positive().max(1_000_000).optional(), 'US dollars, more than 0', example)
const bool = (standard: 'true' | 'false') => told(z.enum(['true', 'false']).default(standard), 'true or false', 'false')
const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
const isDatabaseUrl = (url: string) => /^postgres(ql)?:\/\//.test(url) && URL.canParse(url)

/** Each variable, with the shape and the example that a malformed value is told. */
const environmentSchema = z.object({
  NODE_ENV: z.string().default('development'),
  HOST: z.string().default('127.0.0.1'),
  PORT: integer(0, 65535, 8000, 'a port number'),
  LOG_LEVEL: told(z.enum(levels).default('info'), `one of ${levels.join(', ')}`, 'info'),
  DATABASE_URL: told(
    z.string().refine(isDatabaseUrl),
    'a PostgreSQL URL',
    'postgresql://user:password@127.0.0.1:5432/chat; in a password, / ? # % are %2F %3F %23 %25, or PGPASSWORD holds it',
  ),
  SESSION_SECRET: told(z.string().min(32).optional(), SECRET),
  OPENAI_API_KEY: z.string().optional(),
  OPENAI_BASE_URL: told(
    z.url({ protocol: /^https?$/ }).optional(),
    'an http or https URL',
    'http://127.0.0.1:11434/v1',
  ),
  OPENAI_CUSTOM_HEADERS: z.string().optional(),
  LLM_MODEL: z.string().optional(),
  LLM_MODELS: z.string().optional(),
  LLM_FALLBACK_MODELS: z.string().optional(),
  LLM_PROVIDERS_FILE: z.string().optional(),
  LLM_FIRST_CHUNK_TIMEOUT_MS: milliseconds(120_000),
  LLM_IDLE_TIMEOUT_MS: milliseconds(30_000),
  LLM_MAX_RETRIES: integer(0, 10, 2),
  LLM_PRICES_FILE: z.string().optional(),
  RATE_LIMIT_PER_MINUTE: integer(1, 1_000_000, 20),
  DAILY_BUDGET_USD: dollars('5'),
  DAILY_BUDGET_USD_PER_VISITOR: dollars('0.5'),
  MAX_MESSAGE_CHARS: integer(1, 1_000_000, 16_000),
  MAX_CONTEXT_MESSAGES: integer(1, 1000, 50),
  MAX_OUTPUT_TOKENS: integer(1, 1_000_000, 4096),
  LLM_TOOLS: bool('true'),
  MAX_TOOL_STEPS: integer(1, 50, 5),
  MCP_SERVERS_FILE: z.string().optional(),
  // Read by the telemetry package; checked here, because a typo must not decide about privacy.
  OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: bool('false'),
})

export interface Config {
  readonly host: string
  readonly port: number
  readonly logLevel: string
  readonly databaseUrl: string
  readonly sessionSecret: string
  readonly llm: {
    readonly servers: readonly LlmServer[]
    readonly defaultModel: string
    /** Ids of those that may be asked for, the default first. Others are refused, so that metric labels stay bounded. */
    readonly models: readonly string[]
    /** Ids of those that are asked, in this order, where a model fails before its first chunk. */
    readonly fallbackModels: readonly string[]
    readonly firstChunkTimeoutMs: number
    readonly idleTimeoutMs: number
    readonly maxRetries: number
    readonly maxOutputTokens: number
    readonly pricesFile: string | undefined
  }
  readonly tools: {
    /** False: the model is offered none, and gets none of the calls in the history either. */
    readonly enabled: boolean
    /** How many times in a turn the model may call tools and be asked again. */
    readonly maxSteps: number
    readonly mcpServersFile: string | undefined
  }
  /** Per visitor, and per day (UTC) in USD: of all visitors together and of each; null: no such budget. */
  readonly limits: {
    readonly perMinute: number
    readonly dailyUsd: number | null
    readonly dailyUsdPerVisitor: number | null
  }
  readonly maxMessageChars: number
  readonly maxContextMessages: number
}

/**
 * Parses the environment, once per process. An empty variable counts as unset.
 * @throws {ConfigError} naming every malformed variable, its shape and an example; never its value, it may be a secret
 */
export function parseConfig(environment: NodeJS.ProcessEnv): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const parsed = environmentSchema.safeParse(given)
  if (!parsed.success) {
    const names = new Set(parsed.error.issues.map((issue) => String(issue.path[0])))
    throw new ConfigError(
      [...names]
        .map((name) => {
          const state = given[name] === undefined ? ' is not set; it' : ''
          const { shape = 'valid', example } = environmentSchema.shape[name as keyof Environment]?.meta() ?? {}
          return `${name}${state} must be ${shape}${example ? `, e.g. ${name}=${example}` : ''}`
        })
        .join('\n'),
    )
  }
  const env = parsed.data
  if (!env.SESSION_SECRET && env.NODE_ENV === 'production') {
    throw new ConfigError(`SESSION_SECRET is not set; in production it must be ${SECRET}`)
  }

  // As seen from where the command was given: package managers change to the package's own directory.
  const fileNamed = (name: string | undefined) => name && path.resolve(environment.INIT_CWD ?? '', name)
  return {
    host: env.HOST,
    port: env.PORT,
    logLevel: env.LOG_LEVEL,
    databaseUrl: env.DATABASE_URL,
    // Without a secret, cookies of a development server end with it.
    sessionSecret: env.SESSION_SECRET ?? randomBytes(32).toString('hex'),
    llm: {
      ...modelsOf(env, environment, fileNamed(env.LLM_PROVIDERS_FILE)),
      firstChunkTimeoutMs: env.LLM_FIRST_CHUNK_TIMEOUT_MS,
      idleTimeoutMs: env.LLM_IDLE_TIMEOUT_MS,
      maxRetries: env.LLM_MAX_RETRIES,
      maxOutputTokens: env.MAX_OUTPUT_TOKENS,
      pricesFile: fileNamed(env.LLM_PRICES_FILE),
    },
    tools: {
      enabled: env.LLM_TOOLS === 'true',
      maxSteps: env.MAX_TOOL_STEPS,
      mcpServersFile: fileNamed(env.MCP_SERVERS_FILE),
    },
    limits: {
      perMinute: env.RATE_LIMIT_PER_MINUTE,
      dailyUsd: env.DAILY_BUDGET_USD ?? null,
      dailyUsdPerVisitor: env.DAILY_BUDGET_USD_PER_VISITOR ?? null,
    },
    maxMessageChars: env.MAX_MESSAGE_CHARS,
    maxContextMessages: env.MAX_CONTEXT_MESSAGES,
  }
}

type Environment = z.infer<typeof environmentSchema>

/** The server that the environment names and those of the file, and which of their models are offered. */
function modelsOf(env: Environment, environment: NodeJS.ProcessEnv, file: string | undefined) {
  // The client sends these by itself, to every server; they are meant for that of OPENAI_BASE_URL.
  const lines = env.OPENAI_CUSTOM_HEADERS?.split('\n') ?? []
  const names = [
    'openai-organization',
    'openai-project',
    ...lines.map((line) => line.split(':')[0]?.trim().toLowerCase()),
  ]
  const notSent = Object.fromEntries(names.filter(Boolean).map((name) => [name, null]))
  const named: UnnamedServer[] = []
  if (file) named.push(...readProvidersFile(file, environment))
  const inFile = named.map((server) => ({ ...server, headers: { ...notSent, ...server.headers } }))
  // The key alone says nothing where an entry of the file uses it.
  const hasKey = env.OPENAI_API_KEY && !inFile.some(({ apiKey }) => apiKey === env.OPENAI_API_KEY)
  const own = !file || env.OPENAI_BASE_URL || hasKey ? [ownServer(env, inFile)] : []
  if (inFile.some(({ name }) => name === own[0]?.name)) {
    throw new ConfigError(
      `LLM_PROVIDERS_FILE has an entry named "${own[0]?.name}", and so is the server of OPENAI_BASE_URL; rename the entry`,
    )
  }
  const servers = namedApart([...own, ...inFile])
  const all = servers.flatMap(({ name, models }) =>
    models.map((model) => ({ ...model, long: `${name}/${model.name}` })),
  )
  const idOf = (variable: string) => (name: string) => {
    const found = all.find(({ id }) => id === name) ?? all.find(({ long }) => long === name)
    if (found) return found.id
    throw new ConfigError(
      `${variable} names "${name}", which no server has; there are ${all.map(({ id }) => id).join(', ')}`,
    )
  }
  const offered = all.filter((model) => model.offered).map(({ id }) => id)
  // Without a server of its own the list chooses among those of the file.
  const models = own.length === 0 ? (listOf(env.LLM_MODELS)?.map(idOf('LLM_MODELS')) ?? offered) : offered
  const defaultModel = env.LLM_MODEL ? idOf('LLM_MODEL')(env.LLM_MODEL) : (models[0] as string)
  return {
    servers,
    defaultModel,
    models: [...new Set([defaultModel, ...models])],
    fallbackModels: (listOf(env.LLM_FALLBACK_MODELS) ?? []).map(idOf('LLM_FALLBACK_MODELS')),
  }
}

/** @param others whose models are not its own */
function ownServer(env: Environment, others: readonly UnnamedServer[]): UnnamedServer {
  const baseUrl = env.OPENAI_BASE_URL ?? (env.OPENAI_API_KEY ? OPENAI_BASE_URL : MOCK_BASE_URL)
  const provider = providerName(baseUrl)
  const builtIn = { openai: ['gpt-5-mini'], mock: MOCK_MODELS }[provider] ?? []
  const elsewhere = new Set(
    others.flatMap(({ name, models }) => models.flatMap((one) => [one.name, `${name}/${one.name}`])),
  )
  const ownOf = (names: readonly string[]) => names.filter((name) => !elsewhere.has(name))
  const listed = ownOf([...(env.LLM_MODEL ? [env.LLM_MODEL] : []), ...(listOf(env.LLM_MODELS) ?? [])])
  const offered = listed.length > 0 ? listed : builtIn
  if (offered.length === 0) {
    throw new ConfigError(
      'LLM_MODEL is not set; with OPENAI_BASE_URL it must name a model of that server, e.g. LLM_MODEL=llama3.2',
    )
  }
  const names = new Set([...offered, ...ownOf(listOf(env.LLM_FALLBACK_MODELS) ?? [])])
  return {
    name: provider,
    provider,
    baseUrl,
    apiKey: env.OPENAI_API_KEY,
    headers: {},
    models: [...names].map((name) => ({ name, offered: offered.includes(name), tools: true, images: true })),
  }
}

function listOf(variable: string | undefined): string[] | undefined {
  return variable
    ?.split(',')
    .map((id) => id.trim())
    .filter(Boolean)
}
