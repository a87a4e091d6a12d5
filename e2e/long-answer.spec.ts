import { expect, test } from './fixtures.ts'
import { longestTask } from './longest-task.ts'

const LONGEST_TASK_MS = 50

test(`while an answer of 5,000 tokens streams, no task takes more than ${LONGEST_TASK_MS} ms`, async ({
  chat,
  page,
  browser,
  browserName,
}, info) => {
  test.skip(browserName !== 'chromium', 'only Chromium tells how long its tasks take')
  test.slow()
  // A busy machine makes tasks longer, never shorter: the best of three answers counts.
  let best = Number.POSITIVE_INFINITY
  for (let answer = 1; answer <= 3 && best > LONGEST_TASK_MS; answer++) {
    await chat.open()
    // Until the page's own scripts have run, the Markdown renderer among them.
    await page.waitForLoadState('networkidle')
    await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)))
    const { milliseconds, count } = await longestTask(browser, page, async () => {
      // Not by looking for its last words: to look through a long page is a long task of the test's own.
      const ended = page.waitForEvent('requestfinished', {
        predicate: (request) => request.url().endsWith('/api/chat'),
        timeout: 45_000,
      })
      await chat.ask('How smooth is a long answer?', 'mock-long')
      await ended
      await page.waitForTimeout(500) // drawn
    })
    await expect(chat.signature).toContainText('5,000 tokens')
    expect(count).toBeGreaterThan(500)
    best = Math.min(best, milliseconds)
  }
  info.annotations.push({ type: 'longest task', description: `${best.toFixed(1)} ms of CPU time` })
  expect(best).toBeLessThanOrEqual(LONGEST_TASK_MS)
})
