import { datasource } from './datasource.ts'

/** A TraceQL search in Grafana's Explore, or one trace by its id, over the range that the dashboard shows. */
export function exploreUrl(query: string): string {
  const pane = {
    datasource: datasource.tempo.uid,
    queries: [
      { refId: 'A', datasource: datasource.tempo, queryType: 'traceql', tableType: 'traces', limit: 20, query },
    ],
    range: { from: 'FROM', to: 'TO' },
  }
  const panes = encodeURIComponent(JSON.stringify({ traces: pane }))
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana's variables, not ours
  return `/explore?schemaVersion=1&orgId=1&panes=${panes}`.replace('FROM', '${__from}').replace('TO', '${__to}')
}
