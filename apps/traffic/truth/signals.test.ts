import { attribute, metric } from '@repo/telemetry/catalogue'
import { expect, it } from 'vitest'
import { sumsOfCounters, sumsOfSpans } from './signals.ts'
import { label } from './sums.ts'

const call = (traceId: string, attributes: Record<string, unknown>) => ({
  traceId,
  name: 'chat mock-standard',
  attributes: { [attribute.operationName]: 'chat', ...attributes },
})
const turn = (traceId: string) => ({
  traceId,
  name: 'invoke_agent assistant',
  attributes: { [attribute.operationName]: 'invoke_agent', [attribute.outcome]: 'finished' },
})
const usage = { [attribute.usageInputTokens]: '100', [attribute.usageOutputTokens]: 20 }
const cost = { [attribute.cost]: 0.5, [attribute.costSource]: 'table' }

it('a turn with one call of unknown usage is unknown; what its other calls say is known of calls only', () => {
  const { sums, partly } = sumsOfSpans([
    call('a', { ...usage, ...cost }),
    turn('a'),
    call('b', { ...usage, ...cost }),
    call('b', {}),
    turn('b'),
  ])
  expect(sums.get(label.turns('finished'))).toBe(2)
  expect(sums.get(label.turnsWithoutTokens)).toBe(1)
  expect([sums.get(label.input), sums.get(label.cost('table'))]).toEqual([200, 1])
  expect([partly.get(label.input), partly.get(label.cost('table'))]).toEqual([100, 0.5])
})

it('counters are taken as differences, and a fallen one is no number at all', () => {
  const tokens = (value: number, key = 'a') => ({ key, name: metric.inputTokens.name, attributes: {}, value })
  expect(sumsOfCounters([tokens(5)], [tokens(7), tokens(3, 'new')]).get(label.input)).toBe(5)
  expect(() => sumsOfCounters([tokens(5)], [tokens(1)])).toThrow(/restarted/)
})
