import type { Locator, Page } from '@playwright/test'
import { expectAccessible } from './accessible.ts'
import { answerWithoutEnd } from './answer-without-end.ts'
import { ChatPage } from './chat-page.ts'
import { expect, test } from './fixtures.ts'

const RENAME = 'Rename this conversation to “Latency notes”.'

interface Asked {
  readonly panel: Locator
  readonly once: Locator
  readonly conversation: Locator
  readonly deny: Locator
}

function askedOn(page: Page): Asked {
  const panel = page.getByRole('region', { name: /^Allow “Rename conversation”/ })
  const button = (name: string) => panel.getByRole('button', { name, exact: true })
  return {
    panel,
    once: button('Allow once'),
    conversation: button('Allow for this conversation'),
    deny: button('Deny'),
  }
}

async function asked(chat: ChatPage): Promise<Asked> {
  await chat.open()
  await chat.ask(RENAME)
  const asks = askedOn(chat.page)
  await expect(asks.panel).toBeVisible()
  return asks
}

const renamed = (chat: ChatPage) => chat.conversations.getByRole('link', { name: 'Latency notes', exact: true })

test('a call that changes something waits, says what it is about to do, and runs once it is allowed', async ({
  chat,
}) => {
  const { panel, once } = await asked(chat)
  await expect(panel).toContainText('By this chat itself · rename_conversation')
  await expect(panel).toContainText('Gives this conversation another title')
  await expect(panel.getByRole('figure', { name: 'With this input' })).toContainText('title')
  await expect(panel.getByRole('figure')).toContainText('Latency notes')
  await expect(panel).toContainText(/Waits until \d/)
  await expect(chat.answer.getByText('waits for you')).toBeVisible()
  await expect(renamed(chat)).toBeHidden()
  await once.click()
  await chat.answered()
  await expect(panel).toBeHidden()
  await expect(chat.answer).toContainText('this conversation is called Latency notes now')
  await expect(renamed(chat)).toBeVisible()
  await chat.signature.click()
  await expect(chat.answer.getByRole('listitem').filter({ hasText: 'Waiting for your approval' })).toBeVisible()
})

test('one that is denied does not run, and the answer goes on', async ({ chat }) => {
  const { deny } = await asked(chat)
  await deny.click()
  await chat.answered()
  const check = async () => {
    await expect(chat.answer.getByText('not allowed', { exact: true })).toBeVisible()
    await expect(chat.answer).toContainText('I have left the name as it was.')
    await expect(renamed(chat)).toBeHidden()
  }
  await check()
  await chat.reload()
  await check()
})

test('one that is allowed for the conversation does not ask again there', async ({ chat }) => {
  const { panel, conversation } = await asked(chat)
  await conversation.click()
  await chat.answered()
  await expect(chat.answer).toContainText('You allowed this tool for the whole conversation.')
  await chat.ask(RENAME)
  await chat.answered(2)
  await expect(chat.answer).toContainText('Allowed before, for the whole conversation.')
  await expect(panel).toBeHidden()
  await chat.newChat.click()
  await chat.ask(RENAME)
  await expect(panel).toBeVisible()
  await chat.stop.click()
  await expect(chat.answer).toContainText('Stopped by you.')
  await expect(panel).toBeHidden()
})

test('it asks again after a reload and in another tab, and one answer is enough', async ({ chat, context }) => {
  await asked(chat)
  await chat.page.reload()
  const again = askedOn(chat.page)
  await expect(again.panel).toBeVisible()
  const other = new ChatPage(await context.newPage())
  await other.page.goto(`/c/${chat.conversationId}`)
  const there = askedOn(other.page)
  await expect(there.panel).toBeVisible()
  await there.once.click()
  await other.answered()
  await chat.answered()
  await expect(again.panel).toBeHidden()
  await expect(chat.answer).toContainText('this conversation is called Latency notes now')
})

test('by keyboard alone: focus comes to the question, Escape decides nothing, typing goes on in the message', async ({
  chat,
  page,
}) => {
  const { panel, once, conversation, deny } = await asked(chat)
  await expect(panel).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(chat.field).toBeFocused()
  await expect(panel).toBeVisible()
  await expect(chat.stop).toBeVisible()

  await panel.focus()
  await page.keyboard.type('next')
  await expect(chat.field).toHaveValue('next')
  await expect(page).toHaveURL(/\/c\//) // `n` alone would be a new chat

  await panel.focus()
  for (const button of [once, conversation, deny]) {
    await page.keyboard.press('Tab')
    await expect(button).toBeFocused()
  }
  await page.keyboard.press('Enter')
  await expect(chat.field).toBeFocused()
  await chat.answered()
  await expect(chat.answer.getByText('not allowed', { exact: true })).toBeVisible()
})

test('whoever is typing keeps focus, and is told once', async ({ chat, page }) => {
  await chat.open()
  await chat.ask(RENAME)
  await chat.field.pressSequentially('My next question', { delay: 5 })
  const { panel, once } = askedOn(page)
  await expect(panel).toBeVisible()
  await expect(chat.field).toBeFocused()
  await expect(chat.field).toHaveValue('My next question')
  await expect(panel.getByRole('status')).toHaveText(/^The answer waits: allow “Rename conversation”/)
  await once.click()
  await chat.answered()
  await expect(chat.field).toHaveValue('My next question')
})

test('an answer that could not be sent says so, and can be given again', async ({ chat, page }) => {
  const { panel, once } = await asked(chat)
  await page.route('**/approvals/*', (route) => route.abort())
  await once.click()
  await expect(panel.getByRole('alert')).toContainText('This was not taken')
  await page.unroute('**/approvals/*')
  await once.click()
  await chat.answered()
  await expect(renamed(chat)).toBeVisible()
})

test('the question has nothing that WCAG 2.2 AA forbids, in both themes', async ({ chat, page }) => {
  await asked(chat)
  await expectAccessible(page)
})

test('several at once: each says where it runs and what it destroys, long input is folded, and nothing can hide in it', async ({
  chat,
  page,
}) => {
  const written = Array.from({ length: 60 }, (_, i) => `Line ${i} of what is to be written`).join('\n')
  const call = (name: string, title: string, input: object, more: object) => [
    { type: 'tool-input-available', toolCallId: name, toolName: name, title, input, dynamic: true },
    {
      type: 'tool-approval-request',
      approvalId: name,
      toolCallId: name,
      approvalDescriptor: { description: '', destructive: false, expiresAt: '2026-01-01T12:00:00Z', ...more },
    },
  ]
  const end = await answerWithoutEnd(page, [
    { type: 'message-metadata', messageMetadata: { outcome: null, timeline: [] } },
    ...call('files__write', 'Write file', { path: '/srv/notes.md', content: written }, { server: 'files' }),
    ...call(
      'github_com_owner_repo__delete_all_that_is_below',
      'Delete',
      { path: '/srv/\u202Efdp.exe' },
      { server: 'github.com/owner/repo', destructive: true, description: 'What it does, at length. '.repeat(30) },
    ),
    ...call('files__sync', 'Sync', {}, { server: 'files' }),
  ])
  await page.setViewportSize({ width: 390, height: 844 })
  await chat.open()
  await chat.ask('Go.')
  const asks = (title: string) => page.getByRole('region', { name: `Allow “${title}”?` })
  const write = asks('Write file')
  await expect(write).toBeFocused()
  await expect(write).toBeInViewport()
  await expect(write).toContainText('Line 7')
  await expect(write).not.toContainText('Line 8 of')
  await write.getByRole('button', { name: `Show all ${written.length.toLocaleString('en')} characters` }).click()
  await expect(write).toContainText('Line 59 of')
  await expect(asks('Delete')).toContainText('On the server “github.com/owner/repo”')
  await expect(asks('Delete')).toContainText('Its server says that this may destroy something.')
  await expect(asks('Delete')).toContainText('/srv/\\u{202e}fdp.exe')
  await expect(asks('Sync')).toContainText('Without any input.')
  const tooWide = await page.evaluate(
    () =>
      [...document.querySelectorAll('article *')].filter((one) => one.getBoundingClientRect().right > innerWidth)
        .length,
  )
  expect(tooWide).toBe(0)
  await expectAccessible(page)
  end()
})

test('in German it asks in German', async ({ browser }) => {
  const context = await browser.newContext({ locale: 'de-DE' })
  const page = await context.newPage()
  await page.goto('/')
  await page.getByRole('button', { name: 'Nenne diese Unterhaltung' }).click()
  const panel = page.getByRole('region', { name: '„Rename conversation“ erlauben?' })
  await panel.getByRole('button', { name: 'Einmal erlauben' }).click()
  await expect(page.getByRole('article').last()).toContainText('Notizen zur Latenz')
  await context.close()
})
