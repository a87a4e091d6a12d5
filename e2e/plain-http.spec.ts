import { chromiumOptions } from './browser.ts'
import { expect, test } from './fixtures.ts'
import { choosePorts } from './ports.ts'

// As a workshop opens it: neither HTTPS nor localhost, so that the browser offers no randomUUID and no clipboard.
const options = chromiumOptions()
test.use({
  launchOptions: { ...options, args: [...(options.args ?? []), '--host-resolver-rules=MAP chat.lan 127.0.0.1'] },
})

test('the chat works over plain HTTP in a LAN, and says that nothing can be copied there', async ({
  chat,
  page,
  browserName,
}) => {
  test.skip(browserName !== 'chromium', 'only Chromium can be told of a name that no server knows')
  await chat.open(`http://chat.lan:${(await choosePorts()).web}/`)
  expect(await page.evaluate(() => isSecureContext)).toBe(false)
  await chat.ask('Hello')
  await chat.answered()
  await chat.answer.getByRole('button', { name: 'Copy answer' }).click()
  await expect(chat.answer.getByText('Your browser does not allow copying here.')).toBeVisible()
  await chat.answer.getByRole('button', { name: 'Regenerate answer' }).click()
  await expect(chat.answer.getByText('2 of 2')).toBeVisible()
})
