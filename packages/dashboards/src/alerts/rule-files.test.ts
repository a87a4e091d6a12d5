import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { secondsBuckets } from '@repo/telemetry/catalogue'
import { expect, test } from 'vitest'
import { firstToken } from './objectives.ts'
import { alerts, ruleFiles } from './rule-files.ts'

const root = path.join(import.meta.dirname, '../../../..')

test('the committed rules are the generated ones: run `pnpm --filter @repo/dashboards generate`', () => {
  const committed = ['mimir/rules/anonymous', 'mimir/neighbours'].flatMap((folder) =>
    readdirSync(path.join(root, folder)).map((name): [string, string] => [
      `${folder}/${name}`,
      readFileSync(path.join(root, folder, name), 'utf8'),
    ]),
  )
  expect(Object.fromEntries(committed)).toEqual(Object.fromEntries(ruleFiles()))
})

test('the histogram of time to first token knows the share below the objective', () => {
  expect(secondsBuckets).toContain(firstToken.seconds)
})

/** Their only value is that there is none. */
const withoutValue = ['TelemetryMissing', 'McpServerDown']

test.each(alerts.map((alert) => [alert.alert, alert] as const))('%s says what is wrong and how much', (name, alert) => {
  expect(alert.summary).toMatch(/^[^{}]+[^{}.]$/)
  expect(alert.description).toMatch(/\.$/)
  if (!withoutValue.includes(name)) expect(alert.description).toContain('$value')
})
