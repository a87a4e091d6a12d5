import { randomUUID } from 'node:crypto'
import { PassThrough } from 'node:stream'
import { text as readAll } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RunningTurn, RunningTurns } from '../chat/running-turns.ts'
import { Holder } from './holder.ts'
import { Mirrors } from './mirrors.ts'
import { type Ask, parseAsk, parseTold, payloadOf, piecesOf } from './wire.ts'

const conversationId = randomUUID()
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** A holder and mirrors with a line between them that can lose what it carries. */
function connected({ loses }: { loses: (payload: string) => boolean }) {
  const body = new PassThrough()
  const rejoined = vi.fn()
  const turn = { read: () => body, rejoined } as unknown as RunningTurn
  const turns = { newest: (id: string) => (id === conversationId ? turn : undefined) } as RunningTurns
  const told: string[] = []
  const holder = new Holder(1, turns, async (_, payloads) => {
    await sleep(1)
    for (const payload of payloads) {
      told.push(payload)
      const one = parseTold(payload)
      if (one && !loses(payload)) mirrors.heard(one)
    }
  })
  const asked: Ask[] = []
  const ask = async (ask: Omit<Ask, 'to'>) => {
    await sleep(1)
    const payload = JSON.stringify({ ...ask, to: 2 })
    asked.push(parseAsk(payload) as Ask)
    if (!loses(payload)) holder.heard(parseAsk(payload) as Ask)
  }
  const mirrors = new Mirrors({ ask, others: async () => 1 })
  return { body, mirrors, holder, asked, told, rejoined }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('what goes from process to process', () => {
  it.each([
    { kind: 'none' } as const,
    { kind: 'alive', count: 7 } as const,
    { kind: 'piece', index: 0, text: 'data: {"a":"b c"}\n\n' } as const,
    { kind: 'piece', index: 12, text: '' } as const,
  ])('arrives as it was told: %o', (told) => {
    const whole = { mirror: randomUUID(), by: 3, ...told }
    expect(parseTold(payloadOf(whole))).toEqual(whole)
  })

  it('is nothing when it is not ours', () => {
    for (const payload of ['', 'x', '{', '{"conversationId":1}', 'a 1 piece x y']) {
      expect(parseAsk(payload)).toBeUndefined()
      expect(parseTold(payload)).toBeUndefined()
    }
  })

  it('fits into a notification, and cuts no character', () => {
    for (const text of [
      'x'.repeat(10_000),
      '\u{1f600}'.repeat(5000),
      `a${'\u{1f600}'.repeat(5000)}`,
      '€'.repeat(9000),
    ]) {
      const pieces = piecesOf(text)
      expect(pieces.join('')).toBe(text)
      for (const piece of pieces) {
        const payload = payloadOf({ mirror: randomUUID(), by: 2 ** 31, kind: 'piece', index: 1e9, text: piece })
        expect(Buffer.byteLength(payload)).toBeLessThan(8000)
        expect(Buffer.from(piece).toString()).toBe(piece)
      }
    }
  })
})

describe('a line that loses', () => {
  it.each([0, 0.05, 0.1])('a share of %d of everything: nothing is missing, nothing comes twice', async (share) => {
    let random = 1
    let opened = false
    const { body, mirrors, asked } = connected({
      loses: () => {
        random = (random * 48271) % 2147483647
        return opened && random / 2147483647 < share
      },
    })
    const joining = mirrors.join(conversationId)
    await vi.advanceTimersByTimeAsync(10)
    const reader = await joining
    if (!reader) throw new Error('it was not found')
    const first = readAll(reader)
    opened = true
    let whole = ''
    for (let i = 0; i < 300; i++) {
      const event = `data: ${i} ${'é'.repeat(i * 10)}\n\n`
      whole += event
      body.write(event)
      await vi.advanceTimersByTimeAsync(40)
    }
    body.end()
    for (let i = 0; i < 400; i++) await vi.advanceTimersByTimeAsync(1000)
    expect((await first) === whole).toBe(true)
    expect(asked.some(({ again }) => again)).toBe(share > 0)
  })
})

it('a holder that says nothing any more: its readers are cut, and nothing goes on running', async () => {
  let dead = false
  const { body, mirrors, holder } = connected({ loses: () => dead })
  const joining = mirrors.join(conversationId)
  await vi.advanceTimersByTimeAsync(10)
  const reader = await joining
  const read = readAll(reader as NonNullable<typeof reader>).catch((error: Error) => error)
  body.write('data: 1\n\n')
  await vi.advanceTimersByTimeAsync(200)
  dead = true
  await vi.advanceTimersByTimeAsync(15_000)
  expect(await read).toBeInstanceOf(Error)
  // The holder, for its part, stops when nobody asks any more.
  await vi.advanceTimersByTimeAsync(30_000)
  expect(body.destroyed).toBe(true)
  expect(vi.getTimerCount()).toBe(0)
  holder.close()
})

it('the last reader that leaves tells the holder at once', async () => {
  const { body, mirrors, rejoined } = connected({ loses: () => false })
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  const joining = Promise.all([1, 2].map(() => mirrors.join(conversationId, traceparent)))
  await vi.advanceTimersByTimeAsync(10)
  const [a, b] = await joining
  await vi.advanceTimersByTimeAsync(10)
  expect(rejoined).toHaveBeenCalledTimes(2)
  a?.destroy()
  await vi.advanceTimersByTimeAsync(100)
  expect(body.destroyed).toBe(false)
  b?.destroy()
  await vi.advanceTimersByTimeAsync(100)
  expect(body.destroyed).toBe(true)
  expect(vi.getTimerCount()).toBe(0)
})

it('does nothing until somebody asks, and asks nobody where there is no other process', async () => {
  const { asked, told, mirrors } = connected({ loses: () => false })
  expect(vi.getTimerCount()).toBe(0)
  const joining = mirrors.join(randomUUID())
  await vi.advanceTimersByTimeAsync(10)
  expect(await joining).toBeUndefined()
  expect([asked.length, told.length]).toEqual([1, 1])
  const ask = vi.fn()
  expect(await new Mirrors({ ask, others: async () => 0 }).join(conversationId)).toBeUndefined()
  expect(ask).not.toHaveBeenCalled()
  expect(vi.getTimerCount()).toBe(0)
})
