import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'

const LIGHT = 'rgb(255, 255, 255)'
const DARK = 'rgb(20, 21, 23)'
const background = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor)

test.use({ colorScheme: 'light' })

async function choose(page: Page, value: 'system' | 'light' | 'dark'): Promise<void> {
  await page.goto('/')
  await expect(page.getByRole('textbox').last()).toBeFocused()
  await page.getByRole('combobox', { name: 'Theme' }).selectOption(value)
}

test('what was chosen holds at once, and after a reload, against the system', async ({ page }) => {
  await choose(page, 'dark')
  expect(await background(page)).toBe(DARK)
  await page.reload()
  expect(await background(page)).toBe(DARK)
  await expect(page.getByRole('combobox', { name: 'Theme' })).toHaveValue('dark')
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe('dark')

  await page.emulateMedia({ colorScheme: 'dark' })
  await choose(page, 'light')
  expect(await background(page)).toBe(LIGHT)
  await choose(page, 'system')
  expect(await background(page)).toBe(DARK)
  await page.reload()
  expect(await background(page)).toBe(DARK)
  await page.emulateMedia({ colorScheme: 'light' })
  expect(await background(page)).toBe(LIGHT)
})

test('the bars of a phone have the colour of the page', async ({ page }) => {
  const bars = () =>
    page.evaluate(() => {
      const metas = [...document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')]
      return metas.find(({ media }) => !media || matchMedia(media).matches)?.content
    })
  await page.goto('/')
  expect(await bars()).toBe('#ffffff')
  await choose(page, 'dark')
  expect(await bars()).toBe('#141517')
  await page.reload()
  expect(await bars()).toBe('#141517')
})

test('no frame is painted in the other theme first', async ({ page }) => {
  await choose(page, 'dark')
  // Before anything of the page runs: notes the background in each frame from the first on.
  await page.addInitScript(() => {
    const seen = new Set<string>()
    Object.assign(window, { seen })
    const look = () => {
      if (document.body) seen.add(getComputedStyle(document.body).backgroundColor)
      requestAnimationFrame(look)
    }
    look()
  })
  // Slow enough that the page is painted long before its scripts have come.
  await page.route('**/*.js', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 300))
    await route.continue()
  })
  await page.reload()
  await expect(page.getByRole('textbox').last()).toBeFocused()
  expect(await page.evaluate(() => [...(window as unknown as { seen: Set<string> }).seen])).toEqual([DARK])
})

test('without JavaScript it holds too', async ({ browser, page }) => {
  await choose(page, 'dark')
  // A page's cookie is the browser's a moment later.
  await expect.poll(async () => (await page.context().cookies()).map(({ name }) => name)).toContain('ui-theme')
  const context = await browser.newContext({
    javaScriptEnabled: false,
    colorScheme: 'light',
    storageState: await page.context().storageState(),
  })
  const plain = await context.newPage()
  await plain.goto(page.url())
  await expect(plain.locator('body')).toHaveCSS('background-color', DARK)
  await context.close()
})

test('on a phone language and theme stand in the opened list, with names, and axe finds nothing', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto('/')
  await page.getByRole('button', { name: 'Open conversations' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('combobox', { name: 'Theme' }).selectOption('dark')
  expect(await background(page)).toBe(DARK)
  await expect(dialog.getByRole('combobox', { name: 'Language' })).toBeInViewport({ ratio: 1 })
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, help }) => `${id}: ${help}`)).toEqual([])
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Open conversations' }).click()
  await expect(dialog.getByRole('combobox', { name: 'Theme' })).toHaveValue('dark')
})
