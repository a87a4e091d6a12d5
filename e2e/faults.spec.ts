import { randomUUID } from 'node:crypto'
import { attribute, errorType, incompleteReasons, metric } from '@repo/telemetry/catalogue'
import { expect, test } from './fixtures.ts'
import { isModelCall, isTurn, one } from './telemetry.ts'

/**
 * What a person reads, and what is recorded, when a model fails in one of these ways. Other tests ask for faults in the
 * prompt instead of by model, so that the counters of these models are this file's own.
 */
const faults = [
  {
    model: 'mock-cut',
    says: 'Cut off. The connection to the model provider failed.',
    outcome: 'truncated',
    error: errorType.connection,
    finishReason: 'error',
    keepsText: true,
  },
  {
    model: 'mock-early-close',
    says: 'Cut off. The model provider ended the answer early.',
    outcome: 'truncated',
    error: errorType.noFinishReason,
    finishReason: 'error',
    keepsText: true,
  },
  {
    model: 'mock-length',
    says: 'Output limit reached. The answer reached the output token limit.',
    outcome: 'truncated',
    error: errorType.length,
    finishReason: 'length',
    keepsText: true,
  },
  {
    model: 'mock-stall',
    says: 'Timed out. The model stopped sending in the middle of its answer.',
    outcome: 'failed',
    error: errorType.idleTimeout,
    finishReason: 'error',
    keepsText: true,
  },
  {
    model: 'mock-error',
    says: 'Failed. The model provider reported an error in the middle of the answer.',
    outcome: 'failed',
    error: errorType.stream,
    finishReason: 'error',
    keepsText: true,
  },
  {
    model: 'mock-429',
    says: 'Rate limited. The model provider is limiting requests. Wait a little and try again.',
    outcome: 'failed',
    error: '429',
    finishReason: 'error',
    keepsText: false,
  },
  {
    model: 'mock-500',
    says: 'Provider down. The model provider has a problem.',
    outcome: 'failed',
    error: '500',
    finishReason: 'error',
    keepsText: false,
  },
  {
    model: 'mock-filter',
    says: 'Ended by the provider’s content filter. Put the question in other words.',
    outcome: 'truncated',
    error: errorType.contentFilter,
    finishReason: 'content_filter',
    keepsText: true,
  },
] as const

const PARTIAL = 'This answer comes from the mock model'

for (const { model, says, outcome, error, finishReason, keepsText } of faults) {
  test(`${model} is told in words, counted as ${outcome} and ${error ?? finishReason}, and can be retried`, async ({
    chat,
    page,
    telemetry,
  }) => {
    const ending = { [attribute.outcome]: outcome, ...(error && { [attribute.errorType]: error }) }
    const counted = () => telemetry.metric(metric.turns.name, { ...ending, [attribute.requestModel]: model })
    const earlier = await counted()
    await chat.open()
    await chat.ask('What goes wrong?', model)
    await expect(chat.answer.getByRole('alert')).toHaveText(says)
    const shown = keepsText ? await chat.text() : ''
    if (keepsText) expect(shown).toContain(PARTIAL)

    const { spans } = await telemetry.finishedTurn(await chat.traceId())
    const key = error && incompleteReasons.has(error) ? attribute.incompleteReason : attribute.errorType
    expect(one(spans.filter(isTurn), 'turn').attributes).toMatchObject({
      [attribute.outcome]: outcome,
      ...(error && { [key]: error }),
    })
    const { attributes } = one(spans.filter(isModelCall), 'model call')
    expect(attributes[key]).toBe(error)
    expect(attributes[attribute.responseFinishReasons]).toEqual([finishReason])
    await expect.poll(counted).toBe(earlier + 1)

    await chat.reload()
    await expect(chat.answer).toContainText(says)
    if (keepsText) expect(await chat.text()).toBe(shown)

    await chat.model.selectOption('mock-standard')
    await chat.retry.click()
    await expect(chat.answer).toContainText('This is the built-in mock model')
    await chat.answered()
    await expect(page.getByText(says)).toHaveCount(0)
  })
}

test('an answer without a word says so', async ({ chat }) => {
  await chat.open()
  await chat.ask('Anything?', 'mock-empty')
  await expect(chat.answer.getByRole('alert')).toHaveText(/^Empty answer\./)
  await expect(chat.retry).toBeVisible()
})

test('what the provider does not report is unknown, not zero', async ({ chat, telemetry }) => {
  await chat.open()
  await chat.ask('What does this cost?', 'mock-no-usage')
  await chat.answered()
  await expect(chat.signature).toHaveText(/tokens unknown · estimated ≤ \$0\.0\d+$/)
  const { spans } = await telemetry.finishedTurn(await chat.traceId())
  const attributes = one(spans.filter(isModelCall), 'model call').attributes
  expect(attributes).not.toHaveProperty([attribute.usageOutputTokens])
  expect(attributes).not.toHaveProperty([attribute.cost])
})

test('a refused first attempt is repeated unseen: two HTTP attempts below one model call', async ({
  chat,
  telemetry,
}) => {
  await chat.open()
  await chat.ask(`Is the second attempt better? ${randomUUID()}`, 'mock-429-once')
  await expect(chat.answer).toContainText('this is the second')
  await chat.answered()
  await expect(chat.answer.getByRole('alert')).toHaveCount(0)

  const { spans } = await telemetry.finishedTurn(await chat.traceId())
  const call = one(spans.filter(isModelCall), 'model call')
  const attempts = spans.filter(({ parentSpanId }) => parentSpanId === call.spanId)
  expect(attempts.map(({ attributes }) => attributes['http.response.status_code']).sort()).toEqual([200, 429])
  expect(call.status.code).not.toBe('ERROR')
  const retries = { [attribute.requestModel]: 'mock-429-once', [attribute.errorType]: '429' }
  await expect.poll(() => telemetry.metric(metric.retries.name, retries)).toBe(1)
})

test('a slow first token is waited for, and said to be waited for', async ({ chat }) => {
  await chat.open()
  await chat.ask('Why did the first token take so long?', 'mock-slow')
  await expect(chat.answer.getByText('Waiting for the model')).toBeVisible()
  await expect(chat.stop).toBeVisible()
  await chat.answered()
  await expect(chat.answer).toContainText('asked for mock-slow')
})

test('a server that cannot be reached keeps the question, and Retry asks it', async ({ chat, page }) => {
  await chat.open()
  await page.route('**/api/chat', (route) => route.abort('connectionrefused'))
  await chat.ask('Hello')
  await expect(page.getByRole('alert').filter({ hasText: 'This message has no answer.' })).toContainText(
    'The server cannot be reached. Check the connection, then retry.',
  )
  await expect(chat.questions).toHaveText(/Hello/)

  await page.unroute('**/api/chat')
  await chat.retry.click()
  await chat.answered()
  await expect(chat.questions).toHaveCount(1)
  await chat.reload()
  await chat.answered()
  await expect(chat.questions).toHaveText(/Hello/)
})

test('a database that is away is told, with what the API says, and Retry asks again', async ({ chat, page }) => {
  await chat.open()
  const problem = {
    type: 'urn:lgtm-chat:problem:database-unavailable',
    title: 'Service unavailable',
    status: 503,
    detail: 'Back soon.',
    traceId: null,
  }
  await page.route('**/api/chat', (route) =>
    route.fulfill({ status: 503, contentType: 'application/problem+json', json: problem }),
  )
  await chat.ask('Hello')
  await expect(page.getByRole('alert').filter({ hasText: 'Back soon.' })).toHaveText('The database is away. Back soon.')
  await page.unroute('**/api/chat')
  await chat.retry.click()
  await chat.answered()
})

test('a refused message goes back to the field, to be changed', async ({ chat, page }) => {
  await chat.open()
  const tooLong = 'a'.repeat(16_001)
  await chat.ask(tooLong)
  await expect(page.getByRole('alert').filter({ hasText: 'at most 16000 are allowed' })).toBeVisible()
  await expect(chat.field).toHaveValue(tooLong)
  await expect(chat.questions).toHaveCount(0)
  await expect(page).toHaveURL('/')
  await chat.ask('Hello')
  await chat.answered()
})

test('a page that is left for longer than the grace time has what had arrived when one comes back', async ({
  chat,
}) => {
  await chat.open()
  await chat.ask('Write a long guide to OpenTelemetry sampling.')
  await expect(chat.answer.getByRole('heading', { name: '1. Why sample at all' })).toBeVisible()
  const address = chat.page.url()
  await chat.page.goto('about:blank')
  await chat.page.waitForTimeout(4000)
  await chat.open(address)
  await expect(chat.answer).toContainText('Connection lost before the answer was complete.')
  await expect(chat.answer.getByRole('heading', { name: '1. Why sample at all' })).toBeVisible()
  await expect(chat.traceLink).toBeVisible()
})

test('an unknown conversation is a page with a way on, not an error', async ({ chat, page }) => {
  const response = await page.goto(`/c/${randomUUID()}`)
  expect(response?.status()).toBe(404)
  await expect(page.getByRole('heading', { name: 'Not found' })).toBeVisible()
  await page.getByRole('link', { name: 'Start a new chat' }).click()
  await expect(page).toHaveURL('/')
  await chat.ask('Hello')
  await chat.answered()
})
