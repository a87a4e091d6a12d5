import type { Page } from '@playwright/test'
import { unusedPorts } from '@repo/local-stack/ports'
import { startTestIssuer, type TestIssuer } from '@repo/local-stack/test-issuer'
import { ChatPage } from './chat-page.ts'
import { expect, test } from './fixtures.ts'
import { startTestStack, type TestStack } from './test-stack.ts'

/**
 * For all tests of a file, one after the other: a stack that wants a login, and the issuer that it asks.
 * @param env on top of what the issuer wants
 */
export function stackWithLogin(name: string, env: Record<string, string>): { issuer: TestIssuer; stack: TestStack } {
  test.describe.configure({ mode: 'serial' }) // one stack for all
  test.slow()
  const both = {} as { issuer: TestIssuer; stack: TestStack }
  test.beforeAll(async () => {
    test.setTimeout(180_000)
    const ports = await unusedPorts()
    both.issuer = await startTestIssuer(`http://localhost:${ports.web}`)
    both.stack = await startTestStack(name, ports, { ...both.issuer.env, ...env })
  })
  test.afterAll(async () => {
    await both.stack?.remove()
    await both.issuer?.stop()
  })
  return both
}

/** The issuer's page wants a font of somebody else's. */
export async function withoutFonts(page: Page): Promise<void> {
  await page.route('https://fonts.googleapis.com/**', (route) => route.abort())
}

/** On the issuer's own pages. */
export async function fillIn(page: Page, name: string): Promise<void> {
  await page.getByPlaceholder('Enter any login').fill(name)
  await page.getByPlaceholder('and password').fill('any')
  await page.getByRole('button', { name: 'Sign-in' }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
}

export async function signIn(page: Page, { url }: TestStack, name: string): Promise<void> {
  await withoutFonts(page)
  await page.goto(url)
  await page.getByRole('link', { name: 'Sign in' }).click()
  await fillIn(page, name)
  await expect(new ChatPage(page).field).toBeFocused() // its script runs
}
