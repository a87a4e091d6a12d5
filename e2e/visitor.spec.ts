import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type BrowserContext, chromium } from '@playwright/test'
import { chromiumOptions } from './browser.ts'
import { ChatPage } from './chat-page.ts'
import { expect, test } from './fixtures.ts'
import { choosePorts } from './ports.ts'

const options = chromiumOptions()
test.use({
  launchOptions: { ...options, args: [...(options.args ?? []), '--host-resolver-rules=MAP chat.lan 127.0.0.1'] },
})

/** How many conversations each tab's visitor has when six tabs have asked their first question at once. */
async function conversationsOfSix(context: BrowserContext, url: string): Promise<number[]> {
  const tabs: ChatPage[] = []
  for (let i = 0; i < 6; i++) tabs.push(new ChatPage(await context.newPage()))
  // Slow, as over a real network: otherwise one may be through before the next begins.
  await context.route('**/api/*', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 200))
    await route.continue()
  })
  for (const tab of tabs) {
    await tab.open(url)
    await tab.field.fill('Hello from one of many')
  }
  await Promise.all(tabs.map((tab) => tab.field.press('Enter')))
  for (const tab of tabs) await tab.answered()
  return Promise.all(
    tabs.map(async ({ page }) => {
      const listed = await page.evaluate(async () => (await fetch('/api/conversations?limit=50')).json())
      return listed.items.length
    }),
  )
}

test('six tabs that ask their first question at the same time are one visitor', async ({ context }) => {
  expect(await conversationsOfSix(context, '/')).toEqual([6, 6, 6, 6, 6, 6])
  expect((await context.cookies()).filter(({ name }) => name === 'visitor')).toHaveLength(1)
})

test('over plain HTTP in a LAN, where browsers have no locks, too', async ({ context, browserName }) => {
  test.skip(browserName !== 'chromium', 'only Chromium can be told of a name that no server knows')
  const asked: string[] = []
  context.on('request', (request) => request.url().endsWith('/api/visitor') && asked.push(request.url()))
  const url = `http://chat.lan:${(await choosePorts()).web}/`
  expect(await conversationsOfSix(context, url)).toEqual([6, 6, 6, 6, 6, 6])
  // A worker did, for all of them.
  expect(asked).toEqual([])
})

test('a browser that is known is asked nothing more', async ({ chat, page }) => {
  const asked: string[] = []
  page.on('request', (request) => request.url().endsWith('/api/visitor') && asked.push(request.url()))
  await chat.open()
  await chat.ask('Hello')
  await chat.answered()
  expect(asked).toHaveLength(2)
  await chat.reload()
  await chat.ask('Hello again')
  await chat.answered(2)
  expect(asked).toHaveLength(2)
})

test('a browser that keeps no cookies is told so, and the question stays', async ({ baseURL, browserName }) => {
  test.skip(browserName !== 'chromium', 'the setting is Chromium’s')
  const profile = mkdtempSync(path.join(tmpdir(), 'chat-no-cookies-'))
  mkdirSync(path.join(profile, 'Default'))
  const preferences = { profile: { default_content_setting_values: { cookies: 2 } } }
  writeFileSync(path.join(profile, 'Default/Preferences'), JSON.stringify(preferences))
  const context = await chromium.launchPersistentContext(profile, { ...options, ...(baseURL && { baseURL }) })
  try {
    const chat = new ChatPage(await context.newPage())
    await chat.open()
    await chat.ask('Will you remember me?')
    await expect(chat.page.getByRole('alert').filter({ hasText: 'keeps no cookies' })).toBeVisible()
    await expect(chat.field).toHaveValue('Will you remember me?')
    await expect(chat.page).toHaveURL('/')
  } finally {
    await context.close()
    rmSync(profile, { recursive: true, force: true })
  }
})
