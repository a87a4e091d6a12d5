import type { ChatMessage } from '@repo/contract/message'
import { expect, it } from 'vitest'
import { answerToPrompt, toPrompt } from './prompt.ts'

const call = (id: string, more: object): ChatMessage['parts'][number] =>
  ({ type: 'dynamic-tool', toolCallId: id, toolName: 'calculator', input: { expression: id }, ...more }) as never

const answer: ChatMessage['parts'] = [
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
    { role: 'assistant', text: 'I calculate.', calls: calls('1', '2') },
    { role: 'tool', callId: '1', text: '2' },
    { role: 'tool', callId: '2', text: 'Error: no' },
    { role: 'assistant', text: '', calls: calls('3') },
    { role: 'tool', callId: '3', text: '{"a":1}' },
    { role: 'assistant', text: 'Done.' },
  ])
  expect(answerToPrompt(answer, { reasoning: true })[0]).toMatchObject({ reasoning: 'Hm.' })
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
