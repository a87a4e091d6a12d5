import { metric, service } from '@repo/telemetry/catalogue'
import { seriesName } from '@repo/telemetry/series-name'
import { collectorConditions } from '../src/collector.ts'
import { storesOf } from '../src/evidence.ts'
import { type Exercise, right, wrong } from '../src/exercise.ts'
import { gained } from '../src/stack-evidence.ts'

const plain = (text: string) =>
  text
    .replaceAll(/[\s"'`,]+/g, ' ')
    .trim()
    .toLowerCase()
const warnings = `{service_name="${service.api}"} | severity_text=~"(?i)warn|error|fatal"`

export const lostLines: Exercise = {
  number: 9,
  folder: '09-lost-lines',
  title: 'No warnings, no problem?',
  places: ['stack'],
  question:
    'Calls are refused and answers fail, says the board; in Loki the API has not warned of anything for minutes. Since this morning a second collector stands between Alloy and Loki, “to save money”: workshop/collector/config.alloy. Which of its conditions throws the warnings away?',
  answer: 'that condition, in quotes',
  broken: () => ({ traffic: ['--mix', 'fault=10,hiccup=20'], collector: 'loki' }),

  async check(answer, evidence, since) {
    const stores = storesOf(evidence)
    const retries = gained(seriesName(metric.retries), since)
    const [[refused], lines] = await Promise.all([stores.metrics(retries), stores.logs(warnings, since)])
    const all = collectorConditions('loki')
    const guilty = all.find((one) => one.includes('SEVERITY_NUMBER_WARN'))
    const given = all.find(
      (one) => plain(one) === plain(answer) || (answer.length > 20 && plain(one).includes(plain(answer))),
    )
    if (!given)
      return wrong(
        'There is no such condition in workshop/collector/config.alloy. It is one of the lines in backquotes.',
      )
    if (given !== guilty)
      return wrong(
        'This one throws something else away. What have all missing lines in common? Compare the levels of the API’s lines before and since.',
      )
    if (!refused || refused.value < 1 || lines.length > 0)
      return wrong('That is the line; but the fault is over, or has only begun: start the exercise, and check again.')
    return right(
      `Since the fault began the API has made ${Math.round(refused.value)} retries, which it warns of, and Loki has not one line of warning. Alloy says that all is well: what it sent was taken.`,
    )
  },
}
