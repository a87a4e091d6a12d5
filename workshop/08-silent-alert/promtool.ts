import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const folders = [process.env.STACK_BIN ?? '', ...(process.env.PATH ?? '').split(path.delimiter)].filter(Boolean)
/** Null: it is not on this machine. */
export const promtool = folders.map((folder) => path.join(folder, 'promtool')).find(existsSync) ?? null

const calls = 'gen_ai_execute_tool_duration_seconds_count'
/** Ten minutes of a tool, a sample every 15 s. */
const cases = [
  { what: 'one call in ten fails', failed: '0+1x40', fine: '0+9x40', fires: true },
  { what: 'one call in a hundred fails', failed: '0+1x40', fine: '0+99x40', fires: false },
]

/**
 * Whether promtool finds that a rule file fires when it must, and only then.
 *
 * @returns a sentence, or null when all is well or there is no promtool
 */
export function problemOf(rules: string): string | null {
  if (!promtool) return null
  const folder = mkdtempSync(path.join(tmpdir(), 'workshop-'))
  try {
    writeFileSync(path.join(folder, 'rules.yaml'), rules)
    for (const { what, failed, fine, fires } of cases) {
      const test = {
        rule_files: ['rules.yaml'],
        evaluation_interval: '15s',
        tests: [
          {
            interval: '15s',
            input_series: [
              { series: `${calls}{gen_ai_tool_name="calculator",error_type="invalid_input"}`, values: failed },
              { series: `${calls}{gen_ai_tool_name="calculator"}`, values: fine },
            ],
            promql_expr_test: [
              {
                expr: 'count(ALERTS{alertname="ToolFailing",alertstate="firing"}) or vector(0)',
                eval_time: '9m',
                exp_samples: [{ labels: '{}', value: fires ? 1 : 0 }],
              },
            ],
          },
        ],
      }
      writeFileSync(path.join(folder, 'test.json'), JSON.stringify(test)) // JSON is YAML
      try {
        execFileSync(promtool, ['test', 'rules', path.join(folder, 'test.json')], { encoding: 'utf8', stdio: 'pipe' })
      } catch (error) {
        const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
        return `promtool: where ${what}, the alert should ${fires ? 'fire' : 'be quiet'}.\n${stdout}${stderr}`
      }
    }
    return null
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
