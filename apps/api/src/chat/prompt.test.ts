import { describe, expect, it } from 'vitest'
import type { HistoryMessage } from '../db/messages.ts'
import type { StoredPart } from '../db/stored-parts.ts'
import { answerToPrompt, toPrompt } from './prompt.ts'

const call = (id: string, more: object): StoredPart =>
  ({ type: 'dynamic-tool', toolCallId: id, toolName: 'calculator', input: { expression: id }, ...more }) as never

const answer: StoredPart[] = [
  { type: 'reasoning', text: 'Hm.' },
  { type: 'text', text: 'I calculate.' },
  call('1', { state: 'output-available', output: '2' }),
  call('2', { state: 'output-error', errorText: 'no' }),
  { type: 'step-start' },
  call('3', { state: 'output-available', output: { a: 1 } }),
  { type: 'step-start' },
  { type: 'text', text: 'Done.' },
]
const calls = (...ids: string[]) => ids.map((id) => ({ id, name: 'calculator', text: `{"expression":"${id}"}` }))

it('tool calls go back to the model step by step, each with its result', () => {
  expect(answerToPrompt(answer)).toEqual([
    { role: 'assistant', text: 'I calculate.', reasoning: 'Hm.', calls: calls('1', '2') },
    { role: 'tool', callId: '1', text: '2' },
    { role: 'tool', callId: '2', text: 'Error: no' },
    { role: 'assistant', text: '', calls: calls('3') },
    { role: 'tool', callId: '3', text: '{"a":1}' },
    { role: 'assistant', text: 'Done.' },
  ])
})

it('a call that a crash left without an end, or with input that is no JSON, does not break the next turn', () => {
  const broken = [
    call('1', { state: 'input-streaming', input: undefined }),
    call('2', { state: 'input-available', input: '{"x' }),
  ]
  expect(answerToPrompt(broken)).toEqual([
    {
      role: 'assistant',
      text: '',
      calls: [
        { id: '1', name: 'calculator', text: '{}' },
        { id: '2', name: 'calculator', text: '{}' },
      ],
    },
    { role: 'tool', callId: '1', text: 'Error: interrupted' },
    { role: 'tool', callId: '2', text: 'Error: interrupted' },
  ])
})

it('without tools only text goes back, and messages with nothing for the model are left out', () => {
  const history = [
    { role: 'user' as const, parts: [{ type: 'text' as const, text: 'How much?' }] },
    { role: 'assistant' as const, parts: answer },
    { role: 'assistant' as const, parts: [{ type: 'reasoning' as const, text: 'Hm.' }] },
  ]
  expect(toPrompt(history, false)).toEqual([
    { role: 'user', text: 'How much?' },
    { role: 'assistant', text: 'I calculate.Done.' },
  ])
  expect(toPrompt(history, true)).toHaveLength(7)
})

describe('a conversation as every model takes it', () => {
  const user = (text: string): HistoryMessage => ({ role: 'user', parts: [{ type: 'text', text }] })
  const said = (text: string): HistoryMessage => ({ role: 'assistant', parts: [{ type: 'text', text }] })
  const flat = (...history: HistoryMessage[]) =>
    toPrompt(history, true).map(({ role, text }) => `${role === 'assistant' ? 'a' : role[0]}:${text}`)

  it('begins with a question, also where it was cut before an answer', () => {
    expect(flat(said('of before'), user('1'), said('2'), user('3'))).toEqual(['u:1', 'a:2', 'u:3'])
  })

  it('begins with a question that says something', () => {
    expect(flat(user(''), said('1'), user('2'))).toEqual(['u:2'])
  })

  it('takes turns: a question that nobody answered becomes one with the next', () => {
    const thinking: HistoryMessage = { role: 'assistant', parts: [{ type: 'reasoning', text: 'Hm.' }] }
    expect(flat(user('1'), user('2'), thinking, user('3'), said(' \n'), user('4'))).toEqual(['u:1\n\n2\n\n3\n\n4'])
    expect(flat(user('1'), said('2'), said('3'), user('4'))).toEqual(['u:1', 'a:2\n\n3', 'u:4'])
  })

  it('has an answer between the results of tools and the next question, also where it was stopped there', () => {
    const stopped: HistoryMessage = { role: 'assistant', parts: [call('1', { state: 'output-available', output: '' })] }
    expect(flat(user('1'), stopped, user('2'))).toEqual([
      'u:1',
      'a:',
      't:[no output]',
      'a:[This answer was interrupted.]',
      'u:2',
    ])
  })

  it('has an object as the input of every call', () => {
    for (const input of [[1], 'text', 7, null, undefined]) {
      const [asked] = answerToPrompt([call('1', { state: 'output-error', errorText: 'no', input })])
      expect(asked).toMatchObject({ calls: [{ text: '{}' }] })
    }
  })
})
