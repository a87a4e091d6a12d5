import { metric } from '@repo/telemetry/catalogue'
import { seriesName } from '@repo/telemetry/series-name'
import { storesOf } from '../src/evidence.ts'
import { type Exercise, percent, right, wrong } from '../src/exercise.ts'
import { range } from '../src/stack-evidence.ts'

/** Long prompts, of which most is the same each time. */
const prompt = 'Summarise the on-call handbook.'
const BEFORE_MS = 45_000

export const lostCache: Exercise = {
  number: 6,
  folder: '06-lost-cache',
  title: 'The same, for four times the money',
  places: ['stack'],
  question:
    'As many turns, prompts and answers as long as before, the same prices, and yet the cost has multiplied. Write a query that shows why: the share of the input tokens that is read from the provider’s cache, of all models together.',
  answer: "PromQL whose value is that share, from 0 to 1, in quotes: 'sum(...) / sum(...)'",
  broken: () => ({ traffic: ['--prompts', prompt], mock: { uncached: true } }),

  async check(answer, evidence, since) {
    const stores = storesOf(evidence)
    const truth = async (from: number, to: number) => {
      const grew = (name: string) => `sum(increase(${name}${range(from, to)}))`
      const query = `${grew(seriesName(metric.cacheReadInputTokens))} / ${grew(seriesName(metric.inputTokens))}`
      return (await stores.metrics(query))[0]?.value ?? Number.NaN
    }
    const asked = async (at: number) => stores.metrics(answer, at)
    let [before, now]: { value: number }[][] = []
    try {
      ;[before, now] = await Promise.all([asked(since), asked(Date.now())])
    } catch (error) {
      return wrong(`Mimir does not take this query: ${(error as Error).message}`)
    }
    if (before?.length !== 1 || now?.length !== 1)
      return wrong(
        `The query finds ${now?.length ?? 0} series, and should find one: put a sum around each side of the division.`,
      )
    const [then, since_] = [before[0]?.value ?? 0, now[0]?.value ?? 0]
    if (!(then >= 0 && then <= 1.01)) return wrong(`A share is from 0 to 1; before the fault, yours was ${then}.`)
    const [trueThen, trueNow] = await Promise.all([truth(since - BEFORE_MS, since), truth(since, Date.now())])
    const looks = `Yours says ${percent(then)} before the fault and ${percent(since_)} now`
    if (Math.abs(then - trueThen) > 0.25)
      return wrong(`${looks}; before, it was ${percent(trueThen)}. Which two counters does it take? Over how long?`)
    if (since_ > then / 2)
      return wrong(`${looks}: that is no fall. Over a shorter time than since the fault began ([1m]), it shows.`)
    return right(`${looks}. In truth ${percent(trueThen)}, then ${percent(trueNow)}: every prompt is paid in full.`)
  },
}
