import { expect } from 'vitest'
import { parseConfig } from '../src/config.ts'
import { ConfigError } from '../src/config-error.ts'

/** What a configuration cannot be without. */
export const required = { DATABASE_URL: 'postgresql://chat@127.0.0.1:5432/chat' }

/** What is said of a configuration that is to be refused. @throws where it is accepted */
export function failure(environment: NodeJS.ProcessEnv): string {
  try {
    parseConfig({ ...required, ...environment })
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return (error as ConfigError).message
  }
  throw new Error('it was accepted')
}
