import { defineConfig } from 'vitest/config'

// Real processes, as in apps/api: a busy machine starts few a minute.
export default defineConfig({ test: { testTimeout: 120_000, hookTimeout: 120_000 } })
