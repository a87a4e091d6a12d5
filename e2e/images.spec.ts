import type { Page } from '@playwright/test'
import { expectAccessible } from './accessible.ts'
import { expect, test } from './fixtures.ts'
import { pictureOf } from './picture.ts'

const house = { name: 'house.png', mimeType: 'image/png', buffer: pictureOf(640, 480) }
const list = (page: Page) => page.getByRole('list', { name: 'Pictures of this message' })
const enlarge = (page: Page, name: string) => page.getByRole('button', { name: `Enlarge: ${name}` })

async function choose(page: Page, ...files: { name: string; mimeType: string; buffer: Buffer }[]): Promise<void> {
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Add pictures' }).click(),
  ])
  await chooser.setFiles(files)
}

/** As a browser does it: the files are in what the event carries. */
async function give(
  page: Page,
  event: 'paste' | 'drop',
  name: string,
  buffer: Buffer,
  type = 'image/png',
): Promise<void> {
  await page.evaluate(
    ([event, name, base64, type]) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
      const data = new DataTransfer()
      data.items.add(new File([bytes], name, { type }))
      const init = { bubbles: true, cancelable: true }
      const field = document.getElementById('message') as HTMLElement
      if (event === 'paste') field.dispatchEvent(new ClipboardEvent('paste', { ...init, clipboardData: data }))
      else
        for (const kind of ['dragover', 'drop'])
          field.dispatchEvent(new DragEvent(kind, { ...init, dataTransfer: data }))
    },
    [event, name, buffer.toString('base64'), type] as const,
  )
}

test('a picture is chosen, described, sent and answered, and is there after a reload', async ({ chat, page }) => {
  await chat.open()
  await choose(page, house)
  await expect(list(page).getByRole('img', { includeHidden: true })).toHaveCount(1)
  await page.getByRole('textbox', { name: 'Description of house.png' }).fill('A red roof')
  await expectAccessible(page)
  await chat.ask('What is this?')
  await chat.answered()
  expect(await chat.text()).toContain('PNG, 640 × 480 pixels')
  await expect(list(page)).toHaveCount(0)
  await expect(chat.questions.getByRole('img', { name: 'A red roof' })).toBeVisible()

  await chat.reload()
  const picture = chat.questions.getByRole('img', { name: 'A red roof' })
  await expect(picture).toBeVisible()
  expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(640)
  await expectAccessible(page)
})

test('it opens in large by keyboard, and Escape closes it', async ({ chat, page }) => {
  await chat.open()
  await choose(page, house)
  await expect(page.getByRole('textbox', { name: 'Description of house.png' })).toBeVisible()
  await chat.ask('What is this?')
  await chat.answered()
  await enlarge(page, 'house.png').focus()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'house.png' })
  await expect(dialog.getByRole('img')).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await expect(enlarge(page, 'house.png')).toBeFocused()
})

test('several are pasted and dropped, and one is taken back', async ({ chat, page }) => {
  await chat.open()
  await expect(page.getByRole('button', { name: 'Add pictures' })).toBeVisible()
  await give(page, 'paste', 'pasted.png', house.buffer)
  await give(page, 'drop', 'dropped.png', pictureOf(320, 200))
  await expect(list(page).getByRole('listitem')).toHaveCount(2)
  await expect(page.getByRole('textbox', { name: 'Description of dropped.png' })).toBeVisible()
  await page.getByRole('button', { name: 'Remove pasted.png' }).click()
  await expect(list(page).getByRole('listitem')).toHaveCount(1)
  await expect(chat.field).toBeFocused()
  await expect(page.getByRole('status').filter({ hasText: 'pasted.png is removed.' })).toHaveCount(1)
  await chat.send.click()
  await chat.answered()
  expect(await chat.text()).toContain('320 × 200')
  expect(await chat.text()).not.toContain('640 × 480')
})

test('what is no picture says so, and nothing is sent until it is gone', async ({ chat, page }) => {
  await chat.open()
  await choose(page, { name: 'lie.png', mimeType: 'image/png', buffer: Buffer.from('<html>') }, house)
  await expect(list(page).getByRole('alert')).toContainText('no picture of a kind that models take')
  await expect(page.getByRole('textbox', { name: 'Description of house.png' })).toBeVisible()
  await chat.field.fill('What is this?')
  await expect(chat.send).toHaveAttribute('aria-disabled', 'true')
  await chat.field.press('Enter')
  await expect(chat.answers).toHaveCount(0)
  await page.getByRole('button', { name: 'Remove lie.png' }).click()
  await chat.field.press('Enter')
  await chat.answered()
})

test('a large photo is made smaller before it is sent', async ({ chat, page }) => {
  await chat.open()
  await choose(page, { name: 'large.png', mimeType: 'image/png', buffer: pictureOf(4000, 3000) })
  await expect(page.getByRole('textbox', { name: 'Description of large.png' })).toBeVisible({ timeout: 30_000 })
  await chat.ask('What is this?')
  await chat.answered()
  expect(await chat.text()).toContain('2048 × 1536')
})

test('pictures that were not sent are there after a reload', async ({ chat, page }) => {
  await chat.open()
  await choose(page, house)
  await expect(page.getByRole('textbox', { name: 'Description of house.png' })).toBeVisible()
  await chat.reload()
  await expect(list(page).getByRole('listitem')).toHaveCount(1)
})

test('an edited question keeps its pictures', async ({ chat, page }) => {
  await chat.open()
  await choose(page, house)
  await expect(page.getByRole('textbox', { name: 'Description of house.png' })).toBeVisible()
  await chat.ask('What is this?')
  await chat.answered()
  await chat.questions.hover()
  await page.getByRole('button', { name: 'Edit question' }).click()
  await page.getByRole('textbox', { name: 'Edited question' }).fill('And this?')
  await page.getByRole('button', { name: 'Ask again' }).click()
  await expect(chat.questions).toContainText('And this?')
  await chat.answered()
  expect(await chat.text()).toContain('640 × 480')
  await expect(enlarge(page, 'house.png')).toBeVisible()
})

test('a model that takes none is told of before anything is sent', async ({ chat, page }) => {
  await page.route('**/api/models', async (route) => {
    const models = await (await route.fetch()).json()
    await route.fulfill({ json: models.map((one: object) => ({ ...one, images: false })) })
  })
  await chat.open()
  await choose(page, house)
  await expect(page.getByRole('alert').filter({ hasText: 'mock-standard takes no pictures' })).toBeVisible()
  await chat.field.fill('What is this?')
  await expect(chat.send).toHaveAttribute('aria-disabled', 'true')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Remove house.png' }).click()
  await chat.field.press('Enter')
  await chat.answered()
})

test('through the page it is served as nothing but a picture, and cached', async ({ chat, page, request }) => {
  await chat.open()
  await choose(page, house)
  await expect(page.getByRole('textbox', { name: 'Description of house.png' })).toBeVisible()
  const src = await list(page).locator('img').getAttribute('src')
  const response = await page.request.get(src ?? '')
  expect(response.headers()).toMatchObject({
    'content-type': 'image/png',
    'cache-control': 'private, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
  })
  expect(response.headers()['content-security-policy']).toContain('sandbox')
  const etag = response.headers().etag ?? ''
  expect((await page.request.get(src ?? '', { headers: { 'if-none-match': etag } })).status()).toBe(304)
  expect((await request.get(src ?? '')).status()).toBe(404)
})
