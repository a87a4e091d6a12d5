import { z } from 'zod'

const schema = z.object({
  API_URL: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:8000'),
  TRACE_URL_TEMPLATE: z
    .string()
    .refine((text) => /^https?:\/\//.test(text) && text.includes('{traceId}'))
    .default('http://localhost:4318/traces/{traceId}'),
})

const examples: Record<string, string> = {
  API_URL: 'API_URL must be an http(s) address, such as http://127.0.0.1:8000',
  TRACE_URL_TEMPLATE:
    'TRACE_URL_TEMPLATE must be an http(s) address that contains {traceId}, such as http://localhost:4318/traces/{traceId}',
}

export interface Config {
  apiUrl: URL
  /** Address of a trace, with `{traceId}` in it. */
  traceUrlTemplate: string
}

/**
 * Reads the environment. An empty variable counts as unset.
 *
 * @throws Error naming each malformed variable, with an example
 */
export function parseConfig(env: Record<string, string | undefined>): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value))
  const parsed = schema.safeParse(set)
  if (!parsed.success) throw new Error(parsed.error.issues.map(({ path }) => examples[String(path[0])]).join('. '))
  return { apiUrl: new URL(parsed.data.API_URL), traceUrlTemplate: parsed.data.TRACE_URL_TEMPLATE }
}

let parsed: Config | undefined

/** The process's configuration: read at run time, not at build time, and only once. */
export function config(): Config {
  parsed ??= parseConfig(process.env)
  return parsed
}
