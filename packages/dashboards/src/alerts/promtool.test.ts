import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cases, type Firing } from './promtool-cases.ts'
import { alertingRule, alerts, ruleFiles } from './rule-files.ts'

const folders = [process.env.STACK_BIN ?? '', ...(process.env.PATH ?? '').split(path.delimiter)].filter(Boolean)
const promtool = folders.map((folder) => path.join(folder, 'promtool')).find(existsSync)
const why = promtool ? '' : ' (skipped: no promtool in STACK_BIN or PATH)'

test.each([...new Set(alerts.map(({ alert }) => alert))])(
  '%s is tried with series that fire it, and with series that do not',
  (alert) => {
    const tried = cases.filter((one) => one.alert === alert)
    expect(tried.some(({ fires }) => fires.length > 0)).toBe(true)
    expect(tried.some(({ fires }) => fires.length === 0)).toBe(true)
  },
)

describe.skipIf(!promtool)(`promtool${why}`, () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'rules-'))
    for (const [file, content] of ruleFiles()) writeFileSync(path.join(folder, path.basename(file)), content)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test.each([...ruleFiles().keys()])('%s has no fault', (file) => {
    run('check', 'rules', path.join(folder, path.basename(file)))
  })

  test.each(
    cases.map((one) => [`${one.alert} ${one.fires.length > 0 ? 'fires' : 'is quiet'}: ${one.when}`, one] as const),
  )('%s', (_name, { alert, series, at, fires }) => {
    const file = path.join(folder, 'test.json') // JSON is YAML
    const tests = [
      {
        interval: '1m',
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        alert_rule_test: [
          { eval_time: at, alertname: alert, exp_alerts: fires.map((firing) => expected(alert, firing)) },
        ],
      },
    ]
    const rules = [...ruleFiles()].flatMap(([name, content]) =>
      content.includes(`alert: ${alert}\n`) ? path.basename(name) : [],
    )
    writeFileSync(file, JSON.stringify({ rule_files: rules, evaluation_interval: '1m', tests }))
    run('test', 'rules', file)
  })

  /** @throws an Error with what promtool found */
  function run(...args: string[]): void {
    execFileSync(promtool ?? '', args, { encoding: 'utf8', stdio: 'pipe' })
  }
})

/** What promtool compares a firing alert with: everything, to the last character. */
function expected(alert: string, { labels, description }: Firing) {
  const rule = alerts.find((one) => one.alert === alert && one.labels?.window === labels.window)
  if (!rule) throw new Error(`there is no alert ${alert} with these labels`)
  const { labels: own, annotations } = alertingRule(rule)
  return { exp_labels: { ...own, ...labels }, exp_annotations: { ...annotations, description } }
}
