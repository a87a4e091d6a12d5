import { expect, it } from 'vitest'
import { ChunkReader } from './read-chunk.ts'
import { StreamedToolCalls } from './streamed-tool-calls.ts'

interface Delta {
  index?: number
  id?: string
  function?: { name?: string; arguments?: unknown } | null
}
const TOOLS = new Set(['one', 'two', 'current_time'])

const collect = (deltas: Delta[], used = new Set<string>()) => {
  const chunks = new ChunkReader()
  const calls = new StreamedToolCalls(used, TOOLS)
  for (const delta of deltas)
    for (const piece of chunks.read({ choices: [{ index: 0, delta: { tool_calls: [delta] } }] })?.calls ?? [])
      calls.add(piece)
  return calls.all().map(({ id, name, text }) => [id, name, text])
}

it('puts interleaved calls together, as OpenAI sends them', () => {
  expect(
    collect([
      { index: 0, id: 'a', function: { name: 'one', arguments: '' } },
      { index: 0, function: { arguments: '{"x"' } },
      { index: 1, id: 'b', function: { name: 'two', arguments: '{}' } },
      { index: 0, function: { arguments: ':1}' } },
    ]),
  ).toEqual([
    ['a', 'one', '{"x":1}'],
    ['b', 'two', '{}'],
  ])
})

it.each<[string, Delta[]]>([
  [
    'without an index',
    [
      { id: 'a', function: { name: 'one', arguments: '{"x":1}' } },
      { id: 'b', function: { name: 'two', arguments: '{' } },
      { function: { arguments: '}' } },
    ],
  ],
  [
    'all with index 0',
    [
      { index: 0, id: 'a', function: { name: 'one', arguments: '{"x":1}' } },
      { index: 0, id: 'b', function: { name: 'two', arguments: '{}' } },
    ],
  ],
  [
    'with id and name repeated on every piece',
    [
      { index: 0, id: 'a', function: { name: 'one', arguments: '{"x"' } },
      { index: 0, id: 'a', function: { name: 'one', arguments: ':1}' } },
      { index: 1, id: 'b', function: { name: 'two', arguments: '{}' } },
    ],
  ],
  [
    'that begin with an empty object',
    [
      { index: 0, id: 'a', function: { name: 'one', arguments: '{}' } },
      { index: 0, function: { arguments: '{"x":1}' } },
      { index: 1, id: 'b', function: { name: 'two', arguments: '{}' } },
    ],
  ],
])('takes calls %s', (_, deltas) => {
  expect(collect(deltas)).toEqual([
    ['a', 'one', '{"x":1}'],
    ['b', 'two', '{}'],
  ])
})

it('gives an id where there is none, or where it was used before in the turn', () => {
  const used = new Set<string>()
  const delta = (id?: string): Delta => ({ index: 0, ...(id && { id }), function: { name: 'one', arguments: '{}' } })
  const ids = [delta(), delta('call_0'), delta('call_0')].map((one) => collect([one], used)[0]?.[0])
  expect(ids[0]).toMatch(/^call_\w{32}$/)
  expect(ids[1]).toBe('call_0')
  expect(ids[2]).toMatch(/^call_\w{32}$/)
})

it.each<[string, Delta[], string[]]>([
  [
    'that share an id',
    [
      { index: 0, id: 'call_0', function: { name: 'one', arguments: '{"x":1}' } },
      { index: 1, id: 'call_0', function: { name: 'one', arguments: '{"x":2}' } },
    ],
    ['one {"x":1}', 'one {"x":2}'],
  ],
  [
    'that have no id and one index',
    [
      { index: 0, id: '', function: { name: 'one', arguments: '{"x":1}' } },
      { index: 0, id: '', function: { name: 'current_time', arguments: '{}' } },
    ],
    ['one {"x":1}', 'current_time {}'],
  ],
  [
    'of which the first has no arguments, with one index',
    [
      { index: 0, function: { name: 'current_time' } },
      { index: 0, function: { name: 'one', arguments: '{"x":1}' } },
    ],
    ['current_time ', 'one {"x":1}'],
  ],
  [
    'whose name comes in pieces, and whose id later',
    [
      { index: 0, function: { name: 'current' } },
      { index: 0, id: 'a', function: { name: '_time' } },
      { index: 0, id: 'a', function: { arguments: '{}' } },
    ],
    ['current_time {}'],
  ],
  [
    'with nothing but a name',
    [
      { id: 'a', function: { name: 'one' } },
      { id: 'a', function: null },
    ],
    ['one '],
  ],
])('tells calls apart %s', (_, deltas, expected) => {
  expect(collect(deltas).map(([, name, text]) => `${name} ${text}`)).toEqual(expected)
})

it('says when a call begins, with its whole name, and what each piece adds', () => {
  const calls = new StreamedToolCalls(new Set(), TOOLS)
  const piece = { index: 0, id: 'a', name: undefined, text: '', raw: {} }
  expect(calls.add({ ...piece, name: 'o' }).events).toEqual([])
  expect(calls.add({ ...piece, name: 'ne' }).events).toEqual([])
  expect(calls.add({ ...piece, text: '{}' }).events).toEqual([
    { type: 'call', id: 'a', name: 'one' },
    { type: 'call-input', id: 'a', delta: '{}' },
  ])
  expect(calls.end()).toEqual([])
})

it('an object inside another is no repetition', () => {
  const deltas = ['{"x":', '{"x":1}', '}'].map((text) => ({ index: 0, function: { arguments: text } }))
  expect(collect([{ index: 0, id: 'a', function: { name: 'one' } }, ...deltas])).toEqual([
    ['a', 'one', '{"x":{"x":1}}'],
  ])
})
