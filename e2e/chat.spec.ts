import { expect, test } from './fixtures.ts'

const LONG = 'Write a long guide to OpenTelemetry sampling.'
const words = (count: number) => Array.from({ length: count }, (_, n) => `word${n}`).join(' ')

test('an answer grows as it is streamed, and no word of it is ever taken back', async ({ chat }) => {
  await chat.open()
  const states = await chat.recordAnswer()
  await chat.ask(`mock-echo ${words(400)}`)
  await chat.answered()

  const seen = await states()
  expect(seen.length).toBeGreaterThan(5)
  expect(seen.at(-1)).toBe(words(400))
  seen.reduce((before, after) => {
    expect(after.startsWith(before)).toBe(true)
    return after
  })
})

test('the line under an answer names model, time to first token, tokens, cost and trace', async ({ chat }) => {
  await chat.open()
  await chat.ask('Hello')
  await chat.answered()
  await expect(chat.answer).toContainText('Hello! I am the built-in mock model')
  await expect(chat.signature).toHaveText(
    /^mock-standard · \d+ ms to first token · \d+ tok\/s · 50 tokens · \$0\.00011$/,
  )
  await expect(chat.traceLink).toBeVisible()

  await chat.signature.click()
  await expect(chat.signature).toHaveAttribute('aria-expanded', 'true')
  await expect(chat.answer.getByText('Input tokens')).toBeVisible()
})

test('a conversation has its own address, is listed, and is the same after a reload', async ({ chat, page }) => {
  await chat.open()
  await chat.ask('What is OTLP?')
  await expect(page).toHaveURL(/\/c\/[0-9a-f-]{36}$/)
  await chat.answered()
  const shown = [await chat.text(), await chat.signature.textContent(), await chat.traceId()]
  await expect(chat.conversations.getByRole('link', { name: 'What is OTLP?' })).toHaveAttribute('aria-current', 'page')

  await chat.reload()
  await chat.answered()
  expect([await chat.text(), await chat.signature.textContent(), await chat.traceId()]).toEqual(shown)
  await expect(chat.questions).toHaveText(/What is OTLP\?/)
  await expect(chat.conversations.getByRole('link', { name: 'What is OTLP?' })).toBeVisible()
  await expect(page).toHaveTitle(/What is OTLP\?/)
})

test('a second question continues the conversation, a new chat begins another', async ({ chat, page }) => {
  await chat.open()
  await chat.ask('Hello')
  await chat.answered()
  const first = page.url()
  await chat.ask('What does p95 mean?')
  await chat.answered(2)
  expect(page.url()).toBe(first)

  await chat.newChat.click()
  await expect(page).toHaveURL('/')
  await expect(chat.answers).toHaveCount(0)
  await chat.ask('Write a haiku about latency.')
  await chat.answered()
  expect(page.url()).not.toBe(first)

  await expect(chat.conversations.getByRole('link')).toHaveText(['Write a haiku about latency.', 'Hello'])
  await chat.conversations.getByRole('link', { name: 'Hello' }).click()
  await expect(page).toHaveURL(first)
  await chat.answered(2)
  await page.goBack()
  await expect(chat.answer).toContainText('The cursor blinks on')
})

test('an example is asked with one click', async ({ chat, page }) => {
  await chat.open()
  await page.getByRole('button', { name: 'Explain what a trace is, in three sentences.' }).click()
  await chat.answered()
  await expect(chat.answer).toContainText("the record of one request's journey")
})

test('the picked model answers, and its reasoning can be read', async ({ chat }) => {
  await chat.open()
  await chat.ask('Hello', 'mock-reasoning')
  await chat.answered()
  await expect(chat.signature).toHaveText(/^mock-reasoning · /)
  const thoughts = chat.answer.getByRole('group').filter({ hasText: /^Thought for [\d.]+ m?s/ })
  await thoughts.getByText('Thought for').click()
  await expect(thoughts).toHaveAttribute('open', '')
  await expect(thoughts.getByRole('paragraph')).toBeVisible()
})

test('what is typed but not sent outlives another conversation and a reload', async ({ chat, page }) => {
  await chat.open()
  await chat.ask('Hello')
  await chat.answered()
  await chat.field.fill('half a thought')
  await chat.newChat.click()
  await expect(chat.field).toHaveValue('')
  await chat.field.fill('another one')
  await page.goBack()
  await expect(chat.field).toHaveValue('half a thought')
  await chat.reload()
  await expect(chat.field).toHaveValue('half a thought')
  await chat.field.press('Enter')
  await chat.answered(2)
  await chat.reload()
  await expect(chat.field).toHaveValue('')
  await chat.newChat.click()
  await expect(chat.field).toHaveValue('another one')
})

test('an answer and a question can be copied', async ({ chat, page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await chat.open()
  await chat.ask('mock-echo some **bold** words')
  await chat.answered()
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText())
  await chat.answer.getByRole('button', { name: 'Copy answer' }).click()
  await expect(chat.answer.getByText('Copied')).toBeAttached()
  expect(await clipboard()).toBe('some **bold** words')
  await chat.questions.getByRole('button', { name: 'Copy question' }).click()
  await expect.poll(clipboard).toBe('mock-echo some **bold** words')
})

test('whoever scrolls up in a growing answer stays there, and jumps to the latest when asked', async ({
  chat,
  page,
}) => {
  await page.setViewportSize({ width: 800, height: 500 })
  await chat.open()
  await chat.ask('How smooth is a long answer?', 'mock-long')
  await expect(chat.answer.getByRole('heading', { name: 'Section 5', exact: true })).toBeAttached()
  await page.mouse.move(400, 250)
  await page.mouse.wheel(0, -400)
  const jump = page.getByRole('button', { name: 'Jump to latest' })
  await expect(jump).toBeVisible()
  const log = page.getByRole('region', { name: 'Messages' })
  const top = await log.evaluate((element) => element.scrollTop)
  await expect(chat.answer.getByRole('heading', { name: 'Section 30', exact: true })).toBeAttached()
  expect(await log.evaluate((element) => element.scrollTop)).toBe(top)
  await jump.click()
  await expect(jump).toBeHidden()
  await chat.answered()
  await expect(chat.signature).toBeInViewport()
})

test('what is typed before the page has its script is not lost', async ({ chat, page }) => {
  const { promise: loading, resolve: load } = Promise.withResolvers<void>()
  await page.route('**/_next/static/**/*.js', async (route) => {
    await loading
    await route.continue()
  })
  await page.goto('/', { waitUntil: 'commit' })
  await chat.field.fill('Hello')
  load()
  await expect(chat.send).toHaveAttribute('aria-disabled', 'false')
  await chat.send.click()
  await chat.answered()
  await expect(chat.questions.getByRole('paragraph')).toHaveText('Hello')
})

test('Enter sends, Shift+Enter starts a new line, and nothing sends an empty message', async ({ chat, page }) => {
  await chat.open()
  await chat.field.press('Enter')
  await chat.field.fill('   ')
  await chat.field.press('Enter')
  await expect(chat.questions).toHaveCount(0)

  await chat.field.fill('mock-echo one')
  await chat.field.press('Shift+Enter')
  await page.keyboard.type('two')
  await expect(chat.questions).toHaveCount(0)
  await chat.field.press('Enter')
  await chat.answered()
  await expect(chat.questions.getByRole('paragraph')).toHaveText('mock-echo one\ntwo')
  await expect(chat.field).toHaveValue('')
})

test('another visitor does not see the conversation', async ({ chat, page, browser, baseURL }) => {
  await chat.open()
  await chat.ask('Hello')
  await chat.answered()
  const stranger = await browser.newContext(baseURL ? { baseURL } : {})
  const other = await stranger.newPage()
  await other.goto(page.url())
  await expect(other.getByRole('heading', { name: 'Not found' })).toBeVisible()
  await stranger.close()
})

test('everything can be done with the keyboard alone', async ({ chat, page }) => {
  await page.goto('/')
  await expect(chat.field).toBeFocused()

  await page.keyboard.type('Hello')
  await page.keyboard.press('Enter')
  await chat.answered()
  const reached = async (key: 'Tab' | 'Shift+Tab', target: typeof chat.field) => {
    for (let presses = 0; presses < 40; presses++) {
      if (await target.evaluate((element) => element === document.activeElement)) return
      await page.keyboard.press(key)
    }
    await expect(target).toBeFocused({ timeout: 1 })
  }

  await expect(chat.field).toBeFocused()
  await page.keyboard.type(LONG)
  await reached('Tab', chat.model)
  await page.keyboard.press('Tab')
  await expect(chat.send).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(chat.answer).toContainText('Sampling means')
  await expect(chat.field).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(chat.answer).toContainText('Stopped by you.')
  await expect(chat.field).toBeFocused()

  await reached('Shift+Tab', chat.traceLink)
  await reached('Shift+Tab', chat.signature)
  await page.keyboard.press('Enter')
  await expect(chat.signature).toHaveAttribute('aria-expanded', 'true')
  await expect(chat.answer.getByRole('heading', { name: 'What happened' })).toBeVisible()
  await reached('Shift+Tab', chat.retry)
  await reached('Shift+Tab', chat.questions.first().getByRole('button', { name: 'Edit question' }))
  await page.keyboard.press('Enter')
  await expect(page.getByRole('textbox', { name: 'Edited question' })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(chat.questions.first().getByRole('button', { name: 'Edit question' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('textbox', { name: 'Edited question' })).toBeFocused()
  await page.keyboard.type(' there')
  await page.keyboard.press('Enter')
  await chat.answered()
  await expect(chat.field).toBeFocused()
  await expect(chat.questions).toContainText('Hello there')
  await reached('Shift+Tab', chat.previousVersion)
  await page.keyboard.press('Enter')
  await expect(chat.answers).toHaveCount(2)
  await reached('Shift+Tab', chat.conversations.getByRole('link', { name: 'Hello' }))
  await reached('Shift+Tab', chat.newChat)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL('/')
  await expect(chat.answers).toHaveCount(0)
})
