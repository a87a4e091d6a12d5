import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ruleFiles } from '../alerts/rule-files.ts'

const folders = [process.env.STACK_BIN ?? '', ...(process.env.PATH ?? '').split(path.delimiter)].filter(Boolean)
const promtool = folders.map((folder) => path.join(folder, 'promtool')).find(existsSync)
const why = promtool ? '' : ' (skipped: no promtool in STACK_BIN or PATH)'

const labels = 'gen_ai_operation_name="chat",gen_ai_provider_name="openai",gen_ai_request_model="a"'
const answered = `${labels},gen_ai_response_model="a-1"`
const older = `${answered},gen_ai_system="openai"`
const calls = (part: string, rest: string) => `gen_ai_client_inference_duration_seconds_${part}{${rest}}`

test('off, there are none of them', () => {
  expect(ruleFiles().get('mimir/neighbours/off.yaml')).toMatch(/^#.*\ngroups: \[\]\n$/)
  expect(ruleFiles().get('mimir/rules/anonymous/older-names.yaml')).toBe(ruleFiles().get('mimir/neighbours/off.yaml'))
})

describe.skipIf(!promtool)(`promtool${why}`, () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'neighbours-'))
    writeFileSync(path.join(folder, 'on.yaml'), ruleFiles().get('mimir/neighbours/on.yaml') ?? '')
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('the older names say what ours do', () => {
    const input_series = Object.entries({
      [calls('count', `${answered},openai_response_service_tier="default"`)]: '0+2x10',
      [calls('count', `${answered},openai_response_service_tier="flex"`)]: '0+1x10',
      [calls('count', `${answered},chat_incomplete_reason="cancelled"`)]: '0+1x10',
      [calls('count', `${labels},error_type="500"`)]: '0+3x10',
      [calls('sum', answered)]: '0+6x10',
      [calls('bucket', `${answered},le="1"`)]: '0+2x10',
      [`gen_ai_client_inference_usage_input_tokens_total{${answered},gen_ai_token_modality="text"}`]: '0+100x10',
      [`gen_ai_client_inference_usage_output_tokens_total{${answered},gen_ai_token_modality="text"}`]: '0+40x10',
    }).map(([series, values]) => ({ series, values }))
    const expected = (expr: string, samples: Record<string, number>) => ({
      ...{ expr, eval_time: '10m' },
      exp_samples: Object.entries(samples).map(([labels, value]) => ({ labels, value })),
    })
    const duration = 'gen_ai_client_operation_duration_seconds'
    const usage = 'gen_ai_client_token_usage'
    const promql_expr_test = [
      expected(`${duration}_count`, {
        [`${duration}_count{${older}}`]: 40,
        [`${duration}_count{${labels},gen_ai_system="openai",error_type="500"}`]: 30,
      }),
      expected(`${duration}_sum`, { [`${duration}_sum{${older}}`]: 60 }),
      expected(`${duration}_bucket`, { [`${duration}_bucket{${older},le="1"}`]: 20 }),
      expected(`${usage}_sum`, {
        [`${usage}_sum{${older},gen_ai_token_type="input"}`]: 1000,
        [`${usage}_sum{${older},gen_ai_token_type="output"}`]: 400,
      }),
      expected(`${usage}_count`, {
        [`${usage}_count{${older},gen_ai_token_type="input"}`]: 40,
        [`${usage}_count{${older},gen_ai_token_type="output"}`]: 40,
      }),
    ]
    const tests = [{ interval: '1m', input_series, promql_expr_test }]
    const file = path.join(folder, 'test.json') // JSON is YAML
    writeFileSync(file, JSON.stringify({ rule_files: ['on.yaml'], evaluation_interval: '1m', tests }))
    execFileSync(promtool ?? '', ['test', 'rules', file], { encoding: 'utf8', stdio: 'pipe' })
  })
})
