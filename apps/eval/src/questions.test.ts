import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Answer } from './ask.ts'
import { check } from './checks.ts'
import { readQuestions, UsageError } from './questions.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'eval-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function questions(text: string) {
  const file = path.join(folder, 'questions.yaml')
  writeFileSync(file, text)
  return readQuestions(file)
}
const expecting = (expected: string) => `
thresholds: { passed: 1 }
questions:
  - name: one
    ask: A question
    expect: ${expected}`

it.each([
  ['thresholds: [', 'is no YAML: '],
  ['questions: []', ', thresholds: '],
  [expecting('{}'), ', questions.0.expect: must name at least one'],
  [expecting('{ exakt: a }'), ', questions.0.expect: Unrecognized key: "exakt"'],
  [expecting("{ regex: '(' }"), ', questions.0.expect.regex: Invalid regular expression'],
  [expecting('{ schema: { type: sting } }'), ', questions.0.expect.schema: schema is invalid'],
  [expecting('{ judge: none.md }'), ', questions.0.expect.judge: ENOENT'],
  [expecting('{ exact: a }').replace('one', 'One thing'), ', questions.0.name: must be a name like percent-of'],
])('a file that cannot work is refused with its place: %#', (text, why) => {
  expect(() => questions(text)).toThrow(UsageError)
  expect(() => questions(text)).toThrow(why)
})

const answer = (text: string, parts: unknown[] = []) =>
  ({ text, parts, metadata: { outcome: 'finished' } }) as unknown as Answer
const call = (toolName: string, state = 'output-available') => ({ type: 'dynamic-tool', toolName, state })
const fenced = (json: string) => `Here it is:\n\n\`\`\`json\n${json}\n\`\`\`\n`

it.each([
  ['{ exact: Tokyo }', answer('Tokyo'), []],
  ['{ exact: Tokyo }', answer('Tokyo.'), ['exact']],
  ["{ regex: '(?i:tokyo)' }", answer('It is TOKYO.'), []],
  ['{ schema: { type: object, required: [a] } }', answer('{"a":1}'), []],
  ['{ schema: { type: object, required: [a] } }', answer(fenced('{"a":1}')), []],
  ['{ schema: { type: object, required: [a] } }', answer('{"b":1}'), ['schema: top required']],
  ['{ schema: { properties: { a: { type: string } } } }', answer('{"a":1}'), ['schema: /a type']],
  ['{ schema: { type: object } }', answer('none'), ['schema: no JSON']],
  ['{ tool: calculator }', answer('', [call('calculator', 'output-error'), call('calculator')]), []],
  ['{ tool: calculator }', answer('', [call('calculator', 'output-error')]), ['tool: calculator failed']],
  ['{ tool: calculator }', answer('', [call('clock')]), ['tool: calculator not called']],
  ['{ tool: false }', answer('', [call('clock')]), ['tool: one was called']],
  ['{ exact: a, tool: b }', answer('b'), ['exact', 'tool: b not called']],
  ['{ exact: a }', { ...answer('a'), metadata: { outcome: 'truncated' } } as Answer, ['outcome truncated']],
] as const)('%s: %#', async (expected, given, failures) => {
  const [question] = questions(expecting(expected)).questions
  if (!question) throw new Error('there is no question')
  expect(await check(question, given as Answer, async () => true)).toEqual(failures)
})

it('a judge is asked with the rubric, and only where all else is well', async () => {
  writeFileSync(path.join(folder, 'rubric.md'), 'It is kind.')
  const [question] = questions(expecting('{ exact: a, judge: rubric.md }')).questions
  if (!question) throw new Error('there is no question')
  const asked: string[][] = []
  const judge = async (...material: string[]) => {
    asked.push(material)
    return false
  }
  expect(await check(question, answer('b'), judge)).toEqual(['exact'])
  expect(await check(question, answer('a'), judge)).toEqual(['judge'])
  expect(asked).toEqual([['It is kind.', 'A question', 'a']])
})
