import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'

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

for (const [name, says] of [
  ['budget-spent', 'Today’s budget is spent.'],
  ['visitor-budget-spent', 'Your budget for today is spent.'],
] as const)
  test(`${name} says when it resets, and keeps the question`, async ({ chat, page }) => {
    await chat.open()
    await refuseOnce(page, name, 5 * 3600)
    await chat.ask('Hello')
    await expect(page.getByRole('alert').filter({ hasText: says })).toHaveText(/It resets at \d+:\d\d [AP]M, in 5 h\.$/)
    await expect(chat.questions).toHaveText(/Hello/)
    await page.reload()
    await expect(chat.field).toHaveValue('Hello')
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
