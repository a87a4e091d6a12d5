import { defineConfig } from 'vitest/config'

// Apart from the others: each test compiles and tests a copy of the tree.
export default defineConfig({
  test: { name: 'removal', dir: import.meta.dirname, maxConcurrency: 2, testTimeout: 600_000, hookTimeout: 60_000 },
})
