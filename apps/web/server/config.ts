import { z } from 'zod'
import { parseEnvironment } from './environment.ts'
import * as features from './features.ts'

export interface Config {
  apiUrl: URL
  /** What features of the page have to know, by the name of the feature. */
  page: Record<string, unknown>
}

/** @throws Error naming each malformed variable, with an example */
export function parseConfig(env: Record<string, string | undefined>): Config {
  const { API_URL } = parseEnvironment(
    env,
    { API_URL: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:8000') },
    { API_URL: 'API_URL must be an http(s) address, such as http://127.0.0.1:8000' },
  )
  const page = Object.entries(features).map(([name, settings]) => [name, settings(env)])
  return { apiUrl: new URL(API_URL), page: Object.fromEntries(page) }
}

let parsed: Config | undefined

/** The process's configuration: read at run time, not at build time, and only once. */
export function config(): Config {
  parsed ??= parseConfig(process.env)
  return parsed
}
