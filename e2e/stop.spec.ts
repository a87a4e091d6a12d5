import { attribute, metric } from '@repo/telemetry/catalogue'
import { expect, test } from './fixtures.ts'
import { isModelCall, isTurn, one } from './telemetry.ts'

test('Stop ends the answer, keeps its text for good, and is counted as stopped', async ({ chat, telemetry }) => {
  const model = 'mock-unpriced' // no other test stops it, so the counter is this test's own
  const stopped = { [attribute.outcome]: 'stopped', [attribute.requestModel]: model }
  const earlier = await telemetry.metric(metric.turns.name, stopped)

  await chat.open()
  await chat.model.selectOption(model)
  await chat.field.fill('Write a long guide to OpenTelemetry sampling.')
  const { x } = (await chat.send.boundingBox()) ?? {}
  await chat.send.click()
  expect((await chat.stop.boundingBox())?.x).toBe(x)
  await expect(chat.answer.getByRole('heading', { name: '1. Why sample at all' })).toBeVisible()
  const before = await chat.text()
  await chat.stop.press('Enter')

  await expect(chat.answer).toContainText('Stopped by you.')
  await expect(chat.send).toBeFocused()
  const kept = await chat.text()
  expect(kept.length).toBeGreaterThanOrEqual(before.length)
  await expect(chat.retry).toBeVisible()

  await chat.reload()
  await expect(chat.answer).toContainText('Stopped by you.')
  expect(await chat.text()).toBe(kept)

  const { spans } = await telemetry.finishedTurn(await chat.traceId())
  expect(one(spans.filter(isTurn), 'turn').attributes[attribute.outcome]).toBe('stopped')
  expect(one(spans.filter(isModelCall), 'model call').status.code).not.toBe('ERROR')
  await expect.poll(() => telemetry.metric(metric.turns.name, stopped)).toBe(earlier + 1)
})

test('Stop before the first token leaves no answer hanging', async ({ chat, page }) => {
  await chat.open()
  await chat.ask('Why did the first token take so long?', 'mock-slow')
  await expect(chat.answer.getByText('Waiting for the model')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(chat.answer).toContainText('Stopped by you.')
  await expect(chat.signature).toContainText('no token arrived')
  await expect(chat.answer.getByText('Waiting for the model')).toBeHidden()
})

test('a stopped answer can be asked for again', async ({ chat }) => {
  await chat.open()
  await chat.ask('Why did the first token take so long?', 'mock-slow')
  await chat.stop.click()
  await expect(chat.answer).toContainText('Stopped by you.')
  await chat.model.selectOption('mock-standard')
  await chat.retry.click()
  await expect(chat.answer).toContainText('built-in mock model')
  await chat.answered()
  await chat.reload()
  await chat.answered()
  await expect(chat.answer).toContainText('built-in mock model')
})

test('a Stop that is lost on its way is asked for again', async ({ chat, page }) => {
  let lost = 0
  await page.route('**/stop', (route) => (lost++ === 0 ? route.abort() : route.continue()))
  await chat.open()
  await chat.ask('mock-stall and a lost Stop')
  await expect(chat.answer).toContainText('on purpose')
  await page.keyboard.press('Escape')
  await expect(chat.answer).toContainText('Stopped by you.')
  expect(lost).toBeGreaterThan(1)
})
