import { z } from 'zod'
import { ConfigError } from '../config-error.ts'
import { readJsonFile } from '../json-file.ts'
import {
  type LlmModel,
  type LlmServer,
  listOf,
  providerName,
  type Served,
  type ServerVariables,
  servedAlone,
} from '../llm-servers.ts'

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

/** The ids are made when all servers are known. */
type UnnamedServer = Omit<LlmServer, 'models'> & { readonly models: readonly Omit<LlmModel, 'id'>[] }

/** The variables as the API's configuration has parsed them. */
interface Variables extends ServerVariables {
  readonly OPENAI_CUSTOM_HEADERS?: string | undefined
}

/**
 * The servers of `LLM_PROVIDERS_FILE`, after that of the environment where it names one. A model has its own name as its
 * id; where several servers have one of that name, theirs stands before it.
 * @throws {ConfigError} naming the entry, or the variable that names a model of none
 */
export function servedTogether(file: string, env: Variables, environment: NodeJS.ProcessEnv): Served {
  const inFile = readProvidersFile(file, environment)
  const own = servedByOwn(env, inFile)
  const [ownServer] = own?.servers ?? []
  if (inFile.some(({ name }) => name === ownServer?.name)) {
    throw new ConfigError(
      `LLM_PROVIDERS_FILE has an entry named "${ownServer?.name}", and so is the server of OPENAI_BASE_URL; rename the entry`,
    )
  }
  const others = inFile.map((server) => ({ ...server, headers: { ...notSentToOthers(env), ...server.headers } }))
  const servers = namedApart(ownServer ? [ownServer, ...others] : others)
  const all = servers.flatMap(({ name: server, models }) =>
    models.map(({ id, name }) => ({
      id,
      long: `${server}/${name}`,
      isSpare: server === ownServer?.name && !own?.models.includes(name),
    })),
  )
  const idOf = (variable: string) => (name: string) => {
    const found = all.find(({ id }) => id === name) ?? all.find(({ long }) => long === name)
    if (found) return found.id
    throw new ConfigError(
      `${variable} names "${name}", which no server has; there are ${all.map(({ id }) => id).join(', ')}`,
    )
  }
  // Without a server of its own the list chooses among those of the file.
  const listed = own ? [] : listOf(env.LLM_MODELS).map(idOf('LLM_MODELS'))
  const offered = all.filter(({ isSpare }) => !isSpare).map(({ id }) => id)
  const models = listed.length > 0 ? listed : offered
  const defaultModel = env.LLM_MODEL ? idOf('LLM_MODEL')(env.LLM_MODEL) : (models[0] as string)
  return {
    servers,
    defaultModel,
    models: [...new Set([defaultModel, ...models])],
    fallbackModels: listOf(env.LLM_FALLBACK_MODELS).map(idOf('LLM_FALLBACK_MODELS')),
  }
}

/** The server that the environment names beside the file, with those of the listed models that no other one has. */
function servedByOwn(env: Variables, others: readonly UnnamedServer[]): Served | undefined {
  // The key alone says nothing where an entry of the file uses it.
  const hasKey = env.OPENAI_API_KEY && !others.some(({ apiKey }) => apiKey === env.OPENAI_API_KEY)
  if (!env.OPENAI_BASE_URL && !hasKey) return undefined
  const elsewhere = new Set(
    others.flatMap(({ name, models }) => models.flatMap((one) => [one.name, `${name}/${one.name}`])),
  )
  const ownOf = (variable: string | undefined) =>
    listOf(variable)
      .filter((name) => !elsewhere.has(name))
      .join()
  const { LLM_MODEL, LLM_MODELS, LLM_FALLBACK_MODELS } = env
  return servedAlone({
    ...env,
    LLM_MODEL: ownOf(LLM_MODEL),
    LLM_MODELS: ownOf(LLM_MODELS),
    LLM_FALLBACK_MODELS: ownOf(LLM_FALLBACK_MODELS),
  })
}

/** The client sends these by itself, to every server; they are meant for that of OPENAI_BASE_URL. */
function notSentToOthers({ OPENAI_CUSTOM_HEADERS = '' }: Variables): Record<string, null> {
  const custom = OPENAI_CUSTOM_HEADERS.split('\n').map((line) => line.split(':')[0]?.trim().toLowerCase() ?? '')
  const names = ['openai-organization', 'openai-project', ...custom].filter(Boolean)
  return Object.fromEntries(names.map((name) => [name, null]))
}

/** Gives each model its id: its own name, and where several servers have one of that name, theirs before it. */
function namedApart(servers: readonly UnnamedServer[]): LlmServer[] {
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

/**
 * Reads `LLM_PROVIDERS_FILE`: servers, their models, and what those can do. Keys stand in the environment, in the
 * variables that `apiKeyEnv` names; `${NAME}` in `headers` is a variable, too.
 * @throws {ConfigError} naming the entry; never with a key or a header
 */
function readProvidersFile(path: string, environment: NodeJS.ProcessEnv): UnnamedServer[] {
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
        return { name: id, tools, images, ...more }
      }),
    }
  })
}
