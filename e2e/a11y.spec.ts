import { randomUUID } from 'node:crypto'
import { expectAccessible } from './accessible.ts'
import { answerWithoutEnd } from './answer-without-end.ts'
import { expect, test } from './fixtures.ts'

test.describe('the chat has nothing that WCAG 2.2 AA forbids', () => {
  test('before the first question', async ({ chat, page }) => {
    await chat.open()
    await expectAccessible(page)
  })

  test('with an answer of code, a table, thoughts and open details', async ({ chat, page }) => {
    await chat.open()
    await chat.ask('Compare Loki, Tempo and Mimir in a table.', 'mock-reasoning')
    await chat.answered()
    await chat.ask('Show me a TypeScript function that streams server-sent events.')
    await chat.answered(2)
    await chat.signature.click()
    await expectAccessible(page)
  })

  test('while an answer streams', async ({ chat, page }) => {
    const end = await answerWithoutEnd(page, [
      {
        type: 'data-notice',
        data: { server: 'weather', message: 'The server does not answer; its tools are missing.' },
      },
      {
        type: 'tool-input-available',
        toolCallId: '1',
        toolName: 'calculator',
        input: { expression: '1 + 1' },
        dynamic: true,
      },
      { type: 'text-start', id: '1' },
      { type: 'text-delta', id: '1', delta: 'The **first** words of `an answer`' },
    ])
    await chat.open()
    await chat.ask('Hello')
    await expect(chat.answer).toContainText('The first words')
    await expect(chat.stop).toBeVisible()
    await expectAccessible(page)
    await expect(chat.answer.getByText('weather: The server does not answer')).toBeVisible()
    await expect(chat.answer.getByText('running')).toBeVisible()
    await expect(chat.stop).toBeVisible()
    end()
  })

  test('while the model thinks', async ({ chat, page }) => {
    const end = await answerWithoutEnd(page, [
      { type: 'reasoning-start', id: '1' },
      { type: 'reasoning-delta', id: '1', delta: 'First I have to understand the question.' },
    ])
    await chat.open()
    await chat.ask('Hello')
    await chat.answer.getByText('Thinking…').click()
    await expect(chat.answer.getByText('First I have to')).toBeVisible()
    await expectAccessible(page)
    end()
  })

  test('with versions, and while a question is edited', async ({ chat, page }) => {
    await chat.open()
    await chat.ask('What can you do?')
    await chat.answered()
    await chat.answer.getByRole('button', { name: 'Regenerate answer' }).click()
    await expect(chat.answer.getByText('2 of 2')).toBeVisible()
    await expectAccessible(page)
    await chat.questions.getByRole('button', { name: 'Edit question' }).click()
    await expect(page.getByRole('textbox', { name: 'Edited question' })).toBeVisible()
    await expectAccessible(page)
  })

  test('with tool calls and the timeline open, and a rating that is explained', async ({ chat, page }) => {
    await chat.open()
    await chat.ask('What is 17% of 2,340?')
    await chat.answered()
    await chat.ask('mock-tool-error')
    await chat.answered(2)
    for (const call of await page.getByText('calculator', { exact: true }).all()) await call.click()
    await chat.signature.click()
    await expect(chat.answer.getByRole('heading', { name: 'What happened' })).toBeVisible()
    await chat.answer.getByRole('button', { name: 'Bad answer' }).click()
    await expect(page.getByRole('textbox', { name: 'Comment (optional)' })).toBeVisible()
    await expectAccessible(page)
  })

  for (const [name, retryAfterSeconds] of [
    ['rate-limited', 100],
    ['budget-spent', 7200],
  ] as const)
    test(`with a question that is refused: ${name}`, async ({ chat, page }) => {
      const type = `urn:lgtm-chat:problem:${name}`
      const problem = { type, title: 'Title', status: 429, detail: 'Detail', traceId: null, retryAfterSeconds }
      await page.route('**/api/chat', (route) =>
        route.fulfill({ status: 429, contentType: 'application/problem+json', json: problem }),
      )
      await chat.open()
      await chat.ask('Hello')
      await expect(page.getByRole('button', { name: /^Retry/ })).toBeVisible()
      await expectAccessible(page)
    })

  test('with an answer that failed', async ({ chat, page }) => {
    await chat.open()
    await chat.ask('mock-500')
    await expect(chat.answer.getByRole('alert')).toBeVisible()
    await expectAccessible(page)
  })

  test('with an answer that was cut', async ({ chat, page }) => {
    await chat.open()
    await chat.ask('mock-early-close')
    await expect(chat.answer.getByRole('alert')).toBeVisible()
    await expectAccessible(page)
  })

  test('with the menu of a conversation, a new title, and a deletion that can be undone', async ({ chat, page }) => {
    await chat.open()
    await chat.ask('Hello')
    await chat.answered()
    const options = page.getByRole('button', { name: 'Options of Hello' })
    await options.click()
    await expectAccessible(page)
    await page.getByRole('menuitem', { name: 'Rename' }).click()
    await expect(page.getByRole('textbox', { name: 'New title' })).toBeFocused()
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await page.getByRole('searchbox').fill('zebra')
    await expect(page.getByText('Nothing found')).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('searchbox').fill('')
    await options.click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await expect(page.getByRole('button', { name: 'Undo' })).toBeFocused()
    await expectAccessible(page)
  })

  test('with the shortcuts listed, and with the conversations hidden', async ({ chat, page }) => {
    await chat.open()
    await page.getByRole('button', { name: 'Shortcuts' }).click()
    await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible()
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Hide conversations' }).click()
    await expectAccessible(page)
  })

  for (const width of [1280, 390])
    test(`on the usage page, ${width} wide`, async ({ chat, page }) => {
      await page.setViewportSize({ width, height: 844 })
      await chat.open()
      await chat.ask('Hello')
      await chat.answered()
      await chat.ask('Hello', 'mock-unpriced')
      await chat.answered(2)
      await page.goto('/usage')
      await page.getByText('Day by day').click()
      await expectAccessible(page)
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    })

  test('when a page is not found', async ({ page }) => {
    await page.goto(`/c/${randomUUID()}`)
    await expect(page.getByRole('heading', { name: 'Not found' })).toBeVisible()
    await expectAccessible(page)
  })

  test('on a phone with the conversations open', async ({ chat, page }) => {
    await page.setViewportSize({ width: 390, height: 844 })
    await chat.open()
    await chat.ask('Hello')
    await chat.answered()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Open conversations' }).click()
    await expect(page.getByRole('dialog').getByRole('link', { name: 'Hello' })).toBeVisible()
    await expectAccessible(page)
  })
})

test.describe('the viewer has nothing that WCAG 2.2 AA forbids', () => {
  test('on a trace', async ({ chat, page, telemetry, viewerUrl }) => {
    await chat.open()
    await chat.ask('mock-early-close')
    await chat.answered()
    const traceId = await chat.traceId()
    await telemetry.finishedTurn(traceId)
    await page.goto(`${viewerUrl}/traces/${traceId}`)
    await expect(page.getByRole('list', { name: 'Spans' })).toBeVisible()
    await expectAccessible(page)
  })

  for (const [name, path] of [
    ['Board', '/'],
    ['Traces', '/traces'],
    ['Logs', '/logs'],
    ['Metrics', '/metrics'],
  ] as const)
    test(`on ${name}`, async ({ page, viewerUrl }) => {
      await page.goto(viewerUrl + path)
      await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible()
      await expectAccessible(page)
    })
})
