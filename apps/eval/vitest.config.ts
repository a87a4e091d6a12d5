import { defineConfig } from 'vitest/config'

// Real processes: the API, PostgreSQL and the evaluation itself.
export default defineConfig({ test: { testTimeout: 60_000, hookTimeout: 60_000 } })
