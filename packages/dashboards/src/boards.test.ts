import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parser } from '@prometheus-io/lezer-promql'
import { libraryMetric, metric } from '@repo/telemetry/catalogue'
import { describe, expect, test } from 'vitest'
import { generatedFiles } from './boards.ts'
import { datasource } from './datasource.ts'
import { seriesName, spanMetric } from './series.ts'

interface Panel {
  title: string
  type: string
  description: string
  datasource: { uid: string }
  fieldConfig: { defaults: { unit?: string; links?: { url: string }[] } }
  targets: { expr?: string; query?: string; exemplar?: boolean; datasource: { uid: string } }[]
}

/**
 * Names of the metrics that a PromQL expression selects.
 *
 * @throws where it is not valid PromQL
 */
function metricNames(expr: string): string[] {
  const plain = expr.replaceAll(/\$__\w+/g, '5m') // Grafana's own variables, which stand where durations do
  const names: string[] = []
  parser.parse(plain).iterate({
    enter({ type, from, to }) {
      if (type.isError) throw new Error(`no PromQL at character ${from}: ${plain}`)
      if (type.name === 'VectorSelector') names.push(plain.slice(from, to).split('{')[0] ?? '')
    },
  })
  return names
}

const root = path.join(import.meta.dirname, '../../..')
const files = generatedFiles()

test('the committed dashboards are the generated ones: run `pnpm --filter @repo/dashboards generate`', () => {
  const folder = path.join(root, 'grafana/dashboards')
  const committed = readdirSync(folder).map((name): [string, string] => [
    `grafana/dashboards/${name}`,
    readFileSync(path.join(folder, name), 'utf8'),
  ])
  expect(Object.fromEntries(committed)).toEqual(Object.fromEntries(files))
})

test('metrics have the names that Mimir gives them', () => {
  expect(seriesName(metric.turns)).toBe('chat_turns_total')
  expect(seriesName(metric.cost)).toBe('chat_inference_cost_total')
  expect(seriesName(metric.timeToFirstChunk)).toBe('gen_ai_client_inference_time_to_first_chunk_seconds')
  expect(seriesName(metric.outputTokens)).toBe('gen_ai_client_inference_usage_output_tokens_total')
  expect(seriesName(metric.streamsActive)).toBe('chat_streams_active')
})

describe.each([...files])('%s', (_file, content) => {
  const board: { uid: string; schemaVersion: number; panels: Panel[] } = JSON.parse(content)

  test('is of the schema that file provisioning takes', () => {
    expect(board.schemaVersion).toBeGreaterThanOrEqual(41)
    expect(board.schemaVersion).toBeLessThanOrEqual(42)
  })

  test.each(board.panels.map((panel) => [panel.title, panel] as const))('%s: says what it shows', (_title, panel) => {
    expect(panel.description.length).toBeGreaterThan(40)
    if (panel.datasource.uid === datasource.mimir.uid) expect(panel.fieldConfig.defaults.unit).toBeTruthy()
  })

  test('asks only for metrics that the catalogue has, of provisioned data sources', () => {
    const ours = Object.values(metric).map(seriesName)
    const libraries = Object.values(libraryMetric).map((name) => seriesName({ name, kind: 'histogram', unit: 's' }))
    const uids: string[] = Object.values(datasource).map(({ uid }) => uid)
    for (const { expr, datasource: source } of board.panels.flatMap(({ targets }) => targets)) {
      expect(uids).toContain(source.uid)
      if (source.uid !== datasource.mimir.uid) continue
      const names = metricNames(expr ?? '').map((name) => name.replace(/_(bucket|count|sum)$/, ''))
      expect(names, expr).not.toHaveLength(0)
      expect([...ours, ...libraries, ...Object.values(spanMetric)], expr).toEqual(expect.arrayContaining(names))
    }
  })

  test('every latency over time leads to traces', () => {
    const latencies = board.panels.filter(({ type, fieldConfig }) => {
      return type === 'timeseries' && fieldConfig.defaults.unit === 's'
    })
    expect(latencies).not.toHaveLength(0)
    for (const { title, targets, fieldConfig } of latencies) {
      const link = fieldConfig.defaults.links?.some(({ url }) => url.includes('traceql'))
      const dots = targets.some(({ exemplar, expr }) => exemplar && expr?.includes(spanMetric.latency))
      expect(link || dots, title).toBe(true)
    }
  })
})
