import { describe, expect, it } from 'vitest'
import { billOf, type Prices, turnUsd } from './bill.ts'
import { type Coefficients, type Name, values } from './coefficients.ts'
import { limits, reachedFirst } from './limits.ts'
import { parseOptions } from './options.ts'
import { DAY, GIB, type Inputs, planOf } from './plan.ts'
import { type Load, predict } from './predict.ts'
import { UsageError } from './usage-error.ts'

/** All that is measured is nothing but what a test is about. */
const only = (some: Partial<Record<Name, number>>): Coefficients => ({
  ...(Object.fromEntries(Object.keys(values).map((name) => [name, 0])) as Coefficients),
  ...some,
})
const usual = parseOptions([])?.inputs as Inputs
const load: Load = {
  turns: 10,
  pageTurns: 4,
  visits: 2,
  browserSampling: 0.5,
  calls: 1.5,
  chunks: 100,
  answerSeconds: 5,
  web: 2,
  api: 3,
  environments: 2,
  models: 4,
  usedModels: 2,
  metricInterval: 10,
  sampling: 0.25,
  samplingAt: 'tail',
}

describe('a steady load', () => {
  it('makes spans of its turns and of further model calls', () => {
    // 10 turns of 7 spans, and half as many calls more of 3.
    expect(predict(load, only({ spansPerTurn: 7, spansPerFurtherCall: 3 })).spans).toBe(10 * 7 + 5 * 3)
    expect(predict(load, only({ spansPerPageTurn: 7, spansPerVisit: 3 })).spans).toBe(4 * 7 + 2 * 3)
    expect(predict(load, only({ linesPerTurn: 3, linesPerPageTurn: 7, linesPerVisit: 5 })).lines).toBe(30 + 28 + 10)
    const told = only({ faroSpansPerPageTurn: 3, faroLinesPerVisit: 5, faroRequestsPerVisit: 7 })
    expect(predict(load, told)).toMatchObject({ spans: 2 * 3, lines: 1 * 5, faroRequests: 1 * 7 })
  })

  it('has series by process, by offered and by asked model, and of spans by environment', () => {
    const c = only({ seriesPerWebProcess: 100, seriesPerApiProcess: 200, seriesPerModel: 10, seriesPerUsedModel: 50 })
    expect(predict(load, c).series).toBe(2 * 100 + 3 * (200 + 4 * 10 + 2 * 50))
    expect(predict(load, c).samples).toBe((2 * 100 + 3 * (200 + 4 * 10 + 2 * 50)) / 10)
    const ofSpans = only({ spanSeriesPerEnvironment: 30, spanSeriesPerModel: 5, stackSeries: 1500 })
    expect(predict(load, ofSpans).series).toBe(2 * (30 + 2 * 5) + 1500)
    expect(predict(load, ofSpans).samples).toBe((2 * (30 + 2 * 5)) / 5 + 1500 / 15)
  })

  it('takes milliseconds a turn, and microseconds a chunk and record', () => {
    expect(predict(load, only({ webMsPerTurn: 3 })).webCores).toBeCloseTo(0.03, 12)
    expect(predict(load, only({ webIdleCores: 0.5, webMsPerPageTurn: 5, webMsPerVisit: 10 })).webCores).toBeCloseTo(
      1.04,
      12,
    )
    expect(predict(load, only({ webUsPerChunk: 20 })).webCores).toBeCloseTo(0.02, 12)
    // 1,000 chunks a second wake two processes 300 times a second each, and 50 as often as they are.
    const woken = only({ webUsPerWaking: 100, wakings: 300 })
    expect(predict(load, woken).webCores).toBeCloseTo(0.06, 12)
    expect(predict({ ...load, chunks: 5 }, woken).webCores).toBeCloseTo(0.005, 12)
    expect(predict(load, only({ apiMsPerTurn: 2, apiMsPerFurtherCall: 4 })).apiCores).toBeCloseTo(0.02 + 0.02, 12)
    const database = only({ databaseMsPerTurn: 2, databaseMsPerAnswerSecond: 1, databaseWalBytesPerAnswerSecond: 100 })
    expect(predict(load, database).databaseCores).toBeCloseTo(0.02 + 0.05, 12)
    expect(predict(load, database).databaseWal).toBe(10 * 5 * 100)
    const records = only({ linesPerTurn: 3, lokiUsPerLine: 50, lokiIdleCores: 0.1, alloyUsPerRecord: 10 })
    expect(predict(load, records).lokiCores).toBeCloseTo(0.1 + 30 * 50e-6, 12)
    expect(predict(load, records).alloyCores).toBeCloseTo(30 * 10e-6, 12)
  })

  it('sampled by Alloy it sends all spans and stores a share; sampled by its services it sends a share', () => {
    const c = only({ spansPerTurn: 8, wireBytesPerSpan: 1000, tempoBytesPerSpan: 100 })
    expect(predict(load, c)).toMatchObject({ spans: 80, wireTraces: 80_000, storedTraces: 2000 })
    expect(predict({ ...load, samplingAt: 'head' }, c)).toMatchObject({
      spans: 20,
      wireTraces: 20_000,
      storedTraces: 2000,
    })
  })

  it('of twice the turns by twice the processes and environments is twice, but for what idles', () => {
    const busy = {
      ...values,
      stackSeries: 0,
      alloyIdleCores: 0,
      lokiIdleCores: 0,
      tempoIdleCores: 0,
      mimirIdleCores: 0,
    }
    const once = predict(load, busy)
    const double = { ...load, turns: 20, pageTurns: 8, visits: 4, web: 4, api: 6, environments: 4 }
    const twice = predict(double, busy)
    for (const [name, value] of Object.entries(once))
      expect(twice[name as keyof typeof twice] / value, name).toBeCloseTo(2, 9)
  })
})

describe('a plan', () => {
  const plan = (more: Partial<Inputs>, c = values) => planOf({ ...usual, ...more }, c)

  it('has the peak of an average day', () => {
    expect(plan({ turnsPerDay: 86_400, peak: 3 }).turns).toEqual({ average: 1, peak: 3 })
    expect(plan({ turnsPerDay: 86_400, peak: 3, answerSeconds: 8 }).runningAnswers).toBe(24)
  })

  it('keeps what an average day brings for as many days', () => {
    const c = only({ linesPerTurn: 3, lokiBytesPerLine: 200, databaseBytesPerTurn: 5000, databaseBytesPerChunk: 10 })
    const { kept } = plan({ turnsPerDay: 1000, logDays: 7, conversationDays: 30, outputTokens: 100 }, c)
    expect(kept.logs).toBeCloseTo(1000 * 3 * 200 * 7, 3)
    expect(kept.database).toBeCloseTo(1000 * (5000 + 100 * 10) * 30, 3)
  })

  it('has a block of metrics a day: samples, and an index of all series', () => {
    const c = only({ stackSeries: 1500, mimirBytesPerSample: 2, mimirIndexBytesPerSeries: 300 })
    expect(plan({ metricDays: 10 }, c).kept.metrics).toBeCloseTo(10 * ((1500 / 15) * DAY * 2 + 1500 * 300), 3)
  })

  it('has a queue that lasts for the outage at the peak', () => {
    const c = only({ linesPerTurn: 3, queueBytesPerLine: 400, spansPerTurn: 10, queueBytesPerSpan: 500 })
    const { queue } = plan({ turnsPerDay: 86_400, peak: 2, outageHours: 0.5, sampling: 0.5 }, c)
    expect(queue.loki).toBeCloseTo(2 * 3 * 400 * 1800, 3)
    expect(queue.tempo).toBeCloseTo(2 * 10 * 0.5 * 500 * 1800, 3)
  })

  it('has as many processes as the peak needs at the wanted use, and two of each with copies', () => {
    // 100 turns a second of 30 ms are 3 cores; at 0.6 of each, five processes.
    const c = only({ webMsPerTurn: 30 })
    expect(plan({ turnsPerDay: 8_640_000, peak: 1, utilisation: 0.6 }, c).parts.web.replicas).toBe(5)
    // Of 0.6 of a core, 0.1 is the process' own: six.
    const own = { ...c, webIdleCores: 0.1 }
    expect(plan({ turnsPerDay: 8_640_000, peak: 1, utilisation: 0.6 }, own).parts.web.replicas).toBe(6)
    expect(plan({ replication: 3 }).parts.web.replicas).toBe(2)
    expect(plan({ replication: 3 }).parts.mimir.replicas).toBe(3)
    expect(plan({ environments: 4, replication: 2 }).parts.api.replicas).toBe(8)
    // 10,000 answers at once, of which a process has 1,200.
    expect(plan({ turnsPerDay: 8_640_000, peak: 1, answerSeconds: 100 }, c).parts.api.replicas).toBe(9)
  })

  it('has blocks on volumes, and in the object store once there are copies', () => {
    const one = plan({ replication: 1 })
    const three = plan({ replication: 3 })
    expect(one.objects).toBe(0)
    expect(one.parts.loki.disk).toBeCloseTo(one.kept.logs / GIB, 9)
    expect(three.objects).toBeCloseTo(3 * three.kept.logs + three.kept.traces + three.kept.metrics, 3)
    expect(three.parts.loki.disk).toBe(0)
  })

  it.each([
    'turnsPerDay',
    'peak',
    'page',
    'visits',
    'browserSampling',
    'calls',
    'outputTokens',
    'answerSeconds',
    'models',
    'environments',
    'logDays',
    'traceDays',
    'metricDays',
    'conversationDays',
    'replication',
    'outageHours',
    'sampling',
  ] as const)('never needs less of anything for more %s', (name) => {
    const prices = { ...free, core: 1, memoryGiB: 1, diskGiB: 1, objectGiB: 1, databaseCore: 1, databaseGiB: 1 }
    const less = plan({ turnsPerDay: 5e6, sampling: 0.5, page: 0.5, browserSampling: 0.5 })
    const more = plan({
      turnsPerDay: 5e6,
      sampling: 0.5,
      page: 0.5,
      browserSampling: 0.5,
      [name]: less.inputs[name] * 2,
    })
    for (const part of ['web', 'api', 'database', 'alloy', 'loki', 'tempo', 'mimir'] as const) {
      expect(more.parts[part].replicas, part).toBeGreaterThanOrEqual(less.parts[part].replicas)
      expect(more.parts[part].cores, part).toBeGreaterThanOrEqual(less.parts[part].cores)
    }
    const total = (of: typeof less) => billOf(of, prices, 0).reduce((sum, { cost }) => sum + cost, 0)
    // With copies, blocks move from volumes to the object store; here they cost the same.
    expect(total(more)).toBeGreaterThanOrEqual(total(less))
  })
})

const free: Prices = {
  ...{ source: 'test', date: '2026-11-27', core: 0, memoryGiB: 0, diskGiB: 0, objectGiB: 0 },
  ...{ databaseCore: 0, databaseGiB: 0, trafficGiB: 0 },
}

describe('a bill', () => {
  const row = (prices: Partial<Prices>, inputs: Partial<Inputs>, c: Coefficients, usdPerTurn = 0) =>
    billOf(planOf({ ...usual, ...inputs }, c), { ...free, ...prices }, usdPerTurn).filter(({ cost }) => cost > 0)

  it('has each thing at its price, for 30 days', () => {
    // A core of 0.6 used is 5/3 of one; six parts beside the database reserve a tenth each at least.
    const busy = { turnsPerDay: 86_400, peak: 1, utilisation: 0.6 }
    expect(row({ core: 30 }, busy, only({ webMsPerTurn: 1000 }))).toEqual([
      { what: 'processors', amount: expect.closeTo(5 / 3 + 0.5, 9), unit: 'cores', cost: expect.closeTo(65, 9) },
    ])
    expect(row({}, { turnsPerDay: 1000 }, only({}), 0.002)).toEqual([
      { what: 'model', amount: expect.closeTo(30, 9), unit: '1,000 turns', cost: expect.closeTo(60, 9) },
    ])
    const kept = { turnsPerDay: 1, conversationDays: 10 }
    expect(row({ databaseGiB: 2 }, kept, only({ databaseBytesPerTurn: GIB }))[0]?.cost).toBeCloseTo(20, 6)
    expect(row({ trafficGiB: 0.1 }, { turnsPerDay: 1 }, only({ browserBytesPerTurn: GIB }))[0]?.cost).toBeCloseTo(3, 6)
  })

  it('has the price of the model from the table of docs/prices.md, or from the file', () => {
    // gpt-5-mini: 0.25 and 2 USD per million tokens.
    expect(turnUsd('gpt-5-mini', 1_000_000, 500_000, undefined)).toBeCloseTo(1.25, 9)
    expect(turnUsd('gpt-5-mini', 1_000_000, 500_000, { input: 1, output: 4 })).toBeCloseTo(3, 9)
    expect(() => turnUsd('nobody-has-this', 1, 1, undefined)).toThrow(UsageError)
    expect(() => turnUsd('nobody-has-this', 1, 1, undefined)).toThrow(/--model: no price of "nobody-has-this"/)
  })
})

describe('what ends first', () => {
  it('is found where it is reached, and the first is the first', () => {
    const found = reachedFirst(usual, values)
    const budget = found.find(({ name }) => name.startsWith('turns settled'))
    expect(budget?.at).toBeCloseTo(571, 3)
    expect(found.map(({ at }) => at ?? Infinity)).toEqual(found.map(({ at }) => at ?? Infinity).sort((a, b) => a - b))
    for (const { name, at, most } of found) {
      if (at === null) continue
      const { used } = limits.find((limit) => limit.name === name) as (typeof limits)[number]
      const plan = (turns: number) => planOf({ ...usual, turnsPerDay: (turns * DAY) / usual.peak }, values)
      expect(used(plan(at * 1.001)), name).toBeGreaterThanOrEqual(most)
      expect(used(plan(at * 0.9)), name).toBeLessThanOrEqual(most)
    }
  })

  it('comes later with less of each trace kept', () => {
    const at = (sampling: number) =>
      reachedFirst({ ...usual, sampling }, values).find(({ name }) => name === 'spans of Tempo')?.at as number
    expect(at(0.1) / at(1)).toBeCloseTo(10, 3)
  })
})
