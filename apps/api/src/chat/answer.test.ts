import { expect, it } from 'vitest'
import { forPeople, withClosedCalls } from '../db/stored-parts.ts'
import { KeptFields } from '../provider/answer/kept-fields.ts'
import { answerParts, openCalls } from './answer.ts'
import { AnswerLog } from './answer-log.ts'

const call = { dynamic: true, toolName: 'calculator', title: 'Calculator' } as const
const result = { type: 'tool-output-available', toolCallId: '2', output: '1', dynamic: true } as const

/** An answer in its first step. */
function begun() {
  const log = new AnswerLog(0, () => {})
  const kept = [new KeptFields()]
  log.step()
  log.delta('text', 'Let me ')
  log.delta('text', 'see.')
  log.part({ type: 'tool-input-start', toolCallId: '1', ...call })
  log.part({ type: 'tool-input-start', toolCallId: '2', ...call })
  log.callInput('2', '{"expression":')
  log.callInput('2', '"1"}')
  log.part({ type: 'tool-input-available', toolCallId: '2', input: { expression: '1' }, ...call })
  return {
    log,
    nextStep: () => {
      log.step()
      kept.push(new KeptFields())
    },
    keep: (by: string, fields: object, callId?: string) => kept.at(-1)?.add(by, { ...fields }, callId),
    parts: () => answerParts(log.entries, kept),
  }
}

it('keeps calls at their place, with their input, output and duration', () => {
  const answer = begun()
  answer.log.part({ ...result, providerMetadata: { chat: { durationMs: 5 } } })
  answer.nextStep()
  answer.log.delta('text', 'One.')
  expect(answer.parts()).toMatchObject([
    { type: 'text', text: 'Let me see.' },
    { toolCallId: '1', state: 'input-streaming' },
    {
      toolCallId: '2',
      state: 'output-available',
      input: { expression: '1' },
      output: '1',
      resultProviderMetadata: { chat: { durationMs: 5 } },
    },
    { type: 'step-start' },
    { type: 'text', text: 'One.' },
  ])
})

it('knows the calls that have no end, and only those', () => {
  const answer = begun()
  answer.log.part({ ...result, providerMetadata: { chat: { durationMs: 5 } } })
  expect(openCalls(answer.parts())).toEqual(['1'])
  answer.log.part({ type: 'tool-output-error', toolCallId: '1', errorText: 'stopped', dynamic: true })
  expect(openCalls(answer.parts())).toEqual([])
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
  answer.log.delta('text', ' I')
  answer.keep('m', { details: [{ type: 'text', index: 0, text: 'm.', signature: 'a' }] })
  answer.keep('m', { details: [{ type: 'text', index: 1, text: 'So.' }], other: 1 })
  answer.keep('m', { extra: { google: { signature: 'b\0' } } }, '1')
  answer.nextStep()
  answer.log.delta('text', 'Done.')
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

it('text that turned out to be thoughts is reasoning, in its step only', () => {
  const answer = begun()
  answer.nextStep()
  answer.log.delta('text', 'Hm.')
  answer.log.part({ type: 'data-thought', data: {} })
  answer.log.delta('text', 'Yes.')
  expect(answer.parts().map((part) => ('text' in part ? [part.type, part.text] : part.type))).toEqual([
    ['text', 'Let me see.'],
    'dynamic-tool',
    'dynamic-tool',
    'step-start',
    ['reasoning', 'Hm.'],
    ['text', 'Yes.'],
  ])
})
