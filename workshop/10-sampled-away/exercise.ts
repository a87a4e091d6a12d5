import { attribute, event, service } from '@repo/telemetry/catalogue'
import { labelName as label } from '@repo/telemetry/series-name'
import { storesOf } from '../src/evidence.ts'
import { type Exercise, right, wrong } from '../src/exercise.ts'

export const sampledAway: Exercise = {
  number: 10,
  folder: '10-sampled-away',
  title: 'The trace that is not there',
  places: ['stack'],
  question:
    'Ten turns in a hundred fail, says the board; in Explore hardly a failed trace is to be found. Show a failed turn whose trace has been thrown away.',
  answer: 'the id of that trace, 32 characters',
  broken: () => ({ traffic: ['--mix', 'fault=15'], collector: 'tempo' }),

  async check(answer, evidence, since) {
    const stores = storesOf(evidence)
    const id = /[0-9a-f]{32}/.exec(answer.toLowerCase())?.[0]
    if (!id) return wrong('The id of a trace is 32 characters, 0 to 9 and a to f.')
    const turns = `{service_name="${service.api}"} | ${label(attribute.eventName)}="${event.turn}" | trace_id="${id}"`
    const [[turn], spans] = await Promise.all([stores.logs(turns, since - 600_000), stores.spans(id)])
    if (!turn) return wrong('No turn has this id: Loki has a line for each, whatever becomes of its trace.')
    const outcome = turn.labels[label(attribute.outcome)]
    if (outcome !== 'failed') return wrong(`This turn is ${outcome}. Look for failed ones: chat_outcome="failed".`)
    if (spans.length > 0)
      return wrong('This trace is in Tempo: it was lucky. Most failed turns were not; try another one.')
    return right(
      `Loki knows that the turn failed (${turn.labels[label(attribute.errorType)]}), Tempo has nothing of it. A sampler that decides by the id alone keeps one failure in sixteen.`,
    )
  },
}
