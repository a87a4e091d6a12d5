import OpenAI from 'openai'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Mock, startMock } from '../mock.ts'
import type { Fault } from './fault.ts'

let mock: Mock
let client: OpenAI
const control = () => new URL('/workshop/fault', mock.url)

beforeAll(async () => {
  mock = await startMock({ pace: 0 })
  client = new OpenAI({ baseURL: mock.url, apiKey: 'none', maxRetries: 0 })
})
afterEach(async () => {
  await fetch(control(), { method: 'DELETE' })
})
afterAll(() => mock.stop())

async function fail(fault: Partial<Fault>): Promise<void> {
  const times = { from: Date.now() - 1, until: Date.now() + 60_000, seed: 1 }
  const answer = await fetch(control(), { method: 'PUT', body: JSON.stringify({ ...times, ...fault }) })
  expect(answer.status, await answer.clone().text()).toBe(200)
}

const tools: OpenAI.ChatCompletionTool[] = [{ type: 'function', function: { name: 'calculator', parameters: {} } }]

async function ask(content: string, model = 'mock-standard') {
  const began = performance.now()
  const chunks = await client.chat.completions.create({
    model,
    messages: [{ role: 'user', content }],
    ...(content.includes('%') && { tools }),
    stream: true,
    stream_options: { include_usage: true },
  })
  const seen = { text: '', input: '', firstMs: 0, usage: null as null | (OpenAI.CompletionUsage & { cost?: number }) }
  for await (const { choices, usage } of chunks) {
    seen.firstMs ||= performance.now() - began
    seen.text += choices[0]?.delta?.content ?? ''
    seen.input += choices[0]?.delta?.tool_calls?.[0]?.function?.arguments ?? ''
    if (usage) seen.usage = usage
  }
  return seen
}

/** How many of these requests were refused. */
async function refused(count: number): Promise<boolean[]> {
  const all: boolean[] = []
  for (let i = 0; i < count; i++)
    all.push(
      await ask('Hello').then(
        () => false,
        ({ status }) => status === 429,
      ),
    )
  return all
}

test('one model begins late, the others do not', async () => {
  await fail({ delayMs: 1500, model: 'mock-large' })
  expect((await ask('Hello', 'mock-large')).firstMs).toBeGreaterThan(1490)
  expect((await ask('Hello')).firstMs).toBeLessThan(1400)
})

test('a share of the requests is refused, the same ones for the same seed', async () => {
  await fail({ refused: 0.4, seed: 7 })
  const first = await refused(50)
  const share = first.filter(Boolean).length / 50
  expect(share).toBeGreaterThan(0.2)
  expect(share).toBeLessThan(0.6)
})

test('a connection is cut after a while, an answer that is faster is whole', async () => {
  await fail({ cutAfterMs: 1500, delayMs: 3000, model: 'mock-large' })
  await expect(ask('Hello', 'mock-large')).rejects.toThrow()
  expect((await ask('Hello')).text).not.toBe('')
})

test('nothing is read from the cache, and costs what fresh input costs', async () => {
  const before = await ask('Summarise the on-call handbook.')
  await fail({ uncached: true })
  const after = await ask('Summarise the on-call handbook.')
  expect(before.usage?.prompt_tokens_details?.cached_tokens).toBe(6400)
  expect(after.usage?.prompt_tokens_details?.cached_tokens).toBe(0)
  expect(after.usage?.prompt_tokens).toBe(before.usage?.prompt_tokens)
  expect(after.usage?.cost).toBeGreaterThan(3 * (before.usage?.cost ?? 0))
})

test('nobody is told what a call costs', async () => {
  await fail({ unpriced: true, model: 'mock-large' })
  expect((await ask('Hello', 'mock-large')).usage).not.toHaveProperty('cost')
  expect((await ask('Hello')).usage).toHaveProperty('cost')
})

test('answers are longer, and so is what they cost', async () => {
  const before = await ask('What is OTLP?')
  await fail({ longer: 2.5 })
  const after = await ask('What is OTLP?')
  expect(after.text.length / before.text.length).toBeCloseTo(2.5, 1)
  expect((after.usage?.completion_tokens ?? 0) / (before.usage?.completion_tokens ?? 1)).toBeCloseTo(2.5, 1)
  expect(after.usage?.cost).toBeGreaterThan(2 * (before.usage?.cost ?? 1))
})

test('one tool call in so many has an input that is no JSON', async () => {
  await fail({ unreadable: 0.5 })
  const inputs = []
  for (let i = 0; i < 20; i++) inputs.push((await ask('What is 17% of 2,340?')).input)
  const broken = inputs.filter((input) => !input.endsWith('"}'))
  expect(broken.length).toBeGreaterThan(3)
  expect(broken.length).toBeLessThan(17)
})

test('before its time and after it there is none', async () => {
  await fail({ refused: 1, from: Date.now() + 60_000, until: Date.now() + 120_000 })
  expect(await refused(3)).toEqual([false, false, false])
  await fail({ refused: 1, from: 0, until: Date.now() })
  expect(await refused(3)).toEqual([false, false, false])
  await fail({ refused: 1 })
  expect(await (await fetch(control())).json()).toMatchObject({ refused: 1 })
  expect(await refused(1)).toEqual([true])
  await fetch(control(), { method: 'DELETE' })
  expect(await refused(1)).toEqual([false])
})

test.each([
  ['{"from":1,"until":2}', '"seed" is missing.'],
  ['{"from":1,"until":2,"seed":3,"refused":"a lot"}', '"refused" must be a number.'],
  ['{"from":1,"until":2,"seed":3,"fire":1}', '"fire" must be left out.'],
])('%s is no fault', async (body, sentence) => {
  const answer = await fetch(control(), { method: 'PUT', body })
  expect([answer.status, await answer.text()]).toEqual([400, sentence])
})
