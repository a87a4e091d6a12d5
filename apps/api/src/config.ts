import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { z } from 'zod'
import { ConfigError } from './config-error.ts'
import { servedAlone } from './llm-servers.ts'
import { servedTogether } from './providers-file/providers-file.ts'

const SECRET = 'at least 32 characters, e.g. the output of `openssl rand -hex 32`'

/** @param example absent: the shape has one */
export const told = <Schema extends z.ZodType>(schema: Schema, shape: string, example?: string): Schema =>
  schema.meta({ shape, example })
export const integer = (min: number, max: number, standard: number, what = 'a number') =>
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
  ANSWER_GRACE_SECONDS: integer(0, 3600, 60, 'seconds'),
  LLM_TOOLS: bool('true'),
  MAX_TOOL_STEPS: integer(1, 50, 5),
  TOOL_APPROVAL_SECONDS: integer(1, 86_400, 300, 'seconds'),
  MCP_SERVERS_FILE: z.string().optional(),
  ATTACHMENTS: bool('true'),
  ATTACHMENT_MAX_BYTES: integer(1024, 20 * 1024 ** 2, 5 * 1024 ** 2, 'bytes'),
  // Read by the telemetry package; checked here, because a typo must not decide about privacy.
  OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: bool('false'),
})

/** Of one process; the comments stand where it is made. */
export type Config = ReturnType<typeof parseConfig>

/**
 * Reads variables of the environment. An empty one counts as unset.
 * @param schema each with the shape and the example that a malformed value is told
 * @throws {ConfigError} naming every malformed variable, its shape and an example; never its value, it may be a secret
 */
export function parseVariables<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  environment: NodeJS.ProcessEnv,
): z.infer<z.ZodObject<Shape>> {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  const names = new Set(parsed.error.issues.map((issue) => String(issue.path[0])))
  const sentences = [...names].map((name) => {
    const state = given[name] === undefined ? ' is not set; it' : ''
    const { shape = 'valid', example } = (schema.shape[name] as z.ZodType | undefined)?.meta() ?? {}
    return `${name}${state} must be ${shape}${example ? `, e.g. ${name}=${example}` : ''}`
  })
  throw new ConfigError(sentences.join('\n'))
}

/**
 * Parses the environment, once per process.
 * @throws {ConfigError} see `parseVariables`
 */
export function parseConfig(environment: NodeJS.ProcessEnv) {
  const env = parseVariables(environmentSchema, environment)
  if (!env.SESSION_SECRET && env.NODE_ENV === 'production') {
    throw new ConfigError(`SESSION_SECRET is not set; in production it must be ${SECRET}`)
  }

  // As seen from where the command was given: package managers change to the package's own directory.
  const fileNamed = (name: string | undefined) => name && path.resolve(environment.INIT_CWD ?? '', name)
  const providersFile = fileNamed(env.LLM_PROVIDERS_FILE)
  let served = servedAlone(env)
  if (providersFile) served = servedTogether(providersFile, env, environment)
  return {
    host: env.HOST,
    port: env.PORT,
    logLevel: env.LOG_LEVEL,
    databaseUrl: env.DATABASE_URL,
    // Without a secret, cookies of a development server end with it.
    sessionSecret: env.SESSION_SECRET ?? randomBytes(32).toString('hex'),
    llm: {
      ...served,
      firstChunkTimeoutMs: env.LLM_FIRST_CHUNK_TIMEOUT_MS,
      idleTimeoutMs: env.LLM_IDLE_TIMEOUT_MS,
      maxRetries: env.LLM_MAX_RETRIES,
      maxOutputTokens: env.MAX_OUTPUT_TOKENS,
      pricesFile: fileNamed(env.LLM_PRICES_FILE),
    },
    tools: {
      /** False: the model is offered none, and gets none of the calls in the history either. */
      enabled: env.LLM_TOOLS === 'true',
      /** How many times in a turn the model may call tools and be asked again. */
      maxSteps: env.MAX_TOOL_STEPS,
      /** How long a call waits for the person's approval. */
      approvalMs: env.TOOL_APPROVAL_SECONDS * 1000,
      mcpServersFile: fileNamed(env.MCP_SERVERS_FILE),
    },
    /** Per visitor, and per day (UTC) in USD: of all visitors together and of each; null: no such budget. */
    limits: {
      perMinute: env.RATE_LIMIT_PER_MINUTE,
      dailyUsd: env.DAILY_BUDGET_USD ?? null,
      dailyUsdPerVisitor: env.DAILY_BUDGET_USD_PER_VISITOR ?? null,
    },
    /** Of one picture in a question. */
    attachments: { enabled: env.ATTACHMENTS === 'true', maxBytes: env.ATTACHMENT_MAX_BYTES },
    maxMessageChars: env.MAX_MESSAGE_CHARS,
    maxContextMessages: env.MAX_CONTEXT_MESSAGES,
    answerGraceMs: env.ANSWER_GRACE_SECONDS * 1000,
  }
}
