import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from '@playwright/test'
import { ChatPage } from './chat-page.ts'
import { expect, test } from './fixtures.ts'

const languages = { en: 'en-US', de: 'de-DE' } as const
type Language = keyof typeof languages

/** What is pressed on the way, in each language. */
const labels = {
  en: { details: 'Show details of this answer', menu: 'Options of', shortcuts: 'Shortcuts', language: 'Language' },
  de: {
    details: 'Details dieser Antwort zeigen',
    menu: 'Optionen für',
    shortcuts: 'Tastenkürzel',
    language: 'Sprache',
  },
}

/** Everything that the page says, to eyes or to a screen reader, but for what people, models and the API said. */
function wordsOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const others = 'script, style, .answer, [lang]:not(html), [dir="auto"]:not(textarea), code, pre, title'
    const texts = new Set<string>()
    const add = (text: string | null | undefined) => text?.trim() && texts.add(text.trim())
    const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node instanceof Element ? node : node.parentElement
      if (!element || element.closest(others)) continue
      if (node instanceof Text) add(node.data)
      else for (const name of ['aria-label', 'title', 'placeholder', 'alt']) add(element.getAttribute(name))
    }
    return [...texts]
  })
}

/** Numbers, names, keys, ids, and the few words that are the same. */
const SAME =
  /^([^\p{L}]*|LGTM Chat|Code|System|text|calculator|mock(-\w+)*|.*mock-\w+ · .*|[A-Z?⌘/]|Alt|Esc|Enter|stop|[0-9a-f]{32}|[\d.,]+ (ms|s|min))$/u

async function pageIn(browser: Browser, language: Language, storageState?: Awaited<ReturnType<typeof stateOf>>) {
  const context = await browser.newContext({
    locale: languages[language],
    ...(storageState && { storageState }),
  })
  return context.newPage()
}
const stateOf = (page: Page) => page.context().storageState()

test('what a German browser is shown is German throughout, and the same as in English', async ({ browser }) => {
  test.setTimeout(120_000)
  const english = await pageIn(browser, 'en')
  const chat = new ChatPage(english)
  await chat.open()
  await chat.ask('Compare Loki, Tempo and Mimir in a table.', 'mock-reasoning')
  await chat.answered()
  await chat.ask('What is 17% of 2,340?')
  await chat.answered(2)
  await chat.ask('And now?', 'mock-cut')
  await chat.answered(3)
  const id = chat.conversationId
  const pages = { en: english, de: await pageIn(browser, 'de', await stateOf(english)) }

  const said: Record<Language, string[]> = { en: [], de: [] }
  for (const language of ['en', 'de'] as const) {
    const page = pages[language]
    const label = labels[language]
    const look = async () => said[language].push(...(await wordsOf(page)))
    await page.goto('/')
    await expect(page.locator('html')).toHaveAttribute('lang', language)
    await expect(page.getByRole('textbox').last()).toBeFocused()
    await look()
    await page.goto(`/c/${id}`)
    await page.getByTitle(label.details).first().click()
    await expect(page.locator('dl')).toBeVisible()
    await look()
    await page.getByRole('button', { name: label.shortcuts }).click()
    await expect(page.getByRole('dialog')).toBeVisible()
    await look()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: label.menu }).first().focus()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('menu')).toBeVisible()
    await look()
    await page.goto('/usage')
    await expect(page.getByRole('table').first()).toBeVisible()
    await look()
    await page.goto('/c/00000000-0000-4000-8000-000000000000')
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await look()
  }
  expect(said.de.length).toBeGreaterThan(100)
  const untranslated = said.de.filter((text) => said.en.includes(text) && !SAME.test(text))
  expect([...new Set(untranslated)]).toEqual([])
  for (const page of Object.values(pages)) await page.context().close()
})

for (const language of ['en', 'de'] as const) {
  test(`each question that the start page suggests has an answer of its own, in ${language}`, async ({ browser }) => {
    test.setTimeout(120_000)
    const page = await pageIn(browser, language)
    const suggestions = page.getByRole('region', { name: /^(Examples|Beispiele)$/ }).getByRole('button')
    await page.goto('/')
    await expect(page.getByRole('textbox').last()).toBeFocused()
    const count = await suggestions.count()
    expect(count).toBeGreaterThan(3)
    for (let i = 0; i < count; i++) {
      await page.goto('/')
      await expect(page.getByRole('textbox').last()).toBeFocused()
      await suggestions.nth(i).click()
      const answer = page.getByRole('article').nth(1)
      // Words, or a tool that asks first.
      await expect(answer).toContainText(/\p{L}{3}.*(\.|\?|:)/u)
      await expect(answer).not.toContainText('has not understood your question')
      if (language === 'de') await expect(answer).toContainText(/ü|ä|ö|Ein |sind|ist/)
    }
    await page.context().close()
  })
}

test.describe('in a German browser', () => {
  test.use({ locale: 'de-AT' })

  test('the server sends German, and the scripts no words at all', async ({ page, request }) => {
    const html = await (await request.get('/', { headers: { 'accept-language': 'de-AT,de;q=0.9,en;q=0.8' } })).text()
    expect(html).toContain('<html lang="de"')
    expect(html).toContain('Was möchtest du wissen?')
    expect(html).not.toContain('What would you like to know?')
    const scripts: string[] = []
    page.on('response', async (response) => {
      if (response.request().resourceType() === 'script') scripts.push(await response.text())
    })
    await page.goto('/')
    await page.waitForLoadState('networkidle')
    expect(scripts.length).toBeGreaterThan(3)
    for (const script of scripts)
      expect(script).not.toMatch(/Was möchtest du|What would you like|Antwort kopieren|Copy answer/)
  })

  test('numbers are German, and a failure is told in German', async ({ page }) => {
    await page.goto('/')
    const field = page.getByRole('textbox', { name: 'Nachricht' })
    await expect(field).toBeFocused()
    await field.fill('Hallo')
    await field.press('Enter')
    const signature = page.getByTitle(labels.de.details)
    await expect(signature).toContainText(/\d+(,\d\d s| ms) bis zum ersten Token/)
    await expect(signature).toContainText(/0,00\d+\s\$/)
    await page.getByRole('combobox', { name: 'Modell' }).selectOption('mock-429')
    await field.fill('Und jetzt?')
    await field.press('Enter')
    await expect(page.getByRole('main').getByRole('alert')).toHaveText(
      /^Ausgebremst\. Der Anbieter begrenzt die Anfragen\./,
    )
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.map(({ id, help }) => `${id}: ${help}`)).toEqual([])
  })

  test('English can be chosen by keyboard, keeps what is written, and stays after a reload', async ({ page }) => {
    await page.goto('/')
    const field = page.getByRole('textbox').last()
    await expect(field).toBeFocused()
    await field.fill('halb geschrieben')
    await page.getByRole('combobox', { name: 'Sprache' }).focus()
    await page.keyboard.press('e')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('What would you like to know?')
    await expect(page.locator('html')).toHaveAttribute('lang', 'en')
    await expect(field).toHaveValue('halb geschrieben')
    await expect(page.getByRole('combobox', { name: 'Language' })).toHaveValue('en')
    await page.reload()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('What would you like to know?')
    await page.goto('/usage')
    await expect(page).toHaveTitle(/^Usage/)
  })

  test('an answer goes on while the language changes', async ({ page }) => {
    await page.goto('/')
    const field = page.getByRole('textbox').last()
    await expect(field).toBeFocused()
    await page.getByRole('combobox', { name: 'Modell' }).selectOption('mock-slow')
    await field.fill('Hallo')
    await field.press('Enter')
    await expect(page.getByText('Warten auf das Modell').first()).toBeVisible()
    await page.evaluate(() => Object.assign(window, { same: true }))
    await page.getByRole('combobox', { name: 'Sprache' }).selectOption('en')
    await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible()
    await expect(page.getByTitle(labels.en.details)).toBeVisible({ timeout: 20_000 })
    await expect(page.getByRole('article').last()).toContainText('mock-slow')
    expect(await page.evaluate(() => 'same' in window)).toBe(true)
  })
})
