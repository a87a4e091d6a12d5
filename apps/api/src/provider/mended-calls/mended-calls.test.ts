import { expect, it } from 'vitest'
import { StreamedToolCalls } from '../answer/streamed-tool-calls.ts'

interface Delta {
  index?: number
  id?: string
  function: { name?: string; arguments?: string }
}

const collect = (deltas: Delta[]) => {
  const calls = new StreamedToolCalls(new Set(), new Set(['one', 'two', 'current_time']))
  for (const { index, id, function: what } of deltas)
    calls.add({ index, id, name: what.name, text: what.arguments ?? '' })
  return calls.all().map(({ id, name, text }) => [id, name, text])
}

it.each<[string, string]>([
  ['each piece is all so far', '{"x|{"x":1|{"x":1}'],
  ['the whole comes once more at the end', '{"x"|:1}|{"x":1}'],
  ['it stands there three times', '{"x":1}{"x":1}{"x":1}'],
  ['a fence is around it', '```json\n{"x":1}\n```'],
  ['a tag of the template is behind it', '{"x":1}</tool_call>'],
])('an input is read once where %s', (_, pieces) => {
  const deltas = pieces.split('|').map((text) => ({ index: 0, function: { arguments: text } }))
  expect(collect([{ index: 0, id: 'a', function: { name: 'one' } }, ...deltas])).toEqual([['a', 'one', '{"x":1}']])
})

it.each(['functions.one', 'functions.one:0', 'default_api:one', 'one<|channel|>commentary', ' one', 'One'])(
  'a model that calls %o means the tool "one"',
  (name) => expect(collect([{ index: 0, id: 'a', function: { name, arguments: '{}' } }])).toEqual([['a', 'one', '{}']]),
)

it('an input that is the word null is none', () =>
  expect(collect([{ id: 'a', function: { name: 'one', arguments: 'null' } }])).toEqual([['a', 'one', '']]))

it.each(["{'x': 1}", '{x: 1,}', '[{"x":1}]', '"{\\"x\\":1}"', '{"x":1}}', '{"x": 1 /* one */}'])(
  'the input %s is an object in another form',
  (text) =>
    expect(collect([{ id: 'a', function: { name: 'one', arguments: text } }])).toEqual([['a', 'one', '{"x":1}']]),
)

it.each(['{"x":1', '{"x":"1', '1', 'x', '[]'])('the input %s stays as it is', (text) =>
  expect(collect([{ id: 'a', function: { name: 'one', arguments: text } }])).toEqual([['a', 'one', text]]),
)
