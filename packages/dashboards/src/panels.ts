import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
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
  VizOrientation,
  VizTextDisplayOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import {
  DashboardLinkBuilder,
  type DynamicConfigValue,
  RowBuilder,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
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
import { boardUrl, exploreUrl, traceUrl } from './grafana-url.ts'
import { columnWidth, columnWidths, tableRoom } from './text-width.ts'

interface Text {
  readonly title: string
  /** What feeds it, and what to do when it is red. */
  readonly description: string
  /** Where it is not the usual one of its kind. */
  readonly size?: Size
}

/** Widths are of 24 columns, heights of 30 pixels. */
interface Size {
  readonly width: number
  readonly height: number
}

export const size = {
  stat: { width: 6, height: 3 },
  third: { width: 8, height: 8 },
  half: { width: 12, height: 8 },
  full: { width: 24, height: 8 },
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

/** Of one series: its own `expr`, and so on; of several: `series`. */
interface Numbers extends Text, Partial<Series> {
  readonly series?: readonly Series[]
  /** One of Grafana's unit ids, or a suffix. */
  readonly unit: string
  readonly decimals?: number
  /** Values from which on the panel changes colour, the lowest one first; null is the base. */
  readonly thresholds?: readonly { readonly from: number | null; readonly color: string }[]
  /** Said in place of a value, and true whether there is none or its store does not answer. */
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

/** How a turn ended. */
export const outcomeColors = {
  finished: 'green',
  stopped: 'blue',
  disconnected: 'purple',
  truncated: 'orange',
  failed: 'red',
} as const

const neutral = [{ from: null, color: 'text' }]

/** A headline over the panels that follow. */
export function row(title: string) {
  return new RowBuilder(title)
}

/** Neither good nor bad. Readable in both themes. */
const GREY = '#808080'

/**
 * One number, or one a series, for the whole of the shown range. Where there is none, it says so in grey, and where the
 * store does not answer, it says that: an empty answer comes as NaN, no answer as null.
 */
export function statPanel(
  text: Numbers & {
    /** In place of the dashboard's range: `now/d` is today. */
    readonly range?: string
    /** Where a click leads: uid of a board. */
    readonly board?: string
  },
) {
  const series = seriesOf(text)
  const named = series.some(({ legend }) => legend !== '')
  const panel = framed(new stat.PanelBuilder(), text, size.stat)
    .unit(text.unit)
    .datasource(sourceOf(series))
    .targets(series.map((one, index) => query({ ...one, expr: orNaN(one) }, index, 'instant')))
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['last']))
    .thresholds(thresholds(text.thresholds ?? neutral))
    .mappings([inPlaceOf('nan', text.noValue ?? 'none yet'), inPlaceOf('null', 'no answer')])
    .colorMode(BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.None)
    .textMode(named ? BigValueTextMode.ValueAndName : BigValueTextMode.Value)
    .noValue('no answer')
  // Side by side, or under each other, Grafana makes names as small as three pixels.
  if (named) {
    panel.orientation(VizOrientation.Horizontal).text(new VizTextDisplayOptionsBuilder().titleSize(14).valueSize(16))
  }
  if (text.range) panel.timeFrom(text.range).hideTimeOverride(true) // its sign takes the title's place
  if (text.board) panel.dataLinks([new DashboardLinkBuilder('Look closer').url(boardUrl(text.board))])
  return text.decimals === undefined ? panel : panel.decimals(text.decimals)
}

function inPlaceOf(match: 'nan' | 'null', text: string): ValueMapping {
  return {
    type: 'special',
    options: { match, result: { text, color: GREY, index: match === 'nan' ? 0 : 1 } },
  } as ValueMapping
}

/** With a NaN where nothing is found: only a store that does not answer says nothing at all. */
function orNaN({ expr, store }: Series): string {
  return `(${expr}) or on () ${store === 'loki' ? '(vector(0) / 0)' : 'vector(NaN)'}`
}

/** How far an axis reaches at least: one of nothing but 0 would reach 100 of the unit otherwise. */
const leastAxis: Readonly<Record<string, number>> = {
  percentunit: 0.01,
  currencyUSD: 0.0001,
  bytes: 1024,
  Bps: 1024,
}

/** Lines over time. */
export function trendPanel(
  text: Numbers & {
    readonly stacked?: boolean
    /** Colours of series that mean something, by their legends. */
    readonly colors?: Readonly<Record<string, string>>
    /** Series that are 0 all the time are left out, unless they are the message. */
    readonly zeros?: 'drawn'
    /** TraceQL of the traces behind a line: a click on it finds them. */
    readonly traces?: string
  },
) {
  const series = seriesOf(text)
  const panel = framed(new timeseries.PanelBuilder(), text, size.third)
    .unit(text.unit)
    .datasource(sourceOf(series))
    .targets(series.map((one, index) => query(one, index, 'range')))
    .min(0)
    .axisSoftMax(leastAxis[text.unit] ?? 0.1)
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
    .noValue(text.noValue ? `${text.noValue}, or no answer` : 'no data')
  // Every configured model has its series from the start; the legend names those that did something.
  if (series.some(({ legend }) => legend.includes('{{')) && text.zeros !== 'drawn') {
    for (const reducer of ['allIsZero', 'allIsNull']) {
      panel.withOverride({
        matcher: { id: 'byValue', options: { reducer, op: 'gte', value: 0 } },
        properties: [{ id: 'custom.hideFrom', value: { legend: true, tooltip: true, viz: true } }],
      })
    }
  }
  for (const [legend, fixedColor] of Object.entries(text.colors ?? {})) {
    panel.overrideByName(legend, [{ id: 'color', value: { mode: 'fixed', fixedColor } }])
  }
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
    /** TraceQL of the traces behind it. */
    readonly traces: string
  },
) {
  const target = prometheus({ ...text, legend: '{{le}}' }, 0)
    .format(PromQueryFormat.Heatmap)
    .range()
  return framed(new heatmap.PanelBuilder(), text, { width: 12, height: 11 })
    .datasource(datasource.mimir)
    .withTarget(target)
    .unit('short')
    .decimals(0)
    .yAxis(new heatmap.YAxisConfigBuilder().unit(text.unit))
    .color(new heatmap.HeatmapColorOptionsBuilder().mode(heatmap.HeatmapColorMode.Scheme).scheme('Oranges').steps(64))
    .dataLinks([tracesLink(text.traces)])
    .noValue('no data')
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
    /** Headlines of the labels, and pixels that their values need. */
    readonly labels: Readonly<Record<string, { readonly title: string; readonly width: number }>>
    /** Makes the values of a label a link; `VALUE` in it is replaced. */
    readonly link?: { readonly label: string; readonly title: string; readonly url: string }
    readonly noValue?: string
  },
) {
  const first = text.columns[0]
  const { width } = text.size ?? size.full
  const panel = framed(new table.PanelBuilder(), text, size.full)
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
        indexByName: Object.fromEntries(
          [
            ...Object.keys(text.labels),
            ...text.columns.flatMap((_, index) => [`Value #${refId(index)}`, ...(index === 0 ? ['Value'] : [])]),
          ].map((name, index) => [name, index]),
        ),
        // One query's column has no letter in some versions.
        renameByName: Object.fromEntries([
          ...Object.entries(text.labels).map(([name, { title }]) => [name, title]),
          ...(first ? [['Value', first.title]] : []),
          ...text.columns.map(({ title }, index) => [`Value #${refId(index)}`, title]),
        ]),
      },
    })
    .unit('short')
    .mappings([inPlaceOf('nan', 'none')])
    .sortBy([new TableSortByFieldStateBuilder().displayName(first?.title ?? '').desc(true)])
    .noValue(text.noValue ?? 'no data')
  const labels = Object.entries(text.labels)
  const widths = sizes(
    [...labels.map(([, label]) => label), ...text.columns.map(({ title }) => ({ title, width: 80 }))],
    width,
  )
  for (const [index, [name, { title }]] of labels.entries()) {
    const { link } = text
    const links = { id: 'links', value: [{ title: link?.title, url: link?.url.replace('VALUE', VALUE) }] }
    panel.overrideByName(title, [...(widths[index] ?? []), ...(link?.label === name ? [links] : [])])
  }
  for (const [index, { title, unit, decimals }] of text.columns.entries()) {
    panel.overrideByName(title, [
      ...(widths[labels.length + index] ?? []),
      { id: 'noValue', value: 'none' },
      { id: 'unit', value: unit },
      ...(decimals === undefined ? [] : [{ id: 'decimals', value: decimals }]),
    ])
  }
  return panel
}

/** Of each column of a table: all of them in sight, where Grafana's 150 pixels and Tempo's own widths are not. */
function sizes(columns: readonly { title: string; width?: number }[], tableWidth: number): DynamicConfigValue[][] {
  const least = columns.map(({ title, width = 0 }) => Math.max(width, columnWidth(title)))
  return columnWidths(least, tableRoom(tableWidth)).map((width, index) => [
    { id: 'custom.minWidth', value: least[index] },
    { id: 'custom.width', value: width },
  ])
}

/** Log lines, newest first. */
export function logsPanel(text: Text & { readonly expr: string }) {
  return framed(new logs.PanelBuilder(), text, size.full)
    .datasource(datasource.loki)
    .withTarget(new LokiQuery().refId('A').datasource(datasource.loki).expr(text.expr).queryType('range').maxLines(100))
    .showTime(true)
    .wrapLogMessage(true) // what does not fit is beyond the edge otherwise
    .enableLogDetails(true)
    .sortOrder(LogsSortOrder.Descending)
}

/** A column of spans or of log lines. */
export interface Field {
  /** As it is called in the answer: an attribute of spans, a label of lines, or one of Grafana's own names. */
  readonly name: string
  readonly title: string
  /** Pixels that its values need. */
  readonly width: number
  readonly unit?: string
  readonly decimals?: number
  /** Said in a row that has none; nothing by default. */
  readonly absent?: string
  /** Where a click leads; `VALUE` in it is replaced. */
  readonly url?: string
}

/** A table of spans or lines, with the columns that are given, and no others. A click on the first one opens the trace. */
interface Rows extends Text {
  readonly fields: readonly Field[]
  readonly noValue: string
  /** Title of the column of which the largest come first; the newest do otherwise. */
  readonly sort?: string
}

/** Of spans and lines alike. */
export const started = (name: 'Start time' | 'Time'): Field => ({
  name,
  title: 'Started',
  width: 130,
  unit: 'time:MMM D, HH:mm:ss',
})

/**
 * No table instead of headlines without rows, so that the panel says what was not found: taken apart by a field that no two
 * rows share, and put together again.
 */
const orNothing = (unique: string) => [
  { id: 'partitionByValues', options: { fields: [unique], keepFields: true, naming: { asLabels: false } } },
  { id: 'merge', options: {} },
]

/** Spans that a TraceQL query finds, with the attributes that it selects. */
export function tracesPanel(text: Rows & { readonly query: string }) {
  const panel = rowsPanel(text, size.full)
    .transformations([
      ...orNothing('Span ID'),
      // What Tempo calls its columns got lost.
      { id: 'organize', options: { renameByName: { name: 'Name', duration: 'Duration', time: 'Start time' } } },
    ])
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
  return withFields(panel, text, ['traceIdHidden', 'spanID'])
}

/** Log lines with their labels. */
export function linesPanel(text: Rows & { readonly expr: string }) {
  const panel = rowsPanel(text, { width: 24, height: 9 })
    .transformations(orNothing('id'))
    .datasource(datasource.loki)
    .withTarget(new LokiQuery().refId('A').datasource(datasource.loki).expr(text.expr).queryType('range').maxLines(200))
    .withTransformation({
      id: 'extractFields',
      options: { source: 'labels', format: 'auto', replace: true, keepTime: true },
    })
  return withFields(panel, text, ['trace_id', 'span_id'])
}

const rowsPanel = (text: Rows, usual: Size) =>
  framed(new table.PanelBuilder(), text, usual).unit('string').noValue(`${text.noValue}, or no answer`)

/** @param ids fields of the trace's and the span's id: for the link, not for the eye */
function withFields(
  panel: table.PanelBuilder,
  { fields, sort, size: { width } = size.full }: Rows,
  ids: readonly [string, string],
): table.PanelBuilder {
  const names = [...fields.map(({ name }) => name), ...ids]
  const numbers = fields.filter(({ unit }) => unit !== undefined && !unit.startsWith('time:'))
  panel
    .withTransformation({ id: 'filterFieldsByName', options: { include: { names } } })
    .withTransformation({
      id: 'convertFieldType',
      options: { conversions: numbers.map(({ name }) => ({ targetField: name, destinationType: 'number' })) },
    })
    .withTransformation({
      id: 'organize',
      options: {
        indexByName: Object.fromEntries(fields.map(({ name }, index) => [name, index])),
        renameByName: Object.fromEntries(fields.map(({ name, title }) => [name, title])),
      },
    })
  for (const name of ids) panel.overrideByName(name, [{ id: 'custom.hideFrom.viz', value: true }])
  const widths = sizes(fields, width)
  for (const [index, { title, unit, decimals, absent, url }] of fields.entries()) {
    panel.overrideByName(title, [
      ...(widths[index] ?? []),
      { id: 'noValue', value: absent ?? '' }, // the panel's own is about the whole table
      ...(unit ? [{ id: 'unit', value: unit }] : []),
      ...(decimals === undefined ? [] : [{ id: 'decimals', value: decimals }]),
      ...(index === 0 ? [{ id: 'links', value: [{ title: 'Open the trace', url: traceUrl(...ids) }] }] : []),
      ...(url ? [{ id: 'links', value: [{ title: 'Look closer', url: url.replace('VALUE', VALUE) }] }] : []),
    ])
  }
  if (sort) panel.sortBy([new TableSortByFieldStateBuilder().displayName(sort).desc(true)])
  return panel
}

/** Who calls whom, from Tempo's service graph. */
export function serviceGraphPanel(text: Text) {
  return framed(new nodegraph.PanelBuilder(), text, { width: 24, height: 16 })
    .datasource(datasource.tempo)
    .withTarget(new TempoQuery().refId('A').datasource(datasource.tempo).queryType('serviceMap').serviceMapQuery('{}'))
    .noValue('no data')
}

interface Frame {
  title(title: string): this
  description(description: string): this
  span(columns: number): this
  height(rows: number): this
}

function framed<Panel extends Frame>(panel: Panel, { title, description, size }: Text, usual: Size): Panel {
  const { width, height } = size ?? usual
  return panel.title(title).description(description).span(width).height(height)
}

const seriesOf = ({ series, expr = '', legend = '', store, exemplars }: Numbers): readonly Series[] =>
  series ?? [{ expr, legend, ...(store && { store }), ...(exemplars && { exemplars }) }]

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
