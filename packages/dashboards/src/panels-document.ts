import { type BoardFile, type BoardQuery, panelsOf, queriesOf, readBoards } from './board-file.ts'
import { boards } from './boards.ts'
import { type RecordedRun, readRecordedRun } from './recorded-run.ts'

const stores = { promql: 'Mimir', logql: 'Loki', traceql: 'Tempo', serviceGraph: 'Tempo' } as const

/** `docs/panels.md`: every panel with its query, its unit, and whether it found something in the recorded run. */
export function panelsDocument(run: RecordedRun | null = readRecordedRun()): Map<string, string> {
  const order = boards().map(({ uid }) => uid)
  const files = readBoards().toSorted((a, b) => order.indexOf(a.uid) - order.indexOf(b.uid))
  const panels = files.flatMap(panelsOf).length
  const text = `# Panels

All ${panels} panels of the ${files.length} boards in [grafana/dashboards](../grafana/dashboards). This page is generated
(\`pnpm --filter @repo/dashboards generate\`); a test fails when it is out of date. What feeds a panel, and what to do when it
is red, stands in its description in Grafana.

The last column is what each query found in a recorded run, with all variables as they are when a board opens: series, log
lines or traces (at most 20 of these). ${recorded(run)} Ask a running stack with \`npm run boards\`; it
fails with the names of panels that are empty although they should not be. \`--record\` keeps the result for this page.

${files.map((board) => section(board, run)).join('\n\n')}
`
  return new Map([['docs/panels.md', text]])
}

function recorded(run: RecordedRun | null): string {
  if (!run) return 'There is none yet.'
  const found = run.answers.filter((one) => one.found > 0).length
  const versions = Object.entries(run.stores).map(([name, version]) => `${name}: ${version}`)
  return `That run: ${run.date.replace('T', ' ')} UTC; ${versions.join(', ')}; ${found} of ${run.answers.length} queries found something.`
}

function section(board: BoardFile, run: RecordedRun | null): string {
  const queries = queriesOf(board)
  const inPlace = (place: string) => queries.filter((query) => query.place === place)
  const rows = [
    ...panelsOf(board).map(({ title, fieldConfig, options, type }) => {
      const unit = (type === 'heatmap' ? options?.yAxis?.unit : fieldConfig?.defaults.unit) ?? ''
      return row(title, unit, inPlace(title), run)
    }),
    ...queries.filter(({ refId }) => refId === '').map((query) => row(`*${query.place}*`, '', [query], run)),
  ]
  return [`## ${board.title}`, '', '| panel | unit | store | query | found |', '|---|---|---|---|---|', ...rows].join(
    '\n',
  )
}

function row(title: string, unit: string, queries: readonly BoardQuery[], run: RecordedRun | null): string {
  const cells = [
    title,
    unit,
    [...new Set(queries.map(({ language }) => stores[language]))].join(', '),
    // A pipe ends a cell, in code as well.
    queries.map(({ text }) => `\`${text.replaceAll('|', '\\|').replaceAll('\n', ' ')}\``).join('<br>'),
    queries.map((query) => answer(query, run)).join('<br>'),
  ]
  return `| ${cells.join(' | ')} |`
}

function answer({ board, place, refId, text }: BoardQuery, run: RecordedRun | null): string {
  const found = run?.answers.find((one) => one.board === board && one.place === place && one.refId === refId)
  if (found?.text !== text) return 'not asked yet' // nor is a query that has changed since
  if (found.found > 0) return String(found.found)
  return `nothing: ${found.error ?? found.excuse ?? 'although it should'}`
}
