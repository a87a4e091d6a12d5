import { expectAccessible } from './accessible.ts'
import { expect, test } from './fixtures.ts'
import { fillIn, signIn, stackWithLogin, withoutFonts } from './signed-in.ts'

const started = stackWithLogin('login', { ADMIN_EMAILS: 'ada@example.com' })

test('who is not signed in sees one page; the issuer signs them in, they ask, and sign out', async ({ chat, page }) => {
  await withoutFonts(page)
  await page.goto(`${started.stack.url}/usage`)
  await expect(page.getByRole('heading', { name: 'Sign in to chat' })).toBeVisible()
  await expect(chat.field).toBeHidden()
  await expectAccessible(page)
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Sign in' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`^${started.issuer.url}/interaction/`))
  await fillIn(page, 'ada')
  await expect(page).toHaveURL(`${started.stack.url}/usage`)
  await expect(page.getByRole('heading', { name: 'Usage', level: 1 })).toBeVisible()

  await chat.open(started.stack.url)
  await chat.ask('Hello')
  await chat.answered()
  await expect(page.getByText('Ada Example')).toBeVisible()
  await expectAccessible(page)
  await chat.reload()
  await expect(chat.conversations.getByRole('link', { name: 'Hello' })).toBeVisible()

  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: 'Yes, sign me out' }).click()
  await expect(page).toHaveURL(`${started.stack.url}/`)
  await expect(page.getByRole('heading', { name: 'Sign in to chat' })).toBeVisible()
  expect(await page.content()).not.toContain('Ada Example')
})

test('a session that ends in the middle is said at the question, which is kept; signing in leads back', async ({
  chat,
  page,
}) => {
  await signIn(page, started.stack, 'grace')
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
  await page.goto(`${started.stack.url}/api/login/callback?code=stolen&state=stolen`)
  await expect(page).toHaveURL(`${started.stack.url}/?login=again`)
  await expect(page.getByText(/zu alt oder wurde woanders begonnen/)).toHaveRole('alert')
  await expect(page.getByRole('heading', { name: 'Melde dich an' })).toBeVisible()
  await expectAccessible(page)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
  await context.close()
})

test('the foot of the sidebar has the name on a phone, too', async ({ browser }) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } })
  const page = await context.newPage()
  await signIn(page, started.stack, 'heidi')
  await page.getByRole('button', { name: 'Open conversations' }).click()
  await expect(page.getByRole('dialog').getByText('Heidi Example')).toBeVisible()
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Sign out' })).toBeVisible()
  await expectAccessible(page)
  await context.close()
})
