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
  // A slow machine is told by what loading the page takes there, in the same run.
  let limit = LONGEST_TASK_MS
  for (let answer = 1; answer <= 3 && best > limit; answer++) {
    const loading = await longestTask(browser, page, () => chat.open())
    limit = Math.max(limit, loading.milliseconds)
    // Until the page's own scripts have run, the Markdown renderer among them.
    await page.waitForLoadState('networkidle')
    await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)))
    const { milliseconds, count } = await longestTask(browser, page, async () => {
      await chat.ask('How smooth is a long answer?', 'mock-long')
      await expect(chat.signature).toContainText('5,000 tokens', { timeout: 45_000 })
    })
    expect(count).toBeGreaterThan(500)
    best = Math.min(best, milliseconds)
  }
  info.annotations.push({
    type: 'longest task',
    description: `${best.toFixed(1)} of ${limit.toFixed(1)} ms of CPU time`,
  })
  expect(best).toBeLessThanOrEqual(limit)
})
