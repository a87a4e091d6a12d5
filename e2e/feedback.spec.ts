import { attribute, metric } from '@repo/telemetry/catalogue'
import { expect, test } from './fixtures.ts'

test('a rating is kept, can be changed, explained and taken back', async ({ chat, page, telemetry }) => {
  const model = 'mock-unpriced' // no other test rates its answers, so the counter is this test's own
  const rated = (rating: string) =>
    telemetry.metric(metric.feedback.name, { [attribute.feedbackRating]: rating, [attribute.requestModel]: model })
  await chat.open()
  await chat.ask('Hello', model)
  await chat.answered()
  const up = chat.answer.getByRole('button', { name: 'Good answer' })
  const down = chat.answer.getByRole('button', { name: 'Bad answer' })
  const comment = chat.answer.getByRole('textbox', { name: 'Comment (optional)' })
  const saved = () => page.waitForResponse((response) => response.url().endsWith('/feedback') && response.ok())

  let answered = saved()
  await up.click()
  await answered
  await expect(up).toHaveAttribute('aria-pressed', 'true')
  await expect.poll(() => rated('up')).toBe(1)
  await chat.reload()
  await expect(up).toHaveAttribute('aria-pressed', 'true')
  await expect(down).toHaveAttribute('aria-pressed', 'false')

  await down.click()
  await comment.fill('Too short')
  answered = saved()
  await chat.answer.getByRole('button', { name: 'Save comment' }).click()
  await answered
  await expect(comment).toHaveCount(0)
  await expect(down).toBeFocused()
  await chat.reload()
  await expect(down).toHaveAttribute('aria-pressed', 'true')
  await expect(up).toHaveAttribute('aria-pressed', 'false')

  answered = saved()
  await down.click()
  await answered
  await chat.reload()
  await expect(down).toHaveAttribute('aria-pressed', 'false')
})

test('a rating that cannot be saved says so and is not shown as given', async ({ chat, page }) => {
  await chat.open()
  await chat.ask('Hello')
  await chat.answered()
  await page.route('**/feedback', (route) => route.abort())
  await chat.answer.getByRole('button', { name: 'Good answer' }).click()
  await expect(chat.answer.getByText('The rating could not be saved. Try again.')).toBeVisible()
  await expect(chat.answer.getByRole('button', { name: 'Good answer' })).toHaveAttribute('aria-pressed', 'false')
})
