import { defineConfig } from 'vitest/config'

// A busy machine takes long for what takes little.
export default defineConfig({ test: { testTimeout: 60_000 } })
