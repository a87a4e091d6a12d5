import { defineConfig } from 'vitest/config'

// Processes of their own and thousands of chunks, for which a busy machine takes longer than the usual five seconds.
export default defineConfig({ test: { testTimeout: 30_000 } })
