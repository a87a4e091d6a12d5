import {
  BigValueColorMode,
  BigValueGraphMode,
  GraphGradientMode,
  LegendDisplayMode,
  LegendPlacement,
  LogsSortOrder,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import {
  DashboardLinkBuilder,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard'
import * as logs from '@grafana/grafana-foundation-sdk/logs'
import { DataqueryBuilder as LokiQuery } from '@grafana/grafana-foundation-sdk/loki'
import { DataqueryBuilder as PrometheusQuery } from '@grafana/grafana-foundation-sdk/prometheus'
import * as stat from '@grafana/grafana-foundation-sdk/stat'
import * as table from '@grafana/grafana-foundation-sdk/table'
import { SearchTableType, DataqueryBuilder as TempoQuery } from '@grafana/grafana-foundation-sdk/tempo'
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries'
import { datasource } from './datasource.ts'

export interface PanelText {
  readonly title: string
  /** What feeds it, and what to do when it is red. */
  readonly description: string
}

/** Widths are of 24 columns, heights of 30 pixels. */
interface Size {
  readonly width: number
  readonly height: number
}

export interface Series {
  readonly expr: string
  /** `{{label}}` is replaced. */
  readonly legend: string
  /** Dots that open a trace. Only span metrics have them: OpenTelemetry for JavaScript records none. */
  readonly exemplars?: boolean
}

export interface NumberPanel extends PanelText {
  /** One of Grafana's unit ids, or a suffix. */
  readonly unit: string
  readonly decimals?: number
  /** Values from which on the panel changes colour, the lowest one first; null is the base. */
  readonly thresholds?: readonly { readonly from: number | null; readonly color: string }[]
}

const neutral = [{ from: null, color: 'text' }]

/** One number for the whole of the shown range. */
export function statPanel(text: NumberPanel & { readonly expr: string }, { width, height }: Size) {
  const panel = new stat.PanelBuilder()
    .title(text.title)
    .description(text.description)
    .unit(text.unit)
    .datasource(datasource.mimir)
    .withTarget(prometheus({ expr: text.expr, legend: '' }, 'A').instant())
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .thresholds(thresholds(text.thresholds ?? neutral))
    .colorMode(BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.None)
    .noValue('none yet')
    .span(width)
    .height(height)
  return text.decimals === undefined ? panel : panel.decimals(text.decimals)
}

/** Lines over time. */
export function trendPanel(
  text: NumberPanel & {
    readonly series: readonly Series[]
    readonly stacked?: boolean
    /** TraceQL of the traces behind a line: a click on it finds them. */
    readonly traces?: string
  },
  { width, height }: Size,
) {
  const panel = new timeseries.PanelBuilder()
    .title(text.title)
    .description(text.description)
    .unit(text.unit)
    .datasource(datasource.mimir)
    .targets(
      text.series.map((one, index) =>
        prometheus(one, refId(index))
          .range()
          .exemplar(one.exemplars === true),
      ),
    )
    .min(0)
    .lineWidth(1)
    .fillOpacity(text.stacked ? 40 : 8)
    .gradientMode(GraphGradientMode.None)
    .showPoints(VisibilityMode.Never)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true)
        .calcs([]),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
    .noValue('none yet')
    .span(width)
    .height(height)
  if (text.thresholds) panel.thresholds(thresholds(text.thresholds))
  if (text.traces) panel.dataLinks([new DashboardLinkBuilder('Find the traces').url(exploreUrl(text.traces))])
  return text.stacked ? panel.stacking(new StackingConfigBuilder().mode(StackingMode.Normal)) : panel
}

/** Log lines, newest first. */
export function logsPanel(text: PanelText & { readonly expr: string }, { width, height }: Size) {
  return new logs.PanelBuilder()
    .title(text.title)
    .description(text.description)
    .datasource(datasource.loki)
    .withTarget(new LokiQuery().refId('A').datasource(datasource.loki).expr(text.expr).queryType('range').maxLines(100))
    .showTime(true)
    .enableLogDetails(true)
    .sortOrder(LogsSortOrder.Descending)
    .span(width)
    .height(height)
}

/** Traces that a TraceQL query finds; each row opens one. */
export function tracesPanel(text: PanelText & { readonly query: string }, { width, height }: Size) {
  return new table.PanelBuilder()
    .title(text.title)
    .description(text.description)
    .datasource(datasource.tempo)
    .withTarget(
      new TempoQuery()
        .refId('A')
        .datasource(datasource.tempo)
        .queryType('traceql')
        .query(text.query)
        .limit(20)
        .tableType(SearchTableType.Traces),
    )
    .noValue('none: good')
    .span(width)
    .height(height)
}

function prometheus({ expr, legend }: Series, id: string) {
  return new PrometheusQuery().refId(id).datasource(datasource.mimir).expr(expr).legendFormat(legend)
}

/** A TraceQL search in Explore, over the range that the dashboard shows. */
function exploreUrl(query: string): string {
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

function refId(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index)
}

function thresholds(steps: NonNullable<NumberPanel['thresholds']>) {
  return new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps(steps.map(({ from, color }): Threshold => ({ value: from, color })))
}
