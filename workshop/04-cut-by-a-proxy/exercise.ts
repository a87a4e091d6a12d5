import { chosen, type Exercise, numberIn, right, seconds, wrong } from '../src/exercise.ts'

/** Seconds. */
export const limits = [5, 6, 7, 8]

export const cutByAProxy: Exercise = {
  number: 4,
  folder: '04-cut-by-a-proxy',
  title: 'In the middle of a sentence',
  places: ['stack', 'viewer'],
  question:
    'Long answers end in the middle of a sentence, short ones never. Somebody has put a proxy between us and the provider. After how many seconds does it cut?',
  answer: 'seconds, e.g. 10',
  broken: (seed) => ({ traffic: [], mock: { cutAfterMs: 1000 * chosen(seed, limits) } }),

  async check(answer, evidence, since) {
    const given = numberIn(answer)
    const cut = await evidence.cutAfter(since)
    if (cut === null) return wrong('No answer has been cut since the fault began. Wait a moment.')
    if (given === null) return wrong('Seconds are a number, e.g. 10.')
    const far = Math.abs(given - cut)
    if (far <= Math.max(0.6, 0.12 * cut))
      return right(`Answers that are cut have taken ${seconds(cut)} on average, all about the same.`)
    return wrong(
      `${given} s is too ${given < cut ? 'short' : 'long'}. Look at turns with the outcome "truncated": how long does each take?`,
    )
  },
}
