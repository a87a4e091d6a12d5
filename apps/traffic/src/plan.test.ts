import { answers } from '@repo/mock-llm/answers'
import { faultModels, toolModels as mockToolModels, normalModels } from '@repo/mock-llm/models'
import { describe, expect, it } from 'vitest'
import { parseOptions } from './options.ts'
import { approvalPrompt, deviations, faults, type PlanOptions, plan, toolModels, toolPrompt } from './plan.ts'
import { prompts } from './prompts.ts'

const options: PlanOptions = {
  seed: 7,
  rate: 20,
  turns: 5000,
  duration: Infinity,
  visitors: 100,
  mix: { stop: 4, disconnect: 2, regenerate: 6, hiccup: 4, fault: 6, tool: 5, approval: 3, rate: 10 },
  models: Object.keys(normalModels),
  faultModels: Object.keys(faults),
}
const planned = (more: Partial<PlanOptions> = {}) => [...plan({ ...options, ...more })]

describe('a plan', () => {
  it('is the same for the same seed and options, and another for another seed', () => {
    expect(planned()).toEqual(planned())
    expect(planned({ turns: 10 })).toEqual(planned().slice(0, 10))
    expect(planned({ seed: 8 }).map(({ prompt }) => prompt)).not.toEqual(planned().map(({ prompt }) => prompt))
  })

  it('has the shares that were asked for', () => {
    const turns = planned()
    for (const kind of deviations) {
      const share = (turns.filter((turn) => turn.kind === kind).length / turns.length) * 100
      expect(share, kind).toBeCloseTo(options.mix[kind] ?? 0, 1)
    }
    expect(new Set(planned({ mix: {} }).map(({ kind }) => kind))).toEqual(new Set(['ask']))
    expect(new Set(planned({ mix: { fault: 100 } }).map(({ kind }) => kind))).toEqual(new Set(['fault']))
  })

  it('arrives at the rate that was asked for, without rhythm', () => {
    const turns = planned()
    const seconds = (turns.at(-1)?.atMs ?? 0) / 1000
    expect(turns.length / seconds).toBeGreaterThan(options.rate * 0.93)
    expect(turns.length / seconds).toBeLessThan(options.rate * 1.07)
    const gaps = turns.map(({ atMs }, i) => atMs - (turns[i - 1]?.atMs ?? 0))
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
    const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length)
    expect(deviation / mean, 'of a Poisson process, 1').toBeCloseTo(1, 1)
  })

  it.each(['light', 'heavy', 'burst'])('%s: no visitor asks more than the chat allows in a minute', (profile) => {
    const preset = parseOptions([profile], {})
    const asked = new Map<number, number[]>()
    for (const { visitor, atMs } of plan({ ...options, ...preset, turns: Math.min(preset?.turns ?? 0, 10_000) })) {
      const times = [...(asked.get(visitor) ?? []), atMs].filter((time) => time > atMs - 60_000)
      asked.set(visitor, times)
      expect(times.length).toBeLessThanOrEqual(20) // RATE_LIMIT_PER_MINUTE
    }
  })

  it('of light traffic is healthy wherever one looks: as few turns go wrong as the objective allows', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const turns = planned({ ...parseOptions(['light'], {}), models: options.models, turns: 2000, seed })
      const wrong = turns.filter(({ expected }) => /^(failed|truncated)/.test(expected))
      expect(wrong.length).toBeGreaterThan(0)
      for (const [index, { number }] of wrong.entries()) {
        expect((index + 1) / number, `turn ${number}, seed ${seed}`).toBeLessThanOrEqual(0.01)
      }
    }
  })

  it('ends with its duration', () => {
    const turns = planned({ turns: Infinity, duration: 10 })
    expect(turns.length).toBeGreaterThan(150)
    expect(turns.at(-1)?.atMs).toBeLessThanOrEqual(10_000)
  })

  it('spreads over models, the first most, over every fault, over visitors and conversations of up to six turns', () => {
    const turns = planned()
    const times = (model: string) => turns.filter((turn) => turn.model === model).length
    const [first = '', ...others] = options.models
    for (const model of others) {
      expect(times(model)).toBeGreaterThan(0)
      expect(times(first)).toBeGreaterThan(times(model))
    }
    for (const fault of Object.keys(faults)) expect(times(fault), fault).toBeGreaterThan(0)
    expect(new Set(turns.map(({ visitor }) => visitor)).size).toBe(options.visitors)
    const lengths = new Map<number, number>()
    for (const { kind, conversation } of turns)
      if (kind !== 'regenerate') lengths.set(conversation, (lengths.get(conversation) ?? 0) + 1)
    expect(new Set(lengths.values())).toEqual(new Set([1, 2, 3, 4, 5, 6]))
  })

  it('regenerates what was asked in that conversation before, and expects it to end the same way', () => {
    const turns = planned()
    const regenerated = turns.filter(({ kind }) => kind === 'regenerate')
    expect(regenerated.length).toBeGreaterThan(0)
    for (const turn of regenerated) {
      const before = turns.findLast((other) => other.number < turn.number && other.visitor === turn.visitor)
      expect(before).toMatchObject({ conversation: turn.conversation, prompt: turn.prompt, model: turn.model })
    }
  })

  it.each(['fault', 'hiccup'])('names a %s that is no model of the chat in a prompt for one that is', (kind) => {
    for (const { model, prompt } of planned({ mix: { [kind]: 100 }, models: ['mock-standard'], faultModels: [] })) {
      expect(model).toBe('mock-standard')
      expect(Object.keys(faults).some((fault) => prompt.includes(fault))).toBe(true)
    }
  })
})

it('faults and tool models are those of the mock, and most prompts have an answer of their own', () => {
  expect(Object.keys(faults).sort()).toEqual([...faultModels].sort())
  expect(toolModels).toEqual(mockToolModels)
  const known = answers.flatMap((answer) => answer.prompts)
  expect(known).toContain(toolPrompt)
  expect(known).toContain(approvalPrompt)
  expect(prompts.filter((prompt) => !known.includes(prompt))).toHaveLength(2)
})
