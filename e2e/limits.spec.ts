import type { Page } from '@playwright/test'
import { unusedPorts } from '@repo/local-stack/ports'
import { ChatPage } from './chat-page.ts'
import { expect, test } from './fixtures.ts'
import { startTestStack } from './test-stack.ts'

/** The next question is refused by one of our limits, once. */
async function refuseOnce(page: Page, name: string, retryAfterSeconds: number): Promise<void> {
  await page.route('**/api/chat', (route) =>
    route.fulfill({
      status: 429,
      contentType: 'application/problem+json',
      headers: { 'retry-after': String(retryAfterSeconds) },
      json: {
        type: `urn:lgtm-chat:problem:${name}`,
        title: 'Too Many Requests',
        status: 429,
        detail: 'A sentence of the API that stands still.',
        traceId: 'a'.repeat(32),
        retryAfterSeconds,
      },
    }),
  )
}

test('a rate limit counts down, and the question can be asked when it is over', async ({ chat, page }) => {
  await chat.open()
  await refuseOnce(page, 'rate-limited', 3)
  await chat.ask('Hello')
  await expect(page.getByRole('alert').filter({ hasText: 'Too many questions in a short time.' })).toBeVisible()
  const countdown = page.getByRole('button', { name: /^Retry in \d+ s$/ })
  await expect(countdown).toHaveAttribute('aria-disabled', 'true')
  await expect(page.getByRole('link', { name: /^Trace of this answer/ })).toBeVisible()
  await page.unroute('**/api/chat')
  await countdown.click({ force: true })
  await expect(chat.answers).toHaveCount(0)

  await expect(chat.retry).toBeVisible()
  await expect(page.getByRole('status').filter({ hasText: 'You can retry now.' })).toBeAttached()
  await chat.retry.click()
  await chat.answered()
  await expect(chat.questions).toHaveCount(1)
})

test('a limit that refuses a regeneration leaves the answer where it was', async ({ chat, page }) => {
  await chat.open()
  await chat.ask('Hello')
  await chat.answered()
  await refuseOnce(page, 'rate-limited', 2)
  await chat.answer.getByRole('button', { name: 'Regenerate answer' }).click()
  await expect(page.getByRole('button', { name: /^Retry in \d+ s$/ })).toBeVisible()
  await expect(chat.answer).toContainText('Hello! I am the built-in mock model')
  await page.unroute('**/api/chat')
  await chat.retry.click()
  await expect(chat.answer.getByText('2 of 2')).toBeVisible()
})

test('what the API refuses is told as it is: too many questions, and no budget', async ({ page, browser }) => {
  test.slow() // a stack of its own
  const stack = await startTestStack('limits', await unusedPorts(), {
    RATE_LIMIT_PER_MINUTE: '2',
    DAILY_BUDGET_USD_PER_VISITOR: '0.02', // less than an answer of `mock-large` can cost
  })
  const stranger = await browser.newContext()
  try {
    const chat = new ChatPage(page)
    await chat.open(stack.url)
    await chat.ask('Hello')
    await chat.answered()
    await chat.ask('Hello')
    await chat.answered(2)
    await chat.ask('And again?')
    await expect(page.getByRole('alert').filter({ hasText: 'Too many questions in a short time.' })).toBeVisible()
    await expect(page.getByRole('button', { name: /^Retry in \d+ s$/ })).toBeVisible()
    await expect(chat.questions).toHaveCount(3)

    const other = new ChatPage(await stranger.newPage())
    await other.open(stack.url)
    await other.ask('Hello', 'mock-large')
    await expect(other.page.getByRole('alert').filter({ hasText: 'No budget left.' })).toContainText('at 00:00 UTC.')
    await other.reload()
    await expect(other.field).toHaveValue('Hello')
    await other.model.selectOption('mock-standard')
    await other.field.press('Enter')
    await other.answered()
  } finally {
    await stranger.close()
    await stack.remove()
  }
})
