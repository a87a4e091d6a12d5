import { z } from 'zod'

const schema = z.object({
  API_URL: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:8000'),
  TRACE_URL_TEMPLATE: z
    .string()
    .refine((text) => /^https?:\/\//.test(text) && text.includes('{traceId}'))
    .default('http://localhost:4318/traces/{traceId}'),
  NEXT_PUBLIC_FARO_URL: z.url({ protocol: /^https?$/ }).optional(),
  NEXT_PUBLIC_FARO_SAMPLE_RATE: z.coerce.number().min(0).max(1).default(1),
})

const examples: Record<string, string> = {
  API_URL: 'API_URL must be an http(s) address, such as http://127.0.0.1:8000',
  TRACE_URL_TEMPLATE:
    'TRACE_URL_TEMPLATE must be an http(s) address that contains {traceId}, such as http://localhost:4318/traces/{traceId}',
  NEXT_PUBLIC_FARO_URL: 'NEXT_PUBLIC_FARO_URL must be an http(s) address, such as http://127.0.0.1:12347/collect',
  NEXT_PUBLIC_FARO_SAMPLE_RATE: 'NEXT_PUBLIC_FARO_SAMPLE_RATE must be a number from 0 to 1, such as 0.1',
}

export interface Config {
  apiUrl: URL
  /** Address of a trace, with `{traceId}` in it. */
  traceUrlTemplate: string
  /** Where this server reaches the Faro collector; absent when browser telemetry is off. */
  faroUrl?: string
  /** Share of the browser sessions that are reported, 0 to 1. */
  faroSampleRate: number
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
  const { API_URL, TRACE_URL_TEMPLATE, NEXT_PUBLIC_FARO_URL, NEXT_PUBLIC_FARO_SAMPLE_RATE } = parsed.data
  return {
    apiUrl: new URL(API_URL),
    traceUrlTemplate: TRACE_URL_TEMPLATE,
    ...(NEXT_PUBLIC_FARO_URL && { faroUrl: NEXT_PUBLIC_FARO_URL }),
    faroSampleRate: NEXT_PUBLIC_FARO_SAMPLE_RATE,
  }
}

let parsed: Config | undefined

/** The process's configuration: read at run time, not at build time, and only once. */
export function config(): Config {
  parsed ??= parseConfig(process.env)
  return parsed
}
