import { chosen, type Exercise, models, percent, right, shareIn, wrong } from '../src/exercise.ts'

export const unknownPrice: Exercise = {
  number: 5,
  folder: '05-unknown-price',
  title: 'Cheaper than ever',
  places: ['stack', 'viewer'],
  question:
    'Finance is glad: the chat has cost less for some minutes, with as many turns as before. What share of the model calls since then is in no cost at all?',
  answer: 'a share, e.g. 5 %',
  broken: (seed) => ({ traffic: [], mock: { model: chosen(seed, models), unpriced: true } }),

  async check(answer, evidence, since) {
    const given = shareIn(answer)
    if (given === null) return wrong('A share is a number of percent, e.g. 5 %.')
    const { unpriced, calls } = await evidence.figures(since, Date.now())
    if (unpriced < 1) return wrong('Each call since the fault began has a price so far. Wait a moment.')
    const share = unpriced / calls
    if (Math.abs(given - share) > 0.08)
      return wrong(
        `${percent(given)} is too ${given < share ? 'little' : 'much'}. Calls without a price are counted in chat.inference.unpriced: divide what it gained by what all calls gained, in the same minutes.`,
      )
    return right(`${Math.round(unpriced)} of ${Math.round(calls)} calls, ${percent(share)}, have no price.`)
  },
}
