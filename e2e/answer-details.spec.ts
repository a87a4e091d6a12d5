import { expect, test } from './fixtures.ts'

test('the details of an answer say where its time, tokens and money went', async ({ chat }) => {
  await chat.open()
  await chat.ask('Summarise the on-call handbook.', 'mock-reasoning')
  await chat.answered()
  const check = async () => {
    await chat.signature.click()
    await expect(chat.signature).toHaveAttribute('aria-expanded', 'true')
    const timeline = chat.answer.getByRole('list').filter({ hasText: 'Preparing' })
    await expect(timeline.getByRole('listitem')).toHaveText([
      /^Preparing/,
      /^Waiting for the model/,
      /^Thinking/,
      /^Answering/,
    ])
    const value = (term: string) =>
      chat.answer
        .getByRole('term')
        .filter({ hasText: new RegExp(`^${term}$`) })
        .locator('..')
        .getByRole('definition')
    await expect(value('of these cached')).toHaveText('6,400')
    await expect(value('of these reasoning')).toHaveText(/^[1-9]\d*$/)
    await expect(value('Cost')).toHaveText(/^\$0\.0/)
    await expect(value('Price')).toHaveText(/^told by the provider/)
    await expect(value('Outcome')).toHaveText('finished')
    await expect(value('Tokens per second')).toHaveText(/^[\d,]+$/)
    await expect(value('Trace id')).toHaveText(await chat.traceId())
    return chat.answer.getByRole('definition').allTextContents()
  }
  const live = await check()
  await chat.reload()
  expect(await check()).toEqual(live)
})

test('what is not known reads unknown, never zero', async ({ chat }) => {
  await chat.open()
  await chat.ask('What does this cost?', 'mock-no-usage')
  await chat.answered()
  await chat.signature.click()
  await expect(chat.answer.getByRole('definition').first()).toBeVisible()
  const definitions = await chat.answer.getByRole('definition').allTextContents()
  expect(definitions.filter((value) => value === 'unknown').length).toBeGreaterThanOrEqual(7)
  expect(definitions).not.toContain('0')
})
