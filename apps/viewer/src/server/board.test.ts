import { metric } from '@repo/telemetry/catalogue'
import { expect, it } from 'vitest'
import { board } from './board.ts'
import { MetricStore } from './metric-store.ts'
import { decodeMetrics } from './otlp.ts'
import { counter, histogram, metricsBody, nano, wireAttributes } from './otlp-fixture.ts'

const minute = 60_000
const now = 100 * minute

const fed = (
  ...exports: [timeMs: number, ...metrics: [name: string, attributes: object, value: number | number[]][]][]
) => {
  const store = new MetricStore({ count: 1000, bytes: 1e9 }, 0)
  for (const [timeMs, ...metrics] of exports)
    for (const [name, attributes, value] of metrics) {
      const point = {
        timeUnixNano: nano(timeMs),
        startTimeUnixNano: nano(1),
        attributes: wireAttributes({ ...attributes }),
      }
      const body = Array.isArray(value)
        ? histogram(name, {
            ...point,
            count: value.reduce((a, b) => a + b),
            sum: 10,
            bucketCounts: value,
            explicitBounds: [0.1, 0.5, 1],
          })
        : counter(name, { ...point, asDouble: value })
      for (const decoded of decodeMetrics(metricsBody('chat-api', body))) store.add(decoded)
    }
  return store
}
const m = (model: string) => ({ 'gen_ai.request.model': model })
const turn = (model: string, outcome: string, value: number) =>
  [metric.turns.name, { ...m(model), 'chat.outcome': outcome }, value] as [string, object, number]

it('counts only what happened in the time shown, whole and by model', () => {
  const store = fed(
    [now - 40 * minute, turn('a', 'finished', 5)],
    [now - 10 * minute, turn('a', 'finished', 7), turn('b', 'failed', 1)],
    [now - 1 * minute, turn('a', 'finished', 8), turn('b', 'truncated', 1)],
  )
  const { total, models } = board(store, 15, now)
  expect(total).toMatchObject({
    turns: 5,
    problemShare: 0.4,
    outcomes: { finished: 3, failed: 1, truncated: 1 },
  })
  expect(models).toMatchObject([
    { model: 'a', turns: 3, problemShare: 0 },
    { model: 'b', turns: 2, problemShare: 1 },
  ])
  expect(board(store, 60, now).total.turns).toBe(10)
})

it('puts each increase into the step of its time, and steps add up to the total', () => {
  const { steps, total } = board(
    fed([now - 10 * minute, turn('a', 'finished', 2)], [now, turn('a', 'finished', 3)]),
    15,
    now,
  )
  expect(steps).toHaveLength(60)
  const busy = steps.filter((step) => step.turns > 0)
  expect(busy.map(({ turns }) => turns)).toEqual([2, 1])
  expect(busy[1]?.timeMs).toBe(now)
  expect(total.turns).toBe(3)
})

it('takes quantiles over all series of the time shown', () => {
  const ttft = metric.timeToFirstChunk.name
  const store = fed([now - minute, [ttft, m('a'), [2, 1, 0, 1]], [ttft, m('b'), [0, 3, 3, 0]]])
  const { total, models } = board(store, 15, now)
  expect(total.ttftP50).toBeCloseTo(0.4, 10)
  expect(total.ttftP95).toBe(1)
  expect(models).toEqual([])
})

it('says unknown, not zero, where no call reported usage or had a price', () => {
  const { total } = board(
    fed([now - minute, [metric.inferenceDuration.name, m('a'), [0, 0, 2, 0]], [metric.unmetered.name, m('a'), 2]]),
    15,
    now,
  )
  expect(total).toMatchObject({
    calls: 2,
    inputTokens: null,
    outputTokens: null,
    costUsd: null,
    ttftP50: null,
    unpricedCalls: 2,
  })
})

it('shows the known part of the cost and how many calls are not in it', () => {
  const { total } = board(
    fed([
      now - minute,
      [metric.inferenceDuration.name, m('a'), [0, 0, 3, 0]],
      [metric.unpriced.name, m('a'), 1],
      [metric.cost.name, m('a'), 0.25],
    ]),
    15,
    now,
  )
  expect(total).toMatchObject({ costUsd: 0.25, unpricedCalls: 1 })
})

it('knows that nothing costs nothing', () => {
  expect(board(fed(), 15, now)).toMatchObject({
    total: { turns: 0, costUsd: 0, inputTokens: 0, problemShare: null },
  })
})

it('tells phases, retries, refusals and ratings apart, and leaves out what was not counted', () => {
  const { total } = board(
    fed([
      now - minute,
      [metric.phaseTime.name, { ...m('a'), 'chat.phase': 'waiting' }, 1.5],
      [metric.phaseTime.name, { ...m('b'), 'chat.phase': 'waiting' }, 0.5],
      [metric.phaseTime.name, { ...m('a'), 'chat.phase': 'tool' }, 0],
      [metric.retries.name, { ...m('a'), 'error.type': '429' }, 2],
      [metric.rejections.name, { 'chat.rejection.reason': 'rate' }, 3],
      [metric.feedback.name, { ...m('a'), 'chat.feedback.rating': 'up' }, 1],
    ]),
    15,
    now,
  )
  expect(total).toMatchObject({ retries: { 429: 2 }, rejections: { rate: 3 }, ratings: { up: 1 } })
  expect(total.phases).toEqual({ waiting: 2 })
})

it('lists tools that were called, with the share that failed', () => {
  const call = (tool: string, error = {}) => ({ 'gen_ai.tool.name': tool, ...error })
  const { tools } = board(
    fed([
      now - minute,
      [metric.toolDuration.name, call('calculator'), [3, 0, 0, 0]],
      [metric.toolDuration.name, call('calculator', { 'error.type': 'tool_error' }), [0, 1, 0, 0]],
      [metric.toolDuration.name, call('clock'), [0, 0, 0, 0]],
    ]),
    15,
    now,
  )
  expect(tools).toMatchObject([{ tool: 'calculator', calls: 4, failedShare: 0.25 }])
  expect(tools[0]?.p95).toBeCloseTo(0.42, 10)
})

it('says what is left of the budget while processes report one, once however many they are', () => {
  const store = fed()
  const report = (timeMs: number, { name }: { name: string }, asDouble: number, pid: number) => {
    const dataPoints = [{ timeUnixNano: nano(timeMs), asDouble, attributes: wireAttributes({ pid }) }]
    for (const point of decodeMetrics(metricsBody('chat-api', { name, gauge: { dataPoints } }))) store.add(point)
  }
  expect(board(store, 15, now).budget).toBeNull()
  for (const pid of [1, 2]) {
    report(now - minute, metric.budgetLimit, 2, pid)
    report(now - minute, metric.budgetSpent, 0.5, pid)
  }
  expect(board(store, 15, now).budget).toEqual({ limitUsd: 2, leftUsd: 1.5 })
  expect(board(store, 15, now + 60 * minute).budget).toBeNull()
})
