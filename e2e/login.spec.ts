import type { Page } from '@playwright/test'
import { unusedPorts } from '@repo/local-stack/ports'
import { startTestIssuer, type TestIssuer } from '@repo/local-stack/test-issuer'
import { expectAccessible } from './accessible.ts'
import { ChatPage } from './chat-page.ts'
import { expect, test } from './fixtures.ts'
import { startTestStack, type TestStack } from './test-stack.ts'

test.describe.configure({ mode: 'serial' }) // one stack for all
test.slow()

let issuer: TestIssuer
let stack: TestStack

test.beforeAll(async () => {
  test.setTimeout(180_000)
  const ports = await unusedPorts()
  issuer = await startTestIssuer(`http://localhost:${ports.web}`)
  stack = await startTestStack('login', ports, { ...issuer.env, ADMIN_EMAILS: 'ada@example.com' })
})
test.afterAll(async () => {
  await stack?.remove()
  await issuer?.stop()
})

/** On the issuer's own pages. */
async function fillIn(page: Page, name: string): Promise<void> {
  await page.getByPlaceholder('Enter any login').fill(name)
  await page.getByPlaceholder('and password').fill('any')
  await page.getByRole('button', { name: 'Sign-in' }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
}

test('who is not signed in sees one page; the issuer signs them in, they ask, and sign out', async ({ chat, page }) => {
  await page.route('https://fonts.googleapis.com/**', (route) => route.abort()) // of the issuer's page
  await page.goto(`${stack.url}/usage`)
  await expect(page.getByRole('heading', { name: 'Sign in to chat' })).toBeVisible()
  await expect(chat.field).toBeHidden()
  await expectAccessible(page)
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Sign in' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`^${issuer.url}/interaction/`))
  await fillIn(page, 'ada')
  await expect(page).toHaveURL(`${stack.url}/usage`)
  await expect(page.getByRole('heading', { name: 'Usage', level: 1 })).toBeVisible()

  await chat.open(stack.url)
  await chat.ask('Hello')
  await chat.answered()
  await expect(page.getByText('Ada Example')).toBeVisible()
  await expectAccessible(page)
  await chat.reload()
  await expect(chat.conversations.getByRole('link', { name: 'Hello' })).toBeVisible()

  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: 'Yes, sign me out' }).click()
  await expect(page).toHaveURL(`${stack.url}/`)
  await expect(page.getByRole('heading', { name: 'Sign in to chat' })).toBeVisible()
  expect(await page.content()).not.toContain('Ada Example')
})

test('a session that ends in the middle is said at the question, which is kept; signing in leads back', async ({
  chat,
  page,
}) => {
  await page.route('https://fonts.googleapis.com/**', (route) => route.abort())
  await page.goto(stack.url)
  await page.getByRole('link', { name: 'Sign in' }).click()
  await fillIn(page, 'grace')
  await expect(chat.field).toBeFocused() // its script runs
  await chat.ask('Hello')
  await chat.answered()
  const address = page.url()
  await page.context().clearCookies({ name: 'visitor' })
  await chat.ask('And then?')
  await expect(page.getByRole('alert').filter({ hasText: 'You are not signed in any more' })).toBeVisible()
  await expect(chat.field).toHaveValue('And then?')
  await page.getByRole('alert').getByRole('link', { name: 'Sign in' }).click()
  await expect(page).toHaveURL(address) // the issuer remembers the person
  await expect(chat.answers).toHaveCount(1)
})

test('a link of somebody else’s sign-in is refused, in words; in German, dark and on a phone, too', async ({
  browser,
}) => {
  const context = await browser.newContext({
    locale: 'de-DE',
    colorScheme: 'dark',
    viewport: { width: 390, height: 844 },
  })
  const page = await context.newPage()
  await page.goto(`${stack.url}/api/login/callback?code=stolen&state=stolen`)
  await expect(page).toHaveURL(`${stack.url}/?login=again`)
  await expect(page.getByText(/zu alt oder wurde woanders begonnen/)).toHaveRole('alert')
  await expect(page.getByRole('heading', { name: 'Melde dich an' })).toBeVisible()
  await expectAccessible(page)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
  await context.close()
})

test('the foot of the sidebar has the name on a phone, too', async ({ browser }) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } })
  const page = await context.newPage()
  await page.route('https://fonts.googleapis.com/**', (route) => route.abort())
  await page.goto(stack.url)
  await page.getByRole('link', { name: 'Sign in' }).click()
  await fillIn(page, 'heidi')
  await expect(new ChatPage(page).field).toBeFocused() // its script runs
  await page.getByRole('button', { name: 'Open conversations' }).click()
  await expect(page.getByRole('dialog').getByText('Heidi Example')).toBeVisible()
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Sign out' })).toBeVisible()
  await expectAccessible(page)
  await context.close()
})
