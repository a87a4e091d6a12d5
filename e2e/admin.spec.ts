import { expectAccessible } from './accessible.ts'
import { ChatPage } from './chat-page.ts'
import { expect, test } from './fixtures.ts'
import { signIn, stackWithLogin } from './signed-in.ts'

const started = stackWithLogin('admin', { ADMIN_EMAILS: 'ada@example.com', DAILY_BUDGET_USD_PER_VISITOR: '5' })

test('an administrator sees who spends, blocks by keyboard, and lets go again; all others find no such page', async ({
  browser,
  chat,
  page,
}) => {
  const other = await (await browser.newContext()).newPage()
  const theirs = new ChatPage(other)
  await signIn(other, started.stack, 'grace')
  await theirs.ask('Hello')
  await theirs.answered()
  await expect(other.getByRole('link', { name: 'Admin' })).toHaveCount(0)
  expect((await other.goto(`${started.stack.url}/admin`))?.status()).toBe(404)
  await expect(other.getByRole('heading', { name: 'Not found' })).toBeVisible()

  await signIn(page, started.stack, 'ada')
  await chat.ask('Hello')
  await chat.answered()
  await page.getByRole('link', { name: 'Admin' }).click()
  await expect(page.getByRole('heading', { name: 'Admin', level: 1 })).toBeVisible()
  const row = (name: string) => page.getByRole('figure', { name: 'People' }).getByRole('row').filter({ hasText: name })
  await expect(row('Grace Example').getByRole('cell')).toHaveText([
    '1',
    /^\$0\.00\d+$/,
    'as for all: $5.00',
    'as for all: 20',
    'Active',
    'Change limits',
  ])
  await expectAccessible(page)

  await page.getByRole('searchbox', { name: 'Name or e-mail address' }).fill('grace@')
  await page.keyboard.press('Enter')
  await expect(page.getByText('1 person')).toBeVisible()
  await expect(row('Ada Example')).toHaveCount(0)

  const dialog = page.getByRole('dialog', { name: 'Change limits of Grace Example' })
  // The search has loaded the page anew, and the button does nothing before its script runs.
  await expect(async () => {
    await page.getByRole('button', { name: 'Change limits of Grace Example' }).press('Enter')
    await expect(dialog).toBeVisible({ timeout: 1000 })
  }).toPass()
  await dialog.getByRole('group', { name: 'Budget a day' }).getByRole('radio', { name: 'An own one' }).check()
  await dialog.getByRole('spinbutton', { name: 'Dollars a day' }).fill('2.5')
  await dialog.getByRole('checkbox', { name: /^Blocked/ }).press('Space')
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Save' }).press('Enter')
  await expect(dialog).toBeHidden()
  await expect(row('Grace Example')).toContainText('$2.50')
  await expect(row('Grace Example')).toContainText('Blocked')
  const changes = page.getByRole('figure', { name: 'Changes' }).getByRole('row')
  await expect(changes).toHaveCount(3)
  await expect(changes.nth(1)).toContainText('ada@example.com')

  await theirs.open(started.stack.url)
  await theirs.ask('And now?')
  await expect(other.getByText('Your account may not ask here')).toBeVisible()
  await expect(theirs.field).toHaveValue('And now?')

  await page.getByRole('button', { name: 'Change limits of Grace Example' }).click()
  await dialog.getByRole('checkbox', { name: /^Blocked/ }).uncheck()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(row('Grace Example')).toContainText('Active')
  await theirs.field.press('Enter')
  await theirs.answered()

  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download CSV' }).click()
  expect((await download).suggestedFilename()).toMatch(/^spending-.*\.csv$/)
})

test('the page fits a phone, in German and dark, too', async ({ browser }) => {
  const viewport = { width: 390, height: 844 }
  const page = await (await browser.newContext({ viewport })).newPage()
  await signIn(page, started.stack, 'ada')
  await page.context().addCookies([
    { name: 'ui-language', value: 'de', url: started.stack.url },
    { name: 'ui-theme', value: 'dark', url: started.stack.url },
  ])
  await page.goto(`${started.stack.url}/admin`)
  await expect(page.getByRole('heading', { name: 'Verwaltung', level: 1 })).toBeVisible()
  await expectAccessible(page)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
  await page.getByRole('button', { name: 'Grenzen ändern für Grace Example' }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: 'Unterhaltungen öffnen' }).click()
  const menu = page.getByRole('dialog')
  await expect(menu.getByRole('link', { name: 'Verwaltung' })).toBeVisible()
  expect(await menu.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0)
})
