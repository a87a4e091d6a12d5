import { readFileSync } from 'node:fs'
import type { Locator, Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'

const titles = (conversations: Locator) => conversations.getByRole('link')
const choose = async (page: Page, title: string, command: string) => {
  await page.getByRole('button', { name: `Options of ${title}` }).click()
  await page.getByRole('menuitem', { name: command }).click()
}
/** When the API has stored the change that is made next. */
const patched = (page: Page) => page.waitForResponse((response) => response.request().method() === 'PATCH')

test('a conversation is renamed in its place with the keyboard, and keeps its name', async ({ chat, page }) => {
  await chat.open()
  await chat.ask('Hello')
  await chat.answered()
  const options = page.getByRole('button', { name: 'Options of Hello' })
  await options.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('menuitem', { name: 'Rename' })).toBeFocused()
  await page.keyboard.press('ArrowUp')
  await expect(page.getByRole('menuitem', { name: 'Delete' })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(options).toBeFocused()

  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('textbox', { name: 'New title' })).toBeFocused()
  await page.keyboard.type('Never kept')
  await page.keyboard.press('Escape')
  await expect(titles(chat.conversations)).toHaveText(['Hello'])

  await options.focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  await page.keyboard.type('Greetings')
  const stored = patched(page)
  await page.keyboard.press('Enter')
  await expect(titles(chat.conversations)).toHaveText(['Greetings'])
  await expect(page.getByRole('link', { name: 'Greetings' })).toBeFocused()
  await expect(page).toHaveTitle(/Greetings/)
  await stored
  await chat.reload()
  await expect(titles(chat.conversations)).toHaveText(['Greetings'])
})

test('a menu that is closed with Esc opens again as fast as one can press', async ({ chat, page }) => {
  await chat.open()
  await chat.ask('Hello')
  await chat.answered()
  await page.getByRole('button', { name: 'Options of Hello' }).focus()
  for (let again = 0; again < 5; again++) {
    await page.keyboard.press('Enter')
    await expect(page.getByRole('menuitem', { name: 'Rename' })).toBeFocused()
    // Without a pause: the next key comes before what the browser tells later about the menu.
    await Promise.all([page.keyboard.press('Escape'), page.keyboard.press('Enter')])
    await expect(page.getByRole('menuitem', { name: 'Rename' })).toBeFocused()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('button', { name: 'Options of Hello' })).toBeFocused()
  }
})

test('a deleted conversation comes back with Undo, and is gone without', async ({ chat, page }) => {
  await chat.open()
  await chat.ask('Hello')
  await chat.answered()
  await choose(page, 'Hello', 'Delete')
  await expect(titles(chat.conversations)).toHaveCount(0)
  await expect(page).toHaveURL('/')
  await expect(chat.answers).toHaveCount(0)

  const undo = page.getByRole('button', { name: 'Undo' })
  await expect(undo).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(titles(chat.conversations)).toHaveText(['Hello'])
  await expect(page).toHaveURL(/\/c\//)
  await chat.answered()

  await choose(page, 'Hello', 'Delete')
  await expect(undo).toBeVisible()
  await page.getByRole('button', { name: 'Dismiss' }).click()
  await expect(page.getByRole('searchbox')).toBeFocused()
  await chat.reload()
  await expect(page.getByText('Your conversations will be listed here.')).toBeVisible()
})

test('a conversation that cannot be deleted stays, and says so', async ({ chat, page }) => {
  await chat.open()
  await chat.ask('Hello')
  await chat.answered()
  await page.route('**/api/conversations/*', (route) => route.fulfill({ status: 503, body: '' }))
  await choose(page, 'Hello', 'Delete')
  await expect(page.getByText('The conversation could not be deleted. Try again.')).toBeVisible()
  await expect(titles(chat.conversations)).toHaveText(['Hello'])
})

test('search finds words of titles and messages, and says when there is nothing', async ({ chat, page }) => {
  await chat.open()
  await chat.ask('What is OTLP?')
  await chat.answered()
  await chat.newChat.click()
  await chat.ask('Write a haiku about latency.')
  await chat.answered()
  await expect(titles(chat.conversations)).toHaveCount(2)

  const search = page.getByRole('searchbox', { name: 'Search conversations' })
  await search.fill('haiku')
  await expect(titles(chat.conversations)).toHaveText(['Write a haiku about latency.'])
  await expect(chat.conversations.getByRole('status')).toHaveText('1 found')
  await search.fill('cursor blinks')
  await expect(titles(chat.conversations)).toHaveText(['Write a haiku about latency.'])
  await search.fill('zebra')
  await expect(page.getByText('Nothing found for “zebra”.')).toBeVisible()
  await search.press('Escape')
  await expect(search).toHaveValue('')
  await expect(titles(chat.conversations)).toHaveCount(2)
})

for (const [name, extension, content] of [
  ['Markdown', 'md', /What is OTLP\?/],
  ['JSON', 'json', /"outcome": ?"finished"/],
] as const)
  test(`a conversation is exported as ${name}`, async ({ chat, page }) => {
    await chat.open()
    await chat.ask('What is OTLP?')
    await chat.answered()
    const download = page.waitForEvent('download')
    await choose(page, 'What is OTLP?', `Export as ${name}`)
    const file = await download
    expect(file.suggestedFilename()).toMatch(new RegExp(`otlp.*\\.${extension}$`, 'i'))
    expect(readFileSync(await file.path(), 'utf8')).toMatch(content)
  })

test('what happens in one tab is seen in the other', async ({ chat, page, context }) => {
  await chat.open()
  const other = await context.newPage()
  await other.goto('/')
  const there = other.getByRole('navigation', { name: 'Conversations' })

  await chat.ask('Hello')
  await chat.answered()
  await expect(titles(there)).toHaveText(['Hello'])
  await choose(page, 'Hello', 'Rename')
  await page.keyboard.type('Greetings')
  await page.keyboard.press('Enter')
  await expect(titles(there)).toHaveText(['Greetings'])
  await choose(page, 'Greetings', 'Delete')
  await expect(titles(there)).toHaveCount(0)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(titles(there)).toHaveText(['Greetings'])
})

test('a model is picked for one conversation, and stays picked', async ({ chat }) => {
  await chat.open()
  await chat.ask('Hello')
  await chat.answered()
  await chat.model.selectOption('mock-reasoning')
  await chat.ask('What does p95 mean?')
  await chat.answered(2)
  await expect(chat.signature).toHaveText(/^mock-reasoning/)

  await chat.newChat.click()
  await expect(chat.model).toHaveValue('mock-standard')
  await chat.conversations.getByRole('link', { name: 'Hello' }).click()
  await expect(chat.model).toHaveValue('mock-reasoning')
  await chat.reload()
  await expect(chat.model).toHaveValue('mock-reasoning')
})

test('a model that is picked before its conversation is listed stays picked', async ({ chat, page }) => {
  await chat.open()
  const { promise: listing, resolve: list } = Promise.withResolvers<void>()
  await page.route('**/api/conversations?*', async (route) => {
    await listing
    await route.continue()
  })
  await chat.ask('Hello')
  await chat.answered()
  await chat.model.selectOption('mock-reasoning')
  const stored = patched(page)
  list()
  await expect(chat.conversations.getByRole('link', { name: 'Hello' })).toBeVisible()
  await stored
  await expect(chat.model).toHaveValue('mock-reasoning')
  await chat.reload()
  await expect(chat.model).toHaveValue('mock-reasoning')
})

test('a list that was asked for before a model was picked does not take it back', async ({ chat, page }) => {
  await chat.open()
  await chat.ask('Hello')
  await chat.answered()
  await expect(chat.conversations.getByRole('link', { name: 'Hello' })).toBeVisible()
  const { promise: delivery, resolve: deliver } = Promise.withResolvers<void>()
  await page.route('**/api/conversations?*', async (route) => {
    const response = await route.fetch()
    await delivery
    await route.fulfill({ response })
  })
  const asked = page.waitForRequest('**/api/conversations?*')
  await chat.ask('And again?')
  await chat.answered(2)
  await asked
  const stored = patched(page)
  await chat.model.selectOption('mock-reasoning')
  await (await stored).finished()
  const listed = page.waitForResponse('**/api/conversations?*')
  deliver()
  await (await listed).finished()
  await chat.ask('What does p95 mean?')
  await chat.answered(3)
  await expect(chat.signature).toHaveText(/^mock-reasoning/)
})

test('on a phone all of it happens in the dialog', async ({ chat, page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await chat.open()
  await chat.ask('Hello')
  await chat.answered()
  await page.getByRole('button', { name: 'Open conversations' }).click()
  const dialog = page.getByRole('dialog', { name: 'Conversations' })
  await choose(page, 'Hello', 'Delete')
  await expect(dialog.getByRole('button', { name: 'Undo' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(dialog.getByRole('link', { name: 'Hello' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(dialog).toBeHidden()
  await chat.answered()
})

test('a hidden sidebar stays hidden, from the first byte of the next page', async ({ chat, page }) => {
  await chat.open()
  await page.getByRole('button', { name: 'Hide conversations' }).click()
  const open = page.getByRole('button', { name: 'Open conversations' })
  await expect(open).toBeFocused()
  expect(await (await page.request.get('/')).text()).not.toContain('<aside')
  await chat.reload()
  await open.click()
  await expect(page.getByRole('searchbox')).toBeVisible()
  expect(await (await page.request.get('/')).text()).toContain('<aside')
})
