import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { storesOf } from '../src/evidence.ts'
import { type Exercise, right, wrong } from '../src/exercise.ts'
import { ruleFile } from '../src/rule-file.ts'
import { problemOf } from './promtool.ts'

const NAME = 'ToolFailing'

export const silentAlert: Exercise = {
  number: 8,
  folder: '08-silent-alert',
  title: 'The alert that did not fire',
  places: ['stack'],
  question: `One call of the calculator in ten fails; the alert ${NAME} has never fired. Find out why, and mend it in ${ruleFile}. Mimir reads it again within half a minute.`,
  answer: 'nothing more: the file is the answer',
  broken: () => ({
    traffic: ['--mix', 'tool=100', '--rate', '2'],
    mock: { unreadable: 0.1 },
    rules: 'tool-failing.yaml',
  }),

  async check(_answer, evidence, since) {
    const stores = storesOf(evidence)
    const text = readFileSync(ruleFile, 'utf8')
    type Rule = { alert?: string; expr?: string }
    const { groups = [] } = parse(text) as { groups?: { rules: Rule[] }[] }
    const rule = groups.flatMap(({ rules }) => rules).find(({ alert }) => alert === NAME)
    if (!rule?.expr) return wrong(`There is no alert ${NAME} with an expr in ${ruleFile}.`)
    const [before, now] = await Promise.all([stores.metrics(rule.expr, since - 5000), stores.metrics(rule.expr)])
    if (now.length === 0)
      return wrong(
        'Its expression finds nothing at this moment. Ask Explore for each side of the division alone, and compare the labels of what comes back.',
      )
    if (before.length > 0)
      return wrong('Its expression found something before anything failed, too: it would wake somebody for nothing.')
    const problem = problemOf(text)
    if (problem) return wrong(problem)
    const alert = (await stores.alerts()).find(({ labels }) => labels.alertname === NAME)
    if (!alert)
      return wrong(
        'The expression is right; Mimir has not evaluated the new file yet. Half a minute, then check again.',
      )
    return right(`${NAME} is ${alert.state}: ${alert.annotations.description ?? alert.labels.gen_ai_tool_name}`)
  },
}
