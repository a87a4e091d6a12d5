import { test as base } from '@playwright/test'
import { choosePorts } from './ports.ts'

type Fixtures = {
  /** Where the viewer of the stack under test answers, e.g. `http://localhost:4318`. */
  viewerUrl: string
  /** The API without the web server in front of it. */
  apiUrl: string
  /** Fails the test when the page threw an error that nobody caught. */
  noPageErrors: undefined
}

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from this pattern
  viewerUrl: async ({}, use) => use(`http://localhost:${(await choosePorts()).viewer}`),
  // biome-ignore lint/correctness/noEmptyPattern: see above
  apiUrl: async ({}, use) => use(`http://127.0.0.1:${(await choosePorts()).api}`),
  noPageErrors: [
    async ({ page }, use) => {
      const errors: Error[] = []
      page.on('pageerror', (error) => errors.push(error))
      await use(undefined)
      if (errors.length > 0) throw new AggregateError(errors, `The page threw: ${errors.map(String).join('; ')}`)
    },
    { auto: true },
  ],
})

export { expect } from '@playwright/test'
