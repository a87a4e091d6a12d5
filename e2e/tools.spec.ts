import { attribute, operation } from '@repo/telemetry/catalogue'
import { expect, test } from './fixtures.ts'
import { one } from './telemetry.ts'

test('a tool call is one line that opens to input and output, live and after a reload', async ({ chat, telemetry }) => {
  await chat.open()
  await chat.ask('What is 17% of 2,340?')
  await chat.answered()
  await expect(chat.answer).toContainText('17% of 2,340 is 397.8.')
  const call = chat.answer.getByRole('group').filter({ hasText: 'calculator' })
  const check = async () => {
    await expect(call.getByText(/^done$/)).toBeVisible()
    await expect(call.getByText(/^[\d.]+ m?s$/)).toBeVisible()
    await expect(call.getByText('397.8')).toBeHidden()
    await call.getByText('calculator').click()
    await expect(call.getByRole('figure', { name: 'Input' })).toContainText('17% * 2340')
    await expect(call.getByRole('figure', { name: 'Output' })).toContainText('397.8')
  }
  await check()
  await chat.reload()
  await check()

  await chat.signature.click()
  await expect(chat.answer.getByRole('listitem').filter({ hasText: 'Using tools' })).toBeVisible()
  const { spans } = await telemetry.finishedTurn(await chat.traceId())
  const span = one(
    spans.filter(({ attributes }) => attributes[attribute.operationName] === operation.executeTool),
    'tool call',
  )
  expect(span.attributes[attribute.toolName]).toBe('calculator')
})

test('a tool call that fails says why, and the answer goes on', async ({ chat }) => {
  await chat.open()
  await chat.ask('mock-tool-error')
  await chat.answered()
  const call = chat.answer.getByRole('group').filter({ hasText: 'failed' })
  await call.getByText('failed').click()
  await expect(call.getByText('Error', { exact: true })).toBeVisible()
  expect((await chat.text()).length).toBeGreaterThan(10)
})
