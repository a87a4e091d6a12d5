import { chosen, type Exercise, models, right, seconds, wrong } from '../src/exercise.ts'

export const slowFirstToken: Exercise = {
  number: 1,
  folder: '01-slow-first-token',
  title: 'Where does the time go?',
  places: ['stack', 'viewer'],
  question: 'Some people wait for seconds until an answer begins, others do not. Which model is it?',
  answer: 'a model, e.g. mock-standard',
  broken: (seed) => ({ traffic: [], mock: { model: chosen(seed, models), delayMs: 4000 } }),

  async check(answer, evidence, since) {
    if (answer === 'mock-slow')
      return wrong('That one is slow all the time, as its name says, and is hardly ever asked.')
    const usual: readonly string[] = models
    const found = new Map([...(await evidence.firstTokens(since))].filter(([model]) => usual.includes(model)))
    const mine = found.get(answer)
    if (mine === undefined)
      return wrong(`Nobody has asked "${answer}" since the fault began. Asked were: ${[...found.keys()].join(', ')}.`)
    const others = Math.max(0, ...[...found].filter(([model]) => model !== answer).map(([, value]) => value))
    if (others > mine)
      return wrong(
        `${answer} begins within ${seconds(mine)} in 19 of 20 calls. Another model needs more: compare time to first token by model.`,
      )
    if (mine < 2 * others)
      return wrong(`${answer} is the slowest (${seconds(mine)}), but not by much yet. Wait a minute, and ask again.`)
    return right(
      `19 of 20 answers of ${answer} begin within ${seconds(mine)}; of every other model within ${seconds(others)}.`,
    )
  },
}
