import { expect, it } from 'vitest'
import { withClosedCalls } from '../db/open-calls.ts'
import { Answer } from './answer.ts'

const begun = () => {
  const answer = new Answer()
  answer.append('text', 'Let me ')
  answer.append('text', 'see.')
  answer.beginCall('1', 'calculator', 'Calculator')
  answer.beginCall('2', 'calculator', 'Calculator')
  answer.call({ id: '2', name: 'calculator', input: { expression: '1' } })
  return answer
}

it('keeps calls at their place, with their input, output and duration', () => {
  const answer = begun()
  answer.result('2', { output: '1', durationMs: 5 })
  answer.nextStep()
  answer.append('text', 'One.')
  expect(answer.parts()).toMatchObject([
    { type: 'text', text: 'Let me see.' },
    { toolCallId: '1', state: 'input-streaming' },
    { toolCallId: '2', state: 'output-available', input: { expression: '1' }, output: '1' },
    { type: 'step-start' },
    { type: 'text', text: 'One.' },
  ])
})

it('closes the calls that have no end, and only those', () => {
  const answer = begun()
  answer.result('2', { output: '1', durationMs: 5 })
  expect(answer.closeCalls('stopped')).toEqual(['1'])
  expect(answer.closeCalls('stopped')).toEqual([])
  expect(answer.parts()[1]).toMatchObject({ state: 'output-error', errorText: 'stopped' })
})

it('an answer whose process died has no call without an end', () => {
  expect(withClosedCalls(begun().parts())).toMatchObject([
    { type: 'text' },
    { state: 'output-error', errorText: 'interrupted' },
    { state: 'output-error', errorText: 'interrupted', input: { expression: '1' } },
  ])
})
