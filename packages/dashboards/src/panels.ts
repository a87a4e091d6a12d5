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
  TableSortByFieldStateBuilder,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import {
  DashboardLinkBuilder,
  RowBuilder,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard'
import * as heatmap from '@grafana/grafana-foundation-sdk/heatmap'
import * as logs from '@grafana/grafana-foundation-sdk/logs'
import { DataqueryBuilder as LokiQuery } from '@grafana/grafana-foundation-sdk/loki'
import * as nodegraph from '@grafana/grafana-foundation-sdk/nodegraph'
import { DataqueryBuilder as PrometheusQuery, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus'
import * as stat from '@grafana/grafana-foundation-sdk/stat'
import * as table from '@grafana/grafana-foundation-sdk/table'
import { SearchTableType, DataqueryBuilder as TempoQuery } from '@grafana/grafana-foundation-sdk/tempo'
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries'
import { datasource } from './datasource.ts'
import { exploreUrl } from './explore-url.ts'

interface Text {
  readonly title: string
  /** What feeds it, and what to do when it is red. */
  readonly description: string
}

/** Widths are of 24 columns, heights of 30 pixels. */
interface Size {
  readonly width: number
  readonly height: number
}

export const size = {
  stat: { width: 4, height: 4 },
  quarter: { width: 6, height: 8 },
  third: { width: 8, height: 8 },
  half: { width: 12, height: 8 },
  full: { width: 24, height: 9 },
} as const satisfies Record<string, Size>

type Store = 'mimir' | 'loki'

export interface Series {
  readonly expr: string
  /** `{{label}}` is replaced. */
  readonly legend: string
  /** Where it is asked; Mimir unless said otherwise. */
  readonly store?: Store
  /** Dots that open a trace. Only span metrics have them: OpenTelemetry for JavaScript records none. */
  readonly exemplars?: boolean
}

interface Numbers extends Text {
  /** One of Grafana's unit ids, or a suffix. */
  readonly unit: string
  readonly decimals?: number
  /** Values from which on the panel changes colour, the lowest one first; null is the base. */
  readonly thresholds?: readonly { readonly from: number | null; readonly color: string }[]
  /** Said in place of a value; `none yet` by default. */
  readonly noValue?: string
}

/** Green below, then orange, then red. */
export const redFrom = (orange: number, red: number) => [
  { from: null, color: 'green' },
  { from: orange, color: 'orange' },
  { from: red, color: 'red' },
]

/** Red below, then orange, then green. */
export const greenFrom = (orange: number, green: number) => [
  { from: null, color: 'red' },
  { from: orange, color: 'orange' },
  { from: green, color: 'green' },
]

const neutral = [{ from: null, color: 'text' }]

/** A headline over the panels that follow. */
export function row(title: string) {
  return new RowBuilder(title)
}

/** One number, or one a series, for the whole of the shown range. */
export function statPanel(
  text: Numbers & {
    readonly expr?: string
    readonly series?: readonly Series[]
    /** In place of the dashboard's range: `now/d` is today. */
    readonly range?: string
  },
  { width, height }: Size,
) {
  const series = text.series ?? [{ expr: text.expr ?? '', legend: '' }]
  const panel = new stat.PanelBuilder()
    .title(text.title)
    .description(text.description)
    .unit(text.unit)
    .datasource(sourceOf(series))
    .targets(series.map((one, index) => query(one, index, 'instant')))
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .thresholds(thresholds(text.thresholds ?? neutral))
    .colorMode(BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.None)
    .noValue(text.noValue ?? 'none yet')
    .span(width)
    .height(height)
  if (text.range) panel.timeFrom(text.range)
  return text.decimals === undefined ? panel : panel.decimals(text.decimals)
}

/** Lines over time. */
export function trendPanel(
  text: Numbers & {
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
    .datasource(sourceOf(text.series))
    .targets(text.series.map((one, index) => query(one, index, 'range')))
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
    .noValue(text.noValue ?? 'none yet')
    .span(width)
    .height(height)
  if (text.thresholds) panel.thresholds(thresholds(text.thresholds))
  if (text.traces) panel.dataLinks([tracesLink(text.traces)])
  return text.stacked ? panel.stacking(new StackingConfigBuilder().mode(StackingMode.Normal)) : panel
}

/** How a duration is spread, over time: one row a bucket of a histogram. */
export function heatmapPanel(
  text: Text & {
    readonly unit: string
    /** Growth of each bucket, by `le`. */
    readonly expr: string
    readonly exemplars?: boolean
    /** TraceQL of the traces behind it. */
    readonly traces: string
  },
  { width, height }: Size,
) {
  const target = prometheus({ ...text, legend: '{{le}}' }, 0)
    .format(PromQueryFormat.Heatmap)
    .range()
  return new heatmap.PanelBuilder()
    .title(text.title)
    .description(text.description)
    .datasource(datasource.mimir)
    .withTarget(target)
    .unit('short')
    .yAxis(new heatmap.YAxisConfigBuilder().unit(text.unit))
    .color(new heatmap.HeatmapColorOptionsBuilder().mode(heatmap.HeatmapColorMode.Scheme).scheme('Oranges').steps(64))
    .dataLinks([tracesLink(text.traces)])
    .noValue('none yet')
    .span(width)
    .height(height)
}

interface Column {
  readonly title: string
  readonly expr: string
  readonly unit: string
  readonly decimals?: number
}

/** A row for each combination of labels, with a column for each query; the first column's largest come first. */
export function tablePanel(
  text: Text & {
    readonly store?: Store
    readonly columns: readonly Column[]
    /** Headlines of the labels. */
    readonly labels: Readonly<Record<string, string>>
    /** Makes the values of a label a link to the traces of this TraceQL; `VALUE` in it is replaced. */
    readonly traces?: { readonly label: string; readonly query: string }
    readonly noValue?: string
  },
  { width, height }: Size,
) {
  const first = text.columns[0]
  const panel = new table.PanelBuilder()
    .title(text.title)
    .description(text.description)
    .datasource(datasource[text.store ?? 'mimir'])
    .targets(
      text.columns.map(({ expr }, index) =>
        query({ expr, legend: '', ...(text.store && { store: text.store }) }, index, 'table'),
      ),
    )
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: { Time: true },
        // One query's column has no letter in some versions.
        renameByName: Object.fromEntries([
          ...Object.entries(text.labels),
          ...(first ? [['Value', first.title]] : []),
          ...text.columns.map(({ title }, index) => [`Value #${refId(index)}`, title]),
        ]),
      },
    })
    .unit('short')
    .sortBy([new TableSortByFieldStateBuilder().displayName(first?.title ?? '').desc(true)])
    .noValue(text.noValue ?? 'none yet')
    .span(width)
    .height(height)
  for (const { title, unit, decimals } of text.columns) {
    const properties = [{ id: 'unit', value: unit }]
    panel.overrideByName(
      title,
      decimals === undefined ? properties : [...properties, { id: 'decimals', value: decimals }],
    )
  }
  if (text.traces) {
    const url = exploreUrl(text.traces.query.replace('VALUE', 'RAW')).replace('RAW', VALUE)
    panel.overrideByName(text.labels[text.traces.label] ?? text.traces.label, [
      { id: 'links', value: [{ title: 'Open the trace', url }] },
    ])
  }
  return panel
}

/** Log lines, newest first. */
export function logsPanel(text: Text & { readonly expr: string }, { width, height }: Size) {
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

/** Spans that a TraceQL query finds, with the attributes that it selects; each row opens its trace. */
export function tracesPanel(
  text: Text & {
    readonly query: string
    readonly noValue?: string
    /** Attribute of which the largest come first, and its unit. */
    readonly sort?: { readonly column: string; readonly unit: string }
  },
  { width, height }: Size,
) {
  const panel = new table.PanelBuilder()
    .title(text.title)
    .description(text.description)
    .datasource(datasource.tempo)
    .withTarget(
      new TempoQuery()
        .refId('A')
        .datasource(datasource.tempo)
        .queryType('traceql')
        .query(text.query)
        .limit(50)
        .tableType(SearchTableType.Spans),
    )
    .noValue(text.noValue ?? 'none')
    .span(width)
    .height(height)
  if (!text.sort) return panel
  return panel
    .sortBy([new TableSortByFieldStateBuilder().displayName(text.sort.column).desc(true)])
    .overrideByName(text.sort.column, [{ id: 'unit', value: text.sort.unit }])
}

/** Who calls whom, from Tempo's service graph. */
export function serviceGraphPanel(text: Text, { width, height }: Size) {
  return new nodegraph.PanelBuilder()
    .title(text.title)
    .description(text.description)
    .datasource(datasource.tempo)
    .withTarget(new TempoQuery().refId('A').datasource(datasource.tempo).queryType('serviceMap').serviceMapQuery('{}'))
    .noValue('none yet')
    .span(width)
    .height(height)
}

function query(series: Series, index: number, kind: 'range' | 'instant' | 'table') {
  if (series.store === 'loki') {
    return new LokiQuery()
      .refId(refId(index))
      .datasource(datasource.loki)
      .expr(series.expr)
      .legendFormat(series.legend)
      .queryType(kind === 'range' ? 'range' : 'instant')
  }
  if (kind === 'range') return prometheus(series, index).range()
  const target = prometheus(series, index).instant()
  return kind === 'table' ? target.format(PromQueryFormat.Table) : target
}

function prometheus({ expr, legend, exemplars }: Series, index: number) {
  const target = new PrometheusQuery().refId(refId(index)).datasource(datasource.mimir).expr(expr).legendFormat(legend)
  return exemplars ? target.exemplar(true) : target
}

function sourceOf(series: readonly Series[]) {
  const stores = new Set(series.map(({ store }) => store ?? 'mimir'))
  const [store = 'mimir'] = stores
  return stores.size > 1 ? datasource.mixed : datasource[store]
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: filled in by Grafana
const VALUE = '${__value.raw}'

function tracesLink(traceql: string) {
  return new DashboardLinkBuilder('Find the traces').url(exploreUrl(traceql))
}

function refId(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index)
}

function thresholds(steps: NonNullable<Numbers['thresholds']>) {
  return new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps(steps.map(({ from, color }): Threshold => ({ value: from, color })))
}
