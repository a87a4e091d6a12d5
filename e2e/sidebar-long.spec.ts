import type { Conversation } from '@repo/contract/conversation'
import { expect, test } from './fixtures.ts'
import { longestTask } from './longest-task.ts'

const LONGEST_TASK_MS = 50

// A trace copies the whole page with each step, which would be what is measured.
test.use({ trace: 'off' })

test('10,000 conversations are listed as one scrolls, and only those near what is seen are in the page', async ({
  chat,
  page,
  browser,
  browserName,
}, info) => {
  test.skip(browserName !== 'chromium', 'only Chromium tells how long its tasks take')
  const COUNT = 10_000
  const PAGE = 100
  await chat.open()
  await page.route(/\/api\/conversations\?/, (route) => {
    const from = Number(new URL(route.request().url()).searchParams.get('cursor') ?? 0)
    const items = Array.from({ length: PAGE }, (_, index): Conversation => {
      const time = new Date(Date.now() - (from + index) * 3_600_000).toISOString()
      const id = `00000000-0000-4000-8000-${String(COUNT - from - index).padStart(12, '0')}`
      return { id, title: `Conversation ${from + index + 1}`, model: null, createdAt: time, updatedAt: time }
    })
    const next = from + PAGE
    return route.fulfill({ json: { items, nextCursor: next < COUNT ? String(next) : null } })
  })
  await chat.ask('Hello')
  await chat.answered()
  await expect(chat.conversations.getByRole('link').first()).toHaveText('Conversation 1')

  const started = Date.now()
  const { milliseconds } = await longestTask(browser, page, () =>
    chat.conversations.evaluate(async (nav, last) => {
      while (!nav.textContent?.includes(last)) {
        nav.scrollTop = nav.scrollHeight
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }, `Conversation ${COUNT}`),
  )
  const seconds = (Date.now() - started) / 1000
  info.annotations.push({ type: '10,000 listed', description: `${seconds} s, longest task ${milliseconds} ms of CPU` })
  expect(await chat.conversations.getByRole('link').count()).toBeLessThan(500)
  expect(milliseconds).toBeLessThan(LONGEST_TASK_MS)
})
