import { defineConfig } from 'vitest/config'

// Real processes: the API, PostgreSQL and the load generator itself.
export default defineConfig({ test: { testTimeout: 60_000, hookTimeout: 60_000 } })
