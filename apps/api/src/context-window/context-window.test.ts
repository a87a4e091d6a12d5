import { describe, expect, it } from 'vitest'
import type { HistoryMessage } from '../db/messages.ts'
import { remembered, tokensIn } from './context-window.ts'

const question = (text: string): HistoryMessage => ({ role: 'user', parts: [{ type: 'text', text }] })
const answer = (text: string): HistoryMessage => ({ role: 'assistant', parts: [{ type: 'text', text }] })
const texts = (messages: readonly HistoryMessage[]) =>
  messages.map(({ parts }) => (parts[0]?.type === 'text' ? parts[0].text : '')).join(' ')
/** 50 tokens, with 8 around. */
const long = 'a'.repeat(100)

describe('what a conversation is cut to', () => {
  const path = [question(`1${long}`), answer(long), question(`2${long}`), answer(long), question('3')]

  it('is all of it where there is room, or nothing is known of that', () => {
    expect(remembered(path, 50, null)).toEqual(path)
    expect(remembered(path, 50, 4 * 59 + 9)).toEqual(path)
  })

  it('are whole exchanges, the newest ones', () => {
    for (const room of [4 * 59, 3 * 59 + 9, 2 * 59 + 9]) expect(remembered(path, 50, room)).toEqual(path.slice(2))
    for (const room of [2 * 58, 59 + 9]) expect(remembered(path, 50, room)).toEqual(path.slice(4))
  })

  it('is the question, however large it is', () => {
    expect(remembered(path, 50, 0)).toEqual(path.slice(4))
    expect(remembered(path, 50, -5000)).toEqual(path.slice(4))
    expect(texts(remembered([...path, answer('x'), question(long.repeat(100))], 50, 10))).toBe(long.repeat(100))
  })

  it('is no more than so many messages, and begins with a question', () => {
    expect(remembered(path, 3, null)).toEqual(path.slice(2))
    expect(remembered(path, 4, null)).toEqual(path.slice(2))
    expect(remembered(path, 4, 10)).toEqual(path.slice(4))
  })

  it('counts what is sent: calls and what came of them, pictures, thoughts only with calls', () => {
    const call = { type: 'dynamic-tool' as const, toolCallId: '1', toolName: 'x', state: 'output-available' as const }
    const thought = { type: 'reasoning' as const, text: long.repeat(10) }
    const of = (...parts: HistoryMessage['parts']) => {
      const asked = [question('a'), { role: 'assistant' as const, parts }, question('b')]
      let room = 0
      while (remembered(asked, 50, room).length < asked.length) room++
      return room
    }
    const empty = of()
    expect(of(thought)).toBe(empty)
    expect(of({ ...call, input: {}, output: long }) - empty).toBeGreaterThan(50)
    expect(of(thought, { ...call, input: {}, output: 1 }) - of({ ...call, input: {}, output: 1 })).toBe(500)
    const file = { type: 'file' as const, mediaType: 'image/png', url: '/x' }
    expect(of({ ...file, providerMetadata: { chat: { tokens: 765 } } }) - empty).toBe(765)
    expect(of(file) - empty).toBe(1600)
  })
})

// Counted with gpt-tokenizer 4: o200k_base, cl100k_base and p50k_base, the largest of them.
it.each([
  ['The quick brown fox jumps over the lazy dog.', 10],
  ['今天天气很好，我们去公园散步吧。', 30],
  ['안녕하세요 이것은 시험 문장입니다.', 42],
  ['😀🫠✨🦄', 10],
  ['👩‍👩‍👧‍👦', 18],
  ['Größere Straßen führen über hübsche Brücken.', 23],
  ['3fa85f64-5717-4562-b3fc-2c963f66afa6', 24],
])('%s has at most the tokens that are counted for it', (text, tokens) => {
  expect(tokensIn(text)).toBeGreaterThanOrEqual(tokens)
})
