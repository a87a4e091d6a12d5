import { libraryMetric } from '@repo/telemetry/catalogue'
import { labelName as label } from '@repo/telemetry/series-name'
import { storesOf } from '../src/evidence.ts'
import { type Exercise, right, seconds, wrong } from '../src/exercise.ts'
import { range } from '../src/stack-evidence.ts'

const statement = label('db.operation.name')
const took = `${label(libraryMetric.dbClientDuration)}_seconds`

export const slowStatement: Exercise = {
  number: 2,
  folder: '02-slow-statement',
  title: 'A second that no model takes',
  places: ['stack'],
  question:
    'Every answer begins more than a second later than before, of whichever model; the board’s time to first token is as it was. Which statement of the database is slow?',
  answer: 'the name of a statement, as on its span, e.g. title',
  broken: () => ({ traffic: [], slowTable: { table: 'visitor_rate', seconds: 1.5 } }),

  async check(answer, evidence, since) {
    const mean = (part: string) => `sum by (${statement}) (increase(${took}_${part}${range(since)}))`
    const found = await storesOf(evidence).metrics(`${mean('sum')} / (${mean('count')} > 0)`)
    const times = new Map(found.map(({ metric, value }) => [metric[statement] ?? '', value]))
    const name = answer.replace(/^pg /, '')
    const mine = times.get(name)
    if (mine === undefined)
      return wrong(
        `There is no statement "${name}" since the fault began. In a trace, statements are the spans that begin with "pg": what follows is the name.`,
      )
    const others = Math.max(0, ...[...times].filter(([other]) => other !== name).map(([, value]) => value))
    if (mine < 1.3 * others)
      return wrong(
        `${name} takes ${(1000 * mine).toFixed(0)} ms on average, and another one more. Sort the spans of a turn by duration.`,
      )
    return right(`${name} takes ${seconds(mine)} on average; no other statement takes more than ${seconds(others)}.`)
  },
}
