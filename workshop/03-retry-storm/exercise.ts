import { attribute } from '@repo/telemetry/catalogue'
import { type Exercise, right, wrong } from '../src/exercise.ts'

export const retryStorm: Exercise = {
  number: 3,
  folder: '03-retry-storm',
  title: 'Retry storm',
  places: ['stack', 'viewer'],
  question:
    'The provider complains that we send it far more requests than we have turns; nobody here sees many failures. Show a turn that needed three attempts.',
  answer: 'the id of a trace, 32 characters',
  broken: () => ({ traffic: [], mock: { refused: 0.4 } }),

  async check(answer, evidence) {
    const id = /[0-9a-f]{32}/.exec(answer.toLowerCase())?.[0]
    if (!id) return wrong('The id of a trace is 32 characters, 0 to 9 and a to f.')
    const spans = await evidence.trace(id)
    if (spans.length === 0) return wrong('There is no trace of this id. Has it arrived? It takes a few seconds.')
    const retries = Math.max(0, ...spans.map(({ attributes }) => Number(attributes[attribute.retryCount] ?? 0)))
    if (retries === 0) return wrong('This turn got its answer at the first attempt.')
    if (retries === 1) return wrong('This one was refused once: one retry, two attempts. There are worse ones.')
    return right(
      `Its model call was made ${retries + 1} times: each attempt is an HTTP span of its own, with a pause between them.`,
    )
  },
}
