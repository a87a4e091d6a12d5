import { defineConfig } from 'vitest/config'

const repository = {
  name: 'scripts',
  include: ['scripts/checks/*.test.ts', 'front/*.test.ts'],
}

const workshop = { name: 'workshop', include: ['workshop/src/*.test.ts'] }

export default defineConfig({
  test: { projects: ['packages/*', 'apps/*', { test: repository }, { test: workshop }] },
})
