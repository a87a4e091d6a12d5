import { expect, it } from 'vitest'
import { chargesOf } from './charge.ts'

/** A prompt of 1,000 bytes, and at most 4,000 tokens of answer at 2 USD per million. */
const worst = {
  perPromptByte: 0.25e-6,
  perImageToken: 0.25e-6,
  perAnswerToken: 2e-6,
  answerTokens: 4000,
  answer: 0.008,
}
const prompt = 1000 * worst.perPromptByte
const bound = prompt + worst.answer
const call = { ttftMs: 500 as number | null, usage: null, cost: null }
const cost = (usd: number) => ({ ...call, cost: { usd, source: 'table' as const, date: null } })
const text = (said: string) => ({ type: 'text' as const, text: said })
const charge = (ended: Partial<Parameters<typeof chargesOf>[0]>, bounds = [bound]) =>
  chargesOf({ outcome: 'stopped', modelCalls: [call], parts: () => [], durationMs: 3000, ...ended }, bounds, worst)

it('a stopped answer is charged its prompt, each byte that came, and what may have been thought before', () => {
  const [usd] = charge({ parts: () => [text('a'.repeat(200))] })
  // Half a second before the first word: 150 tokens.
  expect(usd).toBeCloseTo(prompt + (200 + 150) * worst.perAnswerToken, 12)
  expect(usd).toBeLessThan(bound / 5)
})

it('bytes count, not characters: one of Chinese or an emoji is several', () => {
  const of = (said: string) => charge({ parts: () => [text(said)] })[0] ?? 0
  expect(of('日本') - of('')).toBeCloseTo(6 * worst.perAnswerToken, 12)
  expect(of('🫠') - of('')).toBeCloseTo(4 * worst.perAnswerToken, 12)
})

it('one stopped before its first word is charged what it may have thought until then', () => {
  const [usd] = charge({ modelCalls: [{ ...call, ttftMs: null }], durationMs: 2000 })
  expect(usd).toBeCloseTo(prompt + 600 * worst.perAnswerToken, 12)
})

it('never more than was reserved, however much came and however long it took', () => {
  expect(charge({ parts: () => [text('a'.repeat(100_000))] })).toEqual([bound])
  expect(charge({ modelCalls: [{ ...call, ttftMs: 600_000 }] })).toEqual([bound])
  expect(charge({ modelCalls: [cost(5)] })).toEqual([bound])
})

it('a cost that is known is charged as it is, and a call that failed before anything came nothing', () => {
  expect(charge({ modelCalls: [cost(0.0003)] })).toEqual([0.0003])
  expect(charge({ outcome: 'failed', modelCalls: [{ ...call, ttftMs: null }] })).toEqual([0])
})

it('each step of a turn has its own: what was said in one is not charged for another', () => {
  const parts = () => [
    text('a'.repeat(500)),
    { type: 'step-start' as const },
    { type: 'dynamic-tool' as const, toolCallId: '1', toolName: 'abc', state: 'input-available' as const, input: {} },
  ]
  const [first, second] = charge({ modelCalls: [cost(0.001), call], parts }, [bound, 2 * bound])
  expect(first).toBe(0.001)
  expect(second).toBeCloseTo(2 * bound - (4000 - 150 - 'abc{}'.length) * worst.perAnswerToken, 12)
})

it('without a known price nothing is charged', () => {
  const free = { perPromptByte: 0, perImageToken: 0, perAnswerToken: 0, answerTokens: 0, answer: 0 }
  const ended = { outcome: 'stopped' as const, modelCalls: [call], parts: () => [text('a')], durationMs: 1 }
  expect(chargesOf(ended, [0], free)).toEqual([0])
})
