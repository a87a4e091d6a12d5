import { expect, test } from './fixtures.ts'

const LONGEST_TASK_MS = 50

interface TraceEvent {
  name: string
  ph: string
  pid: number
  tid: number
  /** Of the processor, in microseconds: how long it took on this machine with all else it does is not the page's. */
  tdur?: number
  args: { name?: string }
}

test(`while an answer of 5,000 tokens streams, no task takes more than ${LONGEST_TASK_MS} ms`, async ({
  chat,
  page,
  browser,
  browserName,
}, info) => {
  test.skip(browserName !== 'chromium', 'only Chromium tells how long its tasks take')
  await chat.open()
  // Until the page's own scripts have run, the Markdown renderer among them.
  await page.waitForLoadState('networkidle')
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)))
  await browser.startTracing(page, { categories: ['toplevel'] })
  await chat.ask('How smooth is a long answer?', 'mock-long')
  await expect(chat.signature).toContainText('5,000 tokens', { timeout: 45_000 })
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] }

  const thread = ({ pid, tid }: TraceEvent) => `${pid}/${tid}`
  const isMain = ({ name, args }: TraceEvent) => name === 'thread_name' && args.name === 'CrRendererMain'
  const main = new Set(traceEvents.filter(isMain).map(thread))
  const tasks = traceEvents
    .filter((event) => event.ph === 'X' && event.name.endsWith('RunTask') && main.has(thread(event)))
    .map(({ tdur = 0 }) => tdur / 1000)
  expect(tasks.length).toBeGreaterThan(500)
  const longest = Math.max(...tasks)
  info.annotations.push({ type: 'longest task', description: `${longest.toFixed(1)} ms of CPU time` })
  expect(longest).toBeLessThanOrEqual(LONGEST_TASK_MS)
})
