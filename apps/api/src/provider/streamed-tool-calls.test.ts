import { expect, it } from 'vitest'
import { StreamedToolCalls } from './streamed-tool-calls.ts'

type Delta = Parameters<StreamedToolCalls['add']>[0]

const collect = (deltas: Delta[], used = new Set<string>()) => {
  const calls = new StreamedToolCalls(used)
  for (const delta of deltas) calls.add(delta)
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
    'with arguments that are parsed already',
    [
      { index: 0, id: 'a', function: { name: 'one', arguments: { x: 1 } } },
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

it('says when a call begins, and what each piece adds', () => {
  const calls = new StreamedToolCalls(new Set())
  expect(calls.add({ index: 0, id: 'a', function: { name: 'one' } })).toMatchObject({ began: true, delta: '' })
  expect(calls.add({ index: 0, function: { arguments: '{}' } })).toMatchObject({ began: false, delta: '{}' })
})
