import { expect, test } from './fixtures.ts'

test('an answer of 5,000 tokens is shown to its end; its longest task is reported', async ({ chat, page }, info) => {
  await chat.open()
  await page.evaluate(() => {
    const tasks: number[] = []
    const add = (list: PerformanceObserverEntryList) => tasks.push(...list.getEntries().map(({ duration }) => duration))
    new PerformanceObserver(add).observe({ type: 'longtask' })
    Object.assign(window, { longTasks: tasks })
  })
  await chat.ask('How smooth is a long answer?', 'mock-long')
  await expect(chat.signature).toContainText('5,000 tokens', { timeout: 45_000 })
  const tasks = await page.evaluate(() => (window as unknown as { longTasks: number[] }).longTasks)
  const longest = Math.round(Math.max(0, ...tasks))
  // Reported and not asserted: it says as much about the machine as about the page.
  info.annotations.push({ type: 'tasks over 50 ms', description: `${tasks.length}, the longest ${longest} ms` })
})
