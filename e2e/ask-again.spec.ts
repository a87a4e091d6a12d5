import { unusedPorts } from '@repo/local-stack/ports'
import { ChatPage } from './chat-page.ts'
import { expect, test } from './fixtures.ts'
import { startTestStack } from './test-stack.ts'

test('while too many answers are given, the page says so, asks again by itself, and is answered', async ({
  browser,
}) => {
  test.slow() // a stack of its own
  const stack = await startTestStack('busy', await unusedPorts(), {
    MAX_RUNNING_TURNS: '1',
    LLM_IDLE_TIMEOUT_MS: '120000', // the first answer stalls for as long as it is wanted to
  })
  const visitors = await Promise.all(['en-US', 'en-US', 'de-DE'].map((locale) => browser.newContext({ locale })))
  try {
    const [first, second, third] = await Promise.all(visitors.map(async (one) => new ChatPage(await one.newPage())))
    if (!first || !second || !third) throw new Error('there are three')
    for (const one of [first, second]) await one.open(stack.url)
    await third.page.goto(stack.url)
    await expect(third.page.getByRole('textbox')).toBeFocused()
    await first.ask('mock-stall, to be busy with')
    await expect(first.answer).toContainText('This answer comes from the mock model')

    await second.ask('Hello')
    await expect(second.page.getByRole('alert').filter({ hasText: 'Busy.' })).toContainText(
      'try again in a moment. This page asks again by itself, a few times.',
    )
    await third.page.getByRole('textbox').fill('Hallo')
    await third.page.getByRole('textbox').press('Enter')
    await expect(third.page.getByRole('alert').filter({ hasText: 'Ausgelastet.' })).toContainText(
      'Diese Seite fragt von selbst noch ein paar Mal.',
    )

    await first.stop.click()
    await expect(second.answer).toContainText('built-in mock model', { timeout: 30_000 })
    await second.answered()
    await expect(second.questions).toHaveCount(1)
    await expect(third.page.getByRole('article')).toHaveCount(2, { timeout: 60_000 })
  } finally {
    await Promise.all(visitors.map((one) => one.close()))
    await stack.remove()
  }
})
