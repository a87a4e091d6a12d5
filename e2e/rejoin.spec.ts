import { createHash, randomUUID } from 'node:crypto'
import { ChatPage, expectOnlyGrown } from './chat-page.ts'
import { expect, test } from './fixtures.ts'

const LONG = 'Write a long guide to OpenTelemetry sampling.'

const sum = (text: string) => createHash('sha256').update(text).digest('hex')

/** The checksum of the newest answer, as the API has stored it. */
async function storedSum(chat: ChatPage): Promise<string> {
  const response = await chat.page.request.get(`/api/conversations/${chat.conversationId}`)
  const { messages } = await response.json()
  const parts: { type: string; text: string }[] = messages.at(-1).parts
  return sum(parts.map(({ type, text }) => (type === 'text' ? text : '')).join(''))
}

/** What the provider sends for `LONG`, read without a break. */
async function providersSum(chat: ChatPage): Promise<string> {
  const message = { id: randomUUID(), role: 'user', parts: [{ type: 'text', text: LONG }] }
  const data = { id: randomUUID(), trigger: 'submit-message', message }
  const response = await chat.page.request.post('/api/chat', { data, timeout: 45_000 })
  const events = (await response.text()).matchAll(/^data: (\{"type":"text-delta".*)$/gm)
  return sum([...events].map(([, event]) => JSON.parse(String(event)).delta).join(''))
}

async function ended(chat: ChatPage): Promise<void> {
  await expect(chat.send).toBeVisible({ timeout: 30_000 })
  await chat.answered()
}

async function begun(chat: ChatPage): Promise<void> {
  await chat.open()
  await chat.ask(LONG)
  await expect(chat.answer.getByRole('heading', { name: '1. Why sample at all' })).toBeVisible()
}

test('a reload in mid-answer: it goes on, without a gap, a repeat or a step back', async ({ chat }) => {
  await begun(chat)
  const before = (await chat.text()).length
  await chat.page.reload({ waitUntil: 'commit' })
  await expect(chat.answer).toBeVisible()
  const states = await chat.recordAnswer()
  await expect(chat.stop).toBeVisible()
  await ended(chat)
  expectOnlyGrown(await states())
  expect((await chat.text()).length).toBeGreaterThan(before)
  expect(await storedSum(chat)).toBe(await providersSum(chat))
})

test('a reload before the first token waits on', async ({ chat }) => {
  await chat.open()
  await chat.ask('Why did the first token take so long?', 'mock-slow')
  await expect(chat.answer.getByText('Waiting for the model')).toBeVisible()
  await chat.page.waitForTimeout(300)
  await chat.reload()
  await ended(chat)
  await expect(chat.answer).not.toContainText('Connection lost')
})

test('another tab reads the same answer, and stops it for both', async ({ chat, context }) => {
  await begun(chat)
  const other = new ChatPage(await context.newPage())
  await other.open(`/c/${chat.conversationId}`)
  await expect(other.stop).toBeVisible()
  await other.stop.click()
  await expect(other.answer).toContainText('Stopped by you.')
  await expect(chat.answer).toContainText('Stopped by you.')
  expect(await other.text()).toBe(await chat.text())
})

test('a tab that was closed and is opened again', async ({ chat, context }) => {
  await begun(chat)
  const address = chat.page.url()
  await chat.page.close()
  const again = new ChatPage(await context.newPage())
  await again.open(address)
  await expect(again.stop).toBeVisible()
  await ended(again)
  expect(await storedSum(again)).toBe(await providersSum(again))
})

test('Stop works while six tabs hold all of the connections that the browser has for one origin', async ({
  context,
}) => {
  const tabs: ChatPage[] = []
  for (let i = 0; i < 6; i++) tabs.push(new ChatPage(await context.newPage()))
  for (const tab of tabs) await tab.open()
  const answering = tabs.map(({ page }) => page.waitForResponse('**/api/chat'))
  await Promise.all(tabs.map((tab) => tab.ask('mock-long in a tab of many')))
  await Promise.all(answering)
  const [one] = tabs as [ChatPage]
  await one.stop.click()
  await expect(one.answer).toContainText('Stopped by you.')
  const { conversationId } = one
  for (const tab of tabs.slice(1)) await tab.page.close()
  const stored = async () => {
    const response = await one.page.request.get(`/api/conversations/${conversationId}`)
    return (await response.json()).messages.at(-1).metadata.outcome
  }
  await expect.poll(stored).toBe('stopped')
})
