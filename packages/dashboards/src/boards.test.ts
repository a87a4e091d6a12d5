import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { metric, service } from '@repo/telemetry/catalogue'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { panelsOf, queriesOf, readBoards, resolve } from './board-file.ts'
import { generatedFiles } from './boards.ts'
import { datasource } from './datasource.ts'
import { exempted } from './may-be-empty.ts'
import { panelsDocument } from './panels-document.ts'
import { faults, type Recorded } from './query-contract.ts'
import { seriesName, spanMetric } from './series.ts'

const root = path.join(import.meta.dirname, '../../..')
const read = (file: string) => readFileSync(path.join(root, file), 'utf8')
const boards = readBoards()
const uids = boards.map(({ uid }) => uid)
const { datasources } = parse(read('grafana/provisioning/datasources/datasources.yaml'))
const provisioned: string[] = datasources.map(({ uid }: { uid: string }) => uid)

interface Rule {
  record?: string
  alert?: string
  expr: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
}

/** Rules of every file under a folder, by `file: rule`. */
function rulesUnder(folder: string): [string, Rule][] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml') && !name.endsWith('.test.yaml'))
    .flatMap((name) => {
      const { groups = [] }: { groups?: { rules: Rule[] }[] } = parse(read(path.join(folder, name)))
      return groups.flatMap(({ rules }) =>
        rules.map((rule): [string, Rule] => [`${name}: ${rule.alert ?? rule.record}`, rule]),
      )
    })
}

const metricRules = rulesUnder('mimir/rules')
const recorded: Recorded = new Map(
  metricRules.flatMap(([, { record, expr, labels = {} }]): [string, string[]][] =>
    // Only what the rule groups by is left on what it records.
    record ? [[record, [...Object.keys(labels), ...(expr.match(/by \(([^)]*)\)/)?.[1] ?? '').split(', ')]]] : [],
  ),
)

/** Faults of a link, which leads to a board, to a panel, or to what Explore is to search for. */
function linkFaults(url: string): string[] {
  if (url.includes('%24')) return ['Grafana does not fill in a variable that is percent-encoded']
  const { pathname, searchParams } = new URL(url, 'http://grafana')
  if (pathname === '/explore') {
    const panes: Record<string, { datasource: string; queries: { query: string }[] }> = JSON.parse(
      searchParams.get('panes') ?? '{}',
    )
    return Object.values(panes).flatMap(({ datasource: uid, queries }) => [
      ...(provisioned.includes(uid) ? [] : [`no data source ${uid}`]),
      // The id of a trace, which a row fills in, is a query too.
      ...queries.flatMap(({ query }) => (query.startsWith('${__data.fields.') ? [] : faults('traceql', query))),
    ])
  }
  const board = boards.find(({ uid }) => pathname === `/d/${uid}`)
  if (!board) return [`no board ${pathname}`]
  const panel = searchParams.get('viewPanel')
  return panel === null || panelsOf(board).some(({ id }) => panel === `panel-${id}`) ? [] : [`no ${panel} on it`]
}

test('the committed dashboards are the generated ones: run `pnpm --filter @repo/dashboards generate`', () => {
  const folder = path.join(root, 'grafana/dashboards')
  const committed = readdirSync(folder).map((name): [string, string] => [
    `grafana/dashboards/${name}`,
    readFileSync(path.join(folder, name), 'utf8'),
  ])
  expect(Object.fromEntries(committed)).toEqual(Object.fromEntries(generatedFiles()))
})

test('docs/panels.md lists these panels: run `pnpm --filter @repo/dashboards generate`', () => {
  for (const [file, content] of panelsDocument()) expect(read(file)).toBe(content)
})

test('metrics have the names that Mimir gives them', () => {
  expect(seriesName(metric.turns)).toBe('chat_turns_total')
  expect(seriesName(metric.cost)).toBe('chat_inference_cost_total')
  expect(seriesName(metric.phaseTime)).toBe('chat_turn_phase_time_seconds_total')
  expect(seriesName(metric.timeToFirstChunk)).toBe('gen_ai_client_inference_time_to_first_chunk_seconds')
  expect(seriesName(metric.outputTokens)).toBe('gen_ai_client_inference_usage_output_tokens_total')
  expect(seriesName(metric.streamsActive)).toBe('chat_streams_active')
})

test('the eight boards keep their addresses', () => {
  expect(uids.sort()).toEqual(
    [
      'llm-overview',
      'llm-performance',
      'llm-cost',
      'conversation',
      'services',
      'browser',
      'pipeline',
      'containers',
    ].sort(),
  )
})

describe.each(boards.map((board) => [board.title, board] as const))('%s', (_title, board) => {
  const panels = panelsOf(board)

  test('is of the schema that file provisioning takes, and no two panels have one name', () => {
    expect(board.schemaVersion).toBeGreaterThanOrEqual(41)
    expect(board.schemaVersion).toBeLessThanOrEqual(42)
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length)
    expect(new Set(board.panels.map(({ id }) => id)).size).toBe(board.panels.length)
  })

  test('leads to all boards, with time range and variables, and shows deployments', () => {
    const [link] = board.links
    expect(link).toMatchObject({ type: 'dashboards', keepTime: true, includeVars: true })
    expect(link).not.toHaveProperty('placement') // which would put it away into a menu
    for (const other of boards) expect(other.tags).toEqual(expect.arrayContaining(link?.tags ?? ['none']))
    expect(board.annotations.list.map(({ name }) => name)).toContain('Deployments')
  })

  test.each(panels.map((panel) => [panel.title, panel] as const))('%s: says what it shows', (_name, panel) => {
    expect(panel.description?.length).toBeGreaterThan(40)
    if (!['logs', 'nodeGraph'].includes(panel.type) && panel.datasource?.uid !== 'tempo') {
      expect(panel.fieldConfig?.defaults.unit).toBeTruthy()
    }
  })

  test.each(queriesOf(board).map((query) => [`${query.place} ${query.refId}`, query] as const))(
    '%s: asks for what there is',
    (_name, query) => {
      const text = resolve(query.text, board, '1h')
      const values = /^label_values\((.+), (\w+)\)$/.exec(text)
      // Grafana's own function around a selector: the label has to be one of the metric's.
      const promql = values ? `group by (${values[2]}) (${values[1]})` : text
      expect(faults(query.language, promql, recorded)).toEqual([])
    },
  )

  test('every data source is provisioned, every link leads somewhere', () => {
    const mixed = datasource.mixed.uid
    for (const { title, datasource: source, targets = [], fieldConfig } of panels) {
      for (const { uid } of [source, ...targets.map((one) => one.datasource)].flatMap((one) => one ?? [])) {
        expect([...provisioned, mixed], title).toContain(uid)
      }
      const links = [
        ...(fieldConfig?.defaults.links ?? []),
        ...(fieldConfig?.overrides ?? [])
          .flatMap(({ properties }) => properties)
          .flatMap(({ id, value }) => (id === 'links' ? (value as { url: string }[]) : [])),
      ]
      for (const { url } of links) expect(linkFaults(url), title).toEqual([])
    }
  })

  // What Pipeline health measures in seconds is how late telemetry is: no request waits for it.
  test.skipIf(board.uid === 'pipeline')('every latency over time leads to traces', () => {
    const latencies = panels.filter(
      ({ type, fieldConfig, options }) =>
        (type === 'timeseries' && fieldConfig?.defaults.unit === 's') ||
        (type === 'heatmap' && options?.yAxis?.unit === 's'),
    )
    for (const { title, targets = [], fieldConfig } of latencies) {
      const link = fieldConfig?.defaults.links?.some(({ url }) => url.includes('traceql'))
      const dots = targets.some(({ exemplar, expr }) => exemplar && expr?.includes(spanMetric.latency))
      expect(link || dots, title).toBe(true)
    }
  })
})

test.each(metricRules)('%s: asks for what there is', (_name, { expr, annotations = {} }) => {
  expect(faults('promql', expr, recorded)).toEqual([])
  if (annotations.dashboard) expect(linkFaults(annotations.dashboard)).toEqual([])
  const runbook = annotations.runbook_url?.match(/docs\/runbooks\/.*$/)?.[0]
  if (runbook) expect(existsSync(path.join(root, runbook)), runbook).toBe(true)
})

test('rules on logs ask for what there is', () => {
  for (const [name, { expr }] of rulesUnder('loki/rules')) expect(faults('logql', expr), name).toEqual([])
})

test('whatever may be empty still exists', () => {
  for (const { board, places = [], unless } of exempted) {
    const file = boards.find(({ uid }) => uid === board)
    const existing = file ? queriesOf(file).map(({ place }) => place) : []
    expect(existing.length, board).toBeGreaterThan(0)
    expect(existing).toEqual(expect.arrayContaining([...places]))
    if (unless) expect(faults('promql', unless)).toEqual([])
  }
})

describe('a planted mistake is found', () => {
  const lines = `{service_name="${service.api}"}`
  test.each([
    ['promql', 'sum(rate(chat_turn_total[5m]))', 'no metric chat_turn_total'],
    ['promql', 'sum(rate(chat_turns_total[5m])', 'no promql at character 30'],
    ['promql', 'sum(rate(chat_streams_active[5m]))', 'rate of chat_streams_active, which is a updowncounter'],
    ['promql', 'deriv(chat_turns_total[5m])', 'deriv of chat_turns_total, which only grows'],
    ['promql', 'sum(chat_turns_total)', 'the bare value of chat_turns_total, which only grows: rate or increase'],
    ['promql', 'rate(chat_turns_total_bucket[5m])', 'no metric chat_turns_total_bucket'],
    [
      'promql',
      'histogram_quantile(0.9, sum(rate(chat_turn_duration_seconds_bucket[5m])))',
      'chat_turn_duration_seconds_bucket is summed without le',
    ],
    [
      'promql',
      'histogram_quantile(0.9, sum(rate(chat_turn_duration_seconds_count[5m])))',
      'histogram_quantile of chat_turn_duration_seconds_count, which has no buckets',
    ],
    ['promql', 'rate(chat_turns_total{visitor="a"}[5m])', 'chat_turns_total has no label visitor'],
    ['promql', 'sum by (model) (rate(chat_turns_total[5m]))', 'nothing that is grouped has a label model'],
    ['promql', 'time()', 'asks for no metric'],
    ['logql', `{trace_id="a"}`, 'trace_id is no index label'],
    ['logql', `${lines} | prompt="a"`, 'no line has prompt'],
    ['logql', `sum_over_time(${lines} | unwrap price [5m])`, 'no line has price'],
    ['logql', `rate(${lines})`, 'no logql at character 30'],
    ['traceql', '{ span.gen_ai.model = "a" }', 'no span has gen_ai.model'],
    ['traceql', '{ resource.service = "a" }', 'no resource has service'],
    ['traceql', '{ .chat.cost > 1 }', 'chat.cost without scope is slow: span or resource'],
    ['traceql', '{ span.chat.cost > }', 'no traceql at character 19'],
  ] as const)('%s %s', (language, text, fault) => {
    expect(faults(language, text)).toContain(fault)
  })

  test('in links, and in variables', () => {
    expect(linkFaults('/d/llm-overvew')).toEqual(['no board /d/llm-overvew'])
    expect(linkFaults('/d/llm-overview?viewPanel=panel-999')).toEqual(['no panel-999 on it'])
    const [board] = boards
    expect(() => board && resolve('x{a=~"$modle"}', board, '1h')).toThrow('has no variable $modle')
    expect(board && resolve('x[$interval:2m] + x[$__range]', board, '1h')).toBe('x[1m:2m] + x[1h]')
  })
})
