import { datasource } from './datasource.ts'

/** A TraceQL search in Grafana's Explore, over the range that the dashboard shows. */
export function exploreUrl(query: string): string {
  return urlOf({ tableType: 'traces', limit: 20, query })
}

/**
 * A trace in Explore, with one of its spans open.
 *
 * @param traceId name of the field of a table's row that holds it
 * @param spanId the same
 */
export function traceUrl(traceId: string, spanId: string): string {
  return urlOf({ query: 'TRACE' }, { trace: { spanId: 'SPAN' } })
    .replace('TRACE', field(traceId))
    .replace('SPAN', field(spanId))
}

/**
 * Another board, over the range that this one shows.
 *
 * @param variables of that board, as part of an address; those that both have are taken along if there are none
 */
export function boardUrl(uid: string, variables?: string): string {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana's variables, not ours
  return `/d/${uid}?`.concat('${__url_time_range}&', variables ?? '${__all_variables}')
}

// Grafana does not fill in what is percent-encoded: its variables are put in afterwards.
const field = (name: string) => `\${__data.fields.${name}}`

function urlOf(query: Readonly<Record<string, unknown>>, panelsState?: object): string {
  const pane = {
    datasource: datasource.tempo.uid,
    queries: [{ refId: 'A', datasource: datasource.tempo, queryType: 'traceql', ...query }],
    range: { from: 'FROM', to: 'TO' },
    panelsState,
  }
  const panes = encodeURIComponent(JSON.stringify({ traces: pane }))
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana's variables, not ours
  return `/explore?schemaVersion=1&orgId=1&panes=${panes}`.replace('FROM', '${__from}').replace('TO', '${__to}')
}
