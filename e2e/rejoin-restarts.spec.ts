import { createHash, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { unusedPorts } from '@repo/local-stack/ports'
import { type Postgres, startPostgres } from '@repo/local-stack/postgres'
import { ChatPage, expectOnlyGrown } from './chat-page.ts'
import { expect, test } from './fixtures.ts'
import { startTestStack, type TestStack } from './test-stack.ts'

// What happens to a reader, and to what the reader reads from. Two web servers, each before an API process of its own, on
// one database; one browser has both, because cookies know no ports.
test.describe.configure({ mode: 'default' })

const CONNECTING = 'Connecting to the answer…'
/** Some twenty seconds long. */
const QUESTION = 'mock-long, whatever happens'

const dataDir = mkdtempSync(path.join(tmpdir(), 'chat-e2e-restarts-'))
let postgres: Postgres
let stack: TestStack
let other: TestStack
/** Of what the provider sends for `QUESTION`, read without a break. */
let providers: string

test.beforeAll(async ({ playwright }) => {
  test.setTimeout(180_000)
  postgres = await startPostgres({ dataDir, durable: false })
  const ports = await unusedPorts()
  const env = {
    DATABASE_URL: postgres.url,
    SESSION_SECRET: 'of both processes, before and after a restart',
    ANSWER_GRACE_SECONDS: '30',
    OTEL_SDK_DISABLED: 'true',
    MOCK_PACE: '0.6', // longer than the time that an API which ends gives its answers
  }
  stack = await startTestStack('restarts', ports, env)
  const more = {
    OPENAI_BASE_URL: `http://127.0.0.1:${ports.mock}/api/v1`,
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
  }
  other = await startTestStack('restarts-other', await unusedPorts(), { ...env, ...more })
  const request = await playwright.request.newContext({ baseURL: stack.url })
  const message = { id: randomUUID(), role: 'user', parts: [{ type: 'text', text: QUESTION }] }
  const data = { id: randomUUID(), trigger: 'submit-message', message }
  const events = await (await request.post('/api/chat', { data, timeout: 60_000 })).text()
  providers = [...events.matchAll(/^data: (\{"type":"text-delta".*)$/gm)]
    .map(([, e]) => JSON.parse(String(e)).delta)
    .join('')
  await request.dispose()
})

test.afterAll(async () => {
  await Promise.all([stack?.remove(), other?.remove()])
  await postgres?.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

const sum = (text: string) => createHash('sha256').update(text).digest('hex')

/** The newest answer as it is stored. */
async function stored(chat: ChatPage): Promise<{ text: string; outcome: string | null }> {
  const response = await chat.page.request.get(`${stack.url}/api/conversations/${chat.conversationId}`)
  const { parts, metadata } = (await response.json()).messages.at(-1)
  const text = parts.map((part: { type: string; text: string }) => (part.type === 'text' ? part.text : '')).join('')
  return { text, outcome: metadata.outcome }
}

async function begun(chat: ChatPage): Promise<() => Promise<string[]>> {
  await chat.open(stack.url)
  const states = await chat.recordAnswer()
  await chat.ask(QUESTION)
  await expect.poll(async () => (await chat.text()).length).toBeGreaterThan(500)
  return states
}

/** Nothing was lost on the way, on the page or in the database, and the page never took a step back. */
async function whole(chat: ChatPage, states?: () => Promise<string[]>): Promise<void> {
  await expect(chat.send).toBeVisible({ timeout: 40_000 })
  await chat.answered()
  const { text, outcome } = await stored(chat)
  expect([outcome, text.length, sum(text)]).toEqual(['finished', providers.length, sum(providers)])
  if (states) expectOnlyGrown(await states())
  const seen = await chat.text()
  await chat.reload()
  await expect.poll(() => chat.text()).toBe(seen)
}

test('five seconds without network: the page says that it connects, and the answer is whole', async ({
  chat,
  context,
}) => {
  const states = await begun(chat)
  await context.setOffline(true)
  await expect(chat.answer).toContainText(CONNECTING)
  await chat.page.waitForTimeout(5000)
  await context.setOffline(false)
  await expect(chat.answer).not.toContainText(CONNECTING)
  await whole(chat, states)
})

test('a locked phone: the page is frozen, and has no network', async ({ chat, context, browserName }) => {
  test.skip(browserName !== 'chromium', 'only Chromium can be told to freeze a page')
  const states = await begun(chat)
  const session = await context.newCDPSession(chat.page)
  await session.send('Page.setWebLifecycleState', { state: 'frozen' })
  await context.setOffline(true)
  await new Promise((resolve) => setTimeout(resolve, 5000))
  await context.setOffline(false)
  await session.send('Page.setWebLifecycleState', { state: 'active' })
  await whole(chat, states)
})

test('another process: what one API process holds is read at the other, while it comes', async ({ chat, context }) => {
  const states = await begun(chat)
  const elsewhere = new ChatPage(await context.newPage())
  await elsewhere.open(`${other.url}/c/${chat.conversationId}`)
  await expect(elsewhere.stop).toBeVisible()
  const first = (await elsewhere.text()).length
  await expect.poll(async () => (await elsewhere.text()).length).toBeGreaterThan(first)
  await expect(chat.stop, 'it still runs').toBeVisible()
  await whole(elsewhere)
  await whole(chat, states)
})

test('the web server is restarted: the page comes back by itself, and the answer is whole', async ({ chat }) => {
  const states = await begun(chat)
  await stack.restart('web', 'SIGKILL')
  await whole(chat, states)
})

test('the database is restarted: whoever reads does not notice, and all of it is stored', async ({ chat }) => {
  const states = await begun(chat)
  await postgres.stop()
  await chat.page.waitForTimeout(1000)
  postgres = await startPostgres({ dataDir, port: Number(new URL(postgres.url).port), durable: false })
  await expect(chat.send).toBeVisible({ timeout: 40_000 })
  await expect.poll(async () => (await stored(chat)).outcome, { timeout: 40_000 }).toBe('finished')
  await whole(chat, states)
})

for (const [signal, how] of [
  ['SIGTERM', 'restarted'],
  ['SIGKILL', 'killed and started again'],
] as const)
  test(`the API is ${how}: what was said is kept, and can be gone on with`, async ({ chat }) => {
    await begun(chat)
    // So that there is something stored: a killed process stores nothing more.
    await expect.poll(async () => (await stored(chat)).text.length, { timeout: 20_000 }).toBeGreaterThan(100)
    await stack.restart('api', signal)
    await expect(chat.answer).toContainText('Connection lost before the answer was complete.', { timeout: 40_000 })
    const { text, outcome } = await stored(chat)
    expect(outcome).toBe('disconnected')
    expect(providers.startsWith(text)).toBe(true)
    const seen = await chat.text()
    await chat.reload()
    await expect(chat.answer).toContainText('Connection lost before the answer was complete.')
    await expect.poll(() => chat.text(), { message: 'what is stored is what was seen' }).toBe(seen)
    await expect(chat.retry).toBeVisible()
  })
