import type { UsageReport } from '@repo/contract/usage'
import { expect, test } from './fixtures.ts'

test('the usage page tells what each model was asked and what it cost; unknown is unknown', async ({ chat, page }) => {
  await chat.open()
  await chat.ask('Hello')
  await chat.answered()
  await chat.ask('What does p95 mean?')
  await chat.answered(2)
  await chat.newChat.click()
  await chat.ask('Hello', 'mock-unpriced')
  await chat.answered()

  await page.getByRole('link', { name: 'Usage' }).click()
  await expect(page.getByRole('heading', { name: 'Usage', level: 1 })).toBeVisible()
  await expect(page).toHaveTitle(/^Usage/)
  const today = page.getByRole('figure', { name: 'Today' }).getByRole('table')
  const row = (name: string) => today.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) })
  const cells = (name: string) => row(name).getByRole('cell')
  await expect(cells('mock-standard')).toHaveText([/^2$/, /^\$0\.00\d+$/, /^[\d,]+$/, /./, /^[\d,]+$/, /./])
  await expect(cells('mock-unpriced').nth(1)).toHaveText('unknown')
  await expect(cells('Total').nth(0)).toHaveText('3')
  await expect(cells('Total').nth(1)).toHaveText(/^\$0\.00\d+ \+ 1 unknown$/)

  await expect(page.getByText(/^\d+ of \d+ left/)).toBeVisible()
  await page.getByText('Day by day').click()
  await expect(page.getByRole('figure', { name: 'Day by day' }).getByRole('row')).toHaveCount(2)
})

test('a visitor without turns is told so', async ({ page }) => {
  await page.goto('/usage')
  await expect(page.getByText('No turns today.')).toBeVisible()
})

test('people are told before they run into a limit, and when it is over', async ({ chat, page }) => {
  const report = (limits: Partial<UsageReport['limits']>): UsageReport => ({
    today: [],
    days: [],
    limits: {
      rate: { perMinute: 20, remaining: 20, resetsAt: null },
      budget: null,
      visitorBudget: null,
      maxMessageChars: 16_000,
      ...limits,
    },
  })
  let now = report({})
  await page.route('**/api/usage', (route) => route.fulfill({ json: now }))
  await chat.open()
  const notice = page.getByRole('status').filter({ hasText: 'Usage and limits' })
  await expect(notice).toHaveCount(0)

  const resetsAt = new Date(Date.now() + 3_600_000).toISOString()
  now = report({ visitorBudget: { limitUsd: 1, spentUsd: 0.85, reservedUsd: 0, resetsAt } })
  await chat.ask('Hello')
  await chat.answered()
  await expect(notice).toContainText('85% of your budget for today is spent.')

  now = report({ rate: { perMinute: 20, remaining: 2, resetsAt: null } })
  await chat.ask('Hello')
  await chat.answered(2)
  await expect(notice).toContainText('2 messages left this minute.')

  now = report({})
  await chat.ask('Hello')
  await chat.answered(3)
  await expect(notice).toHaveCount(0)
})
