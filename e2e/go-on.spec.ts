import { ChatPage } from './chat-page.ts'
import { expect, test } from './fixtures.ts'

const PLEASE = 'Please continue exactly where your answer broke off.'

test('an answer that broke off is gone on with: what there is stays, and the rest follows', async ({ chat }) => {
  await chat.open()
  await chat.ask('mock-cut in the middle')
  await expect(chat.answer).toContainText('Cut off.')
  const begun = await chat.text()
  const goOn = chat.page.getByRole('button', { name: 'Continue' })
  await goOn.click()
  await chat.answered(2)
  await expect(chat.questions.last()).toContainText(PLEASE)
  await expect(chat.answers.first().locator('.answer')).toHaveText(begun)
  await expect(goOn).toBeHidden()
  await chat.reload()
  await expect(chat.answers).toHaveCount(2)
  await expect(chat.answers.first().locator('.answer')).toHaveText(begun)
})

test('so is one that was left for too long, by whoever opens it again', async ({ chat, context }) => {
  await chat.open()
  await chat.ask('mock-long and nobody there')
  await expect(chat.answer.locator('.answer')).not.toBeEmpty()
  const address = chat.page.url()
  await chat.page.close()
  const again = new ChatPage(await context.newPage())
  await expect(async () => {
    const response = await context.request.get(address.replace('/c/', '/api/conversations/'))
    expect((await response.json()).messages.at(-1).metadata.outcome).toBe('disconnected')
  }).toPass({ timeout: 20_000 })
  await again.open(address)
  await expect(again.answer).toContainText('Connection lost before the answer was complete.')
  await again.page.getByRole('button', { name: 'Continue' }).click()
  await again.answered(2)
  await expect(again.questions.last()).toContainText(PLEASE)
})

test('one that was stopped is as long as it was wanted', async ({ chat }) => {
  await chat.open()
  await chat.ask('mock-long, but not to its end')
  await expect(chat.answer.locator('.answer')).not.toBeEmpty()
  await chat.stop.click()
  await expect(chat.answer).toContainText('Stopped by you.')
  await expect(chat.page.getByRole('button', { name: 'Continue' })).toBeHidden()
})
