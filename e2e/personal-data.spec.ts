import { readFileSync } from 'node:fs'
import { expectAccessible } from './accessible.ts'
import { expect, test } from './fixtures.ts'

test('who asked downloads everything, deletes it in two steps, and is somebody new; in German on a phone, too', async ({
  chat,
  page,
}) => {
  test.slow() // three looks for accessibility
  await chat.open()
  await chat.ask('mock-echo what canary8701 asked')
  await chat.answered()
  const { conversationId } = chat
  await page.getByRole('link', { name: 'Your data' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your data')
  await expectAccessible(page)
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download everything' }).click(),
  ])
  expect(download.suggestedFilename()).toMatch(/^my-data-.*\.json$/)
  const file = JSON.parse(readFileSync(await download.path(), 'utf8'))
  expect(JSON.stringify(file)).toContain('canary8701')
  expect(file.conversations).toHaveLength(1)

  await page.getByRole('button', { name: 'Delete everything' }).click()
  await expect(page.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await page.keyboard.press('Enter')
  expect((await page.request.get(`/api/conversations/${conversationId}`)).status()).toBe(200)
  await page.getByRole('button', { name: 'Delete everything' }).click()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Delete everything for good' }).click()
  await page.waitForURL('/')
  await expect(chat.field).toBeFocused()
  await expect(page.getByText('canary8701')).toHaveCount(0)
  expect((await page.request.get(`/api/conversations/${conversationId}`)).status()).toBe(404)

  await page.setViewportSize({ width: 390, height: 800 })
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.context().addCookies([{ name: 'ui-language', value: 'de', url: page.url() }])
  await page.goto('/data')
  await page.getByRole('button', { name: 'Alles löschen' }).click()
  await expect(page.getByRole('button', { name: 'Alles endgültig löschen' })).toBeVisible()
  await expectAccessible(page)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
})
