import { expect, it } from 'vitest'
import { withClosedCalls } from '../db/open-calls.ts'
import { forPeople } from '../db/stored-parts.ts'
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
  expect(withClosedCalls(forPeople(begun().parts()))).toMatchObject([
    { type: 'text' },
    { state: 'output-error', errorText: 'interrupted' },
    { state: 'output-error', errorText: 'interrupted', input: { expression: '1' } },
  ])
})

it('what the model wants back stands after the parts of its step, put together, and is not for people', () => {
  const answer = begun()
  answer.keep('m', { details: [{ type: 'text', index: 0, text: 'H' }] })
  answer.append('text', ' I')
  answer.keep('m', { details: [{ type: 'text', index: 0, text: 'm.', signature: 'a' }] })
  answer.keep('m', { details: [{ type: 'text', index: 1, text: 'So.' }], other: 1 })
  answer.keep('m', { extra: { google: { signature: 'b\0' } } }, '1')
  answer.nextStep()
  answer.append('text', 'Done.')
  const kept = {
    by: 'm',
    message: {
      details: [
        { type: 'text', index: 0, text: 'Hm.', signature: 'a' },
        { type: 'text', index: 1, text: 'So.' },
      ],
      other: 1,
    },
    calls: { 1: { extra: { google: { signature: 'b' } } } },
  }
  const parts = answer.parts()
  expect(parts[4]).toEqual({ type: 'data-kept', data: kept })
  expect(parts.map(({ type }) => type)).toEqual([
    'text',
    'dynamic-tool',
    'dynamic-tool',
    'text',
    'data-kept',
    'step-start',
    'text',
  ])
  expect(forPeople(parts)).toHaveLength(6)
})

it('of what the model wants back too much is not kept in part', () => {
  const answer = begun()
  answer.keep('m', { details: ['x'.repeat(300_000)] })
  expect(answer.parts().map(({ type }) => type)).not.toContain('data-kept')
})
