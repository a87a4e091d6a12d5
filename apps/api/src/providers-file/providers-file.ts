import { z } from 'zod'
import { ConfigError } from '../config-error.ts'
import { readJsonFile } from '../json-file.ts'
import { providerName, type UnnamedServer } from '../llm-servers.ts'

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
