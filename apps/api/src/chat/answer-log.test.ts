import { setTimeout as sleep } from 'node:timers/promises'
import type { MessageMetadata } from '@repo/contract/message'
import { parseJsonEventStream, type UIMessageChunk, uiMessageChunkSchema } from 'ai'
import { expect, it, vi } from 'vitest'
import { AnswerLog } from './answer-log.ts'

const metadata = { outcome: 'finished' } as MessageMetadata
const newLog = () => new AnswerLog(60_000, () => {})

/** Reads to the end; the pieces of a text are put together. */
async function told(body: ReturnType<AnswerLog['read']>): Promise<(UIMessageChunk | string)[]> {
  const chunks: (UIMessageChunk | string)[] = []
  const stream = new ReadableStream({
    async start(controller) {
      for await (const bytes of body) controller.enqueue(bytes)
      controller.close()
    },
  })
  for await (const parsed of parseJsonEventStream({ stream, schema: uiMessageChunkSchema })) {
    if (!parsed.success) throw parsed.error
    const chunk = parsed.value
    const delta = chunk.type === 'text-delta' ? chunk.delta : chunk.type === 'tool-input-delta' && chunk.inputTextDelta
    if (delta === false) chunks.push(chunk)
    else if (typeof chunks.at(-1) === 'string') chunks[chunks.length - 1] += delta
    else chunks.push(delta)
  }
  return chunks
}

const types = (chunks: (UIMessageChunk | string)[]) =>
  chunks.map((chunk) => (typeof chunk === 'string' ? `"${chunk}"` : chunk.type))

it('tells each reader all of it, whenever it comes', async () => {
  const log = newLog()
  const readers = [told(log.read())]
  const write = [
    () => log.part({ type: 'start', messageId: '1' }),
    () => log.step(),
    () => log.delta('text', 'Let me '),
    () => log.delta('text', 'see \u{1f600}'),
    () => log.part({ type: 'tool-input-start', toolCallId: 'a', toolName: 'x', dynamic: true }),
    () => log.callInput('a', '{"b":'),
    () => log.callInput('a', '1}'),
    () => log.part({ type: 'tool-input-available', toolCallId: 'a', toolName: 'x', input: { b: 1 }, dynamic: true }),
    () => log.step(),
    () => log.delta('text', 'So.'),
    () => log.end(metadata),
  ]
  for (const next of write) {
    next()
    readers.push(told(log.read()))
    await sleep(1)
  }
  const [first, ...others] = await Promise.all(readers)
  expect(types(first as [])).toEqual([
    ...['start', 'start-step', 'text-start', '"Let me see \u{1f600}"', 'text-end', 'tool-input-start', '"{"b":1}"'],
    ...['tool-input-available', 'finish-step', 'start-step', 'text-start', '"So."', 'text-end', 'finish-step'],
    ...['message-metadata', 'finish'],
  ])
  for (const other of others) expect(other).toEqual(first)
})

it('a reader that is too slow holds up nobody, takes a bounded room, and misses nothing', async () => {
  const log = newLog()
  const slow = log.read()
  const quick = told(log.read())
  await sleep(1)
  let text = ''
  for (let i = 0; i < 5000; i++) {
    const delta = `${i} ${'x'.repeat(100)}`
    text += delta
    log.delta('text', delta)
    if (i % 100 === 0) await sleep(0)
  }
  expect(slow.readableLength).toBeLessThan(200_000)
  log.end(metadata)
  const all = await quick
  expect(all).toContain(text)
  expect(await told(slow)).toEqual(all)
})

it('ends an answer that nobody has read for the grace time, and no other', async () => {
  vi.useFakeTimers()
  const onUnread = vi.fn()
  const log = new AnswerLog(1000, onUnread)
  const [a, b] = [log.read(), log.read()]
  a.destroy()
  await vi.advanceTimersByTimeAsync(5000)
  b.destroy()
  await vi.advanceTimersByTimeAsync(900)
  const back = log.read()
  await vi.advanceTimersByTimeAsync(5000)
  expect(onUnread).not.toHaveBeenCalled()
  back.destroy()
  await vi.advanceTimersByTimeAsync(1100)
  expect(onUnread).toHaveBeenCalledOnce()
  log.end(metadata)
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})
