import { expect, it } from 'vitest'
import { readWire } from '../../../test/wire-provider.ts'
import { cases } from '../../../test/wires/written-calls/cases.ts'
import { MarkedText } from '../marked-text/marked-text.ts'
import { WrittenCalls } from './written-calls.ts'

const tools = [
  { name: 'calculator', inputSchema: { properties: { expression: { type: 'string' }, precision: {} } } },
  { name: 'current_time', inputSchema: {} },
]
let models = 0

/** Thoughts, text and calls of an answer that comes in these pieces. */
function read(...pieces: readonly string[]) {
  const reader = new WrittenCalls(new MarkedText(`model ${models++}`), tools)
  const said = { reasoning: '', text: '', calls: [] as string[] }
  for (const next of [...pieces.map((piece) => () => reader.add('text', piece)), () => reader.end()]) {
    for (const event of next()) {
      if (event.type === 'was-thought') [said.reasoning, said.text] = [said.reasoning + said.text, '']
      else if (event.type === 'written-call') said.calls.push(`${event.name} ${event.text}`)
      else said[event.type] += event.delta
    }
  }
  return said
}

const contentOf = (wire: string) =>
  [
    ...readWire(wire)
      .body.toString()
      .matchAll(/^data: (\{.*)/gm),
  ]
    .map(([, json]) => JSON.parse(json as string).choices[0]?.delta.content ?? '')
    .join('')

it.each(Object.keys(cases))('%s: the same wherever its pieces end', (wire) => {
  const text = contentOf(wire)
  const whole = read(text)
  expect(read(...text)).toEqual(whole)
  for (let at = 1; at < text.length; at++)
    expect(read(text.slice(0, at), text.slice(at)), `${text.slice(0, at)}|`).toEqual(whole)
})

const call = '<tool_call>{"name": "calculator", "arguments": {"expression": "1"}}</tool_call>'
const made = 'calculator {"expression":"1"}'

it.each<[string, string, string, string[]]>([
  ['code that is shown, then a call', `\`\`\`\n${call}\n\`\`\`\n${call}`, `\`\`\`\n${call}\n\`\`\`\n`, [made]],
  ['a lone backtick in the line before', `It's a \` only.\n${call}`, "It's a ` only.\n", [made]],
  [
    'a fence within a longer one',
    `\`\`\`\`\n\`\`\`\n${call}\n\`\`\`\n\`\`\`\``,
    `\`\`\`\`\n\`\`\`\n${call}\n\`\`\`\n\`\`\`\``,
    [],
  ],
  ['a mark that is spoken of, then a call', `A <tool_call> begins. ${call}`, 'A <tool_call> begins. ', [made]],
  ['marks in marks', '<tool_call>'.repeat(9), '<tool_call>'.repeat(9), []],
  ['HTML, comparisons and links', 'a < b, <b>x</b>, [link](x), x[0]', 'a < b, <b>x</b>, [link](x), x[0]', []],
  ['a list first', '[1, 2] and {"name": 1}', '[1, 2] and {"name": 1}', []],
  ['a namespace', '<tool_call>{"name": "default_api.calculator", "args": {"expression": "1"}}</tool_call>', '', [made]],
  [
    'arguments in a text',
    '<tool_call>{"name": "calculator", "arguments": "{\\"expression\\": \\"1\\"}"}</tool_call>',
    '',
    [made],
  ],
  [
    'a function inside',
    '{"type": "function", "function": {"name": "calculator", "arguments": {"expression": "1"}}}',
    '',
    [made],
  ],
  ['a number for a text', '<function=calculator><parameter=expression>1</parameter></function>', '', [made]],
  ['attributes', '<function name="calculator">{"expression": "1"}</function>', '', [made]],
  [
    'elements',
    '<tool_call><name>calculator</name><arguments>{"expression": "1"}</arguments></tool_call> So.',
    ' So.',
    [made],
  ],
  [
    'lines that stay',
    '<function=calculator>\n<parameter=expression>\n1\n+ 1\n</parameter></function>',
    '',
    ['calculator {"expression":"1\\n+ 1"}'],
  ],
  [
    'a value that is no text',
    '<function=calculator><parameter=precision>{"digits": 2}</parameter></function>',
    '',
    ['calculator {"precision":{"digits":2}}'],
  ],
])('%s', (_, text, said, calls) => {
  expect(read(text)).toEqual({ reasoning: '', text: said, calls })
  expect(read(...text)).toEqual({ reasoning: '', text: said, calls })
})

it('a text that turns out to have been a thought called nothing', () => {
  expect(read(`Should I? ${call}`, '</think>', 'Answer')).toEqual({
    reasoning: `Should I? ${call}`,
    text: 'Answer',
    calls: [],
  })
})

it.each(['<tool_call>', '<tool_call>{', '<invoke ', '[', '{"name":"', '`', '<function=calculator><parameter=a>'])(
  'a hundred thousand characters of %s take no time',
  (mark) => {
    const text = mark.repeat(Math.ceil(100_000 / mark.length))
    const begin = performance.now()
    expect(read(text).text).toBe(text)
    expect(read(...(text.match(/.{1,50}/gs) ?? [])).text).toBe(text)
    expect(performance.now() - begin).toBeLessThan(3000)
  },
)
