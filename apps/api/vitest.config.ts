import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    globalSetup: './test/postgres.ts',
    // Real processes, real retries with real waits.
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
