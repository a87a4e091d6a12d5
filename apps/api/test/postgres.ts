import { startTemporaryPostgres } from '@repo/local-stack/postgres'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    databaseUrl: string
  }
}

/** One PostgreSQL for all of the API's tests; they keep apart by their ids. */
export default async function setup(project: TestProject) {
  const postgres = await startTemporaryPostgres()
  project.provide('databaseUrl', postgres.url)
  return postgres.stop
}
