import { test as base } from '@playwright/test'
import { ChatPage } from './chat-page.ts'
import { choosePorts } from './ports.ts'
import { Telemetry } from './telemetry.ts'

type Fixtures = {
  chat: ChatPage
  /** What the viewer of the shared stack has received. */
  telemetry: Telemetry
  /** Where the viewer of the shared stack answers, e.g. `http://localhost:4318`. */
  viewerUrl: string
  /** Fails the test when the page threw an error that nobody caught. */
  noPageErrors: undefined
}

export const test = base.extend<Fixtures>({
  chat: async ({ page }, use) => use(new ChatPage(page)),
  telemetry: async ({ viewerUrl }, use) => use(new Telemetry(viewerUrl)),
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from this pattern
  viewerUrl: async ({}, use) => use(`http://localhost:${(await choosePorts()).viewer}`),
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
