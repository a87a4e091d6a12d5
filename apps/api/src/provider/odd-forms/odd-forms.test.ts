import { Readable } from 'node:stream'
import { expect, it } from 'vitest'
import { AnswerReader } from '../answer/read-answer.ts'
import { readEvents } from '../answer/read-events.ts'

/** What is read of a body: `thoughts | text`, and why it failed. */
async function read(body: string): Promise<string> {
  const reader = new AnswerReader(new Set(), [], '', 1000)
  const said = { text: '', reasoning: '' }
  const take = (events: ReturnType<AnswerReader['end']>) => {
    for (const event of events) if (event.type === 'text' || event.type === 'reasoning') said[event.type] += event.delta
  }
  for await (const batch of readEvents(Readable.from([Buffer.from(body)], { objectMode: false }), () => {}))
    for (const json of batch) take(reader.read(json))
  take(reader.end())
  return [`${said.reasoning} | ${said.text}`.trim(), reader.failure?.type].filter(Boolean).join(' ')
}

const frame = (value: object) => `data: ${JSON.stringify(value)}\n\n`
const chunk = (delta: unknown) => ({ choices: [{ index: 0, delta }] })

it.each<[string, string, string]>([
  [
    'a chunk that is a string of JSON',
    `data: ${JSON.stringify(JSON.stringify(chunk({ content: 'Fine.' })))}\n\n`,
    '| Fine.',
  ],
  ['field names in capitals', frame(chunk({ content: 'Fine.' })).replace('data', 'Data'), '| Fine.'],
  ['a chunk in a field of its own', frame({ data: chunk({ content: 'Fine.' }) }), '| Fine.'],
  ['a delta that is text', frame(chunk('Fine.')), '| Fine.'],
  ['a text in an object', frame(chunk({ content: [{ type: 'text', text: { value: 'Fine.' } }] })), '| Fine.'],
  [
    'a thought by a name of its own',
    frame(chunk({ thinking_content: 'Hm' })) + frame(chunk({ content: 'Fine.' })),
    'Hm | Fine.',
  ],
  ['an error in words', `${frame(chunk({ content: 'Fi' }))}data: [ERROR] CUDA out of memory\n\n`, '| Fi stream_error'],
  ['an exception', frame(chunk({ content: 'Fi' })) + frame({ exception: 'x' }), '| Fi stream_error'],
])('reads %s', async (_, body, expected) => expect(await read(body)).toBe(expected))

const calls = (...pieces: object[]) => pieces.map((piece) => frame(chunk({ tool_calls: [piece] }))).join('')
it.each<[string, string]>([
  [
    'with arguments that are parsed already',
    calls({ index: 0, id: 'a', function: { name: 'one', arguments: { x: 1 } } }),
  ],
  [
    'with an index in words, and an id that changes with every piece',
    calls(
      { index: '0', id: 'a', function: { name: 'one', arguments: '{"x"' } },
      { index: '0', id: 'c', function: { arguments: ':1}' } },
    ),
  ],
  ['without a wrapper', calls({ index: 0, id: 'a', name: 'one', input: { x: 1 } })],
])('takes a call %s', async (_, body) => {
  const reader = new AnswerReader(new Set(), [{ name: 'one', inputSchema: {} }], '', 1000)
  for await (const batch of readEvents(Readable.from([Buffer.from(body)], { objectMode: false }), () => {}))
    for (const json of batch) reader.read(json)
  expect(reader.calls()).toEqual([{ id: 'a', name: 'one', text: '{"x":1}' }])
})
