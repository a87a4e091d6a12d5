import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  IntervalVariableBuilder,
  QueryVariableBuilder,
  type RowBuilder,
  TextBoxVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { attribute, metric } from '@repo/telemetry/catalogue'
import { datasource } from './datasource.ts'
import { label, selector, seriesName } from './series.ts'

type Panel = Parameters<DashboardBuilder['withPanel']>[0]

export interface Board {
  /** Part of its address: never changes. */
  readonly uid: string
  readonly title: string
  readonly description: string
  readonly variables: readonly (keyof typeof variables)[]
  readonly panels: readonly (Panel | RowBuilder)[]
}

/** Of Grafana's grid. */
const COLUMNS = 24

/** On every board, and so what leads from each to each. */
const TAG = 'lgtm-chat'

/** The frame that all boards share: variables, links between them, deployments as annotations. */
export function board({ uid, title, description, variables: names, panels }: Board): Dashboard {
  const dashboard = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags([TAG])
    .editable() // to try something out: where nothing can be saved, Grafana offers only that
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: 'now-30m', to: 'now' })
    .refresh('10s')
    .link(
      new DashboardLinkBuilder('Boards')
        .type(DashboardLinkType.Dashboards)
        .tags([TAG])
        .asDropdown(false)
        .includeVars(true)
        .keepTime(true),
    )
    .annotation(deployments(names.includes('environment')))
  if (names.includes('model')) dashboard.annotation(prompts())
  for (const name of names) dashboard.withVariable(variables[name]())
  for (const panel of panels) {
    if ('withPanel' in panel) dashboard.withRow(panel)
    else dashboard.withPanel(panel)
  }
  const built = dashboard.build()
  // The SDK puts both away into a menu.
  const inSight = <T extends { placement?: unknown }>({ placement: _, ...rest }: T) => rest
  return {
    ...built,
    panels: packed(built.panels ?? []),
    links: (built.links ?? []).map(inSight),
    annotations: { list: (built.annotations?.list ?? []).map(inSight) },
  }
}

type Placed = NonNullable<Dashboard['panels']>[number]

/**
 * Each panel in the highest place that is free, then the leftmost: a high one beside two low ones leaves no hole, as it
 * does when panels only follow each other.
 */
function packed(panels: readonly Placed[]): Placed[] {
  let depth = Array.from({ length: COLUMNS }, () => 0)
  return panels.map((panel) => {
    const { w, h } = panel.gridPos ?? { w: COLUMNS, h: 1 }
    const lowest = (x: number) => Math.max(...depth.slice(x, x + w))
    const places = Array.from({ length: COLUMNS - w + 1 }, (_, x) => ({ x, y: lowest(x) }))
    const { x, y } = places.reduce((best, place) => (place.y < best.y ? place : best))
    depth = depth.map((bottom, column) => (column >= x && column < x + w ? y + h : bottom))
    return { ...panel, gridPos: { x, y, w, h } }
  })
}

const variables = {
  environment: () =>
    // A service need not name its environment: "All" means those as well.
    everyOf('environment', 'Environment', `label_values(target_info, ${label('deployment.environment.name')})`, '.*'),
  model: () =>
    everyOf(
      'model',
      'Model',
      `label_values(${seriesName(metric.turns)}{${selector.environment}}, ${label(attribute.requestModel)})`,
    ),
  service: () =>
    everyOf(
      'service',
      'Service',
      `label_values(nodejs_eventloop_utilization_ratio{${selector.environment}}, ${label('service.name')})`,
    ),
  container: () =>
    everyOf(
      'container',
      'Container',
      'label_values(container_start_time_seconds, container_label_com_docker_compose_service)',
    ),
  /**
   * What rates are taken over. Not `$__rate_interval`, which follows the five seconds in which the services report and
   * is shorter than two scrapes of the stores.
   */
  interval: () =>
    new IntervalVariableBuilder('interval')
      .label('Rate over')
      .values('1m,5m,15m,1h')
      .auto(true)
      .stepCount(120)
      .minInterval('1m')
      .current({ selected: true, text: 'auto', value: '$__auto_interval_interval' }),
  conversation: () =>
    new TextBoxVariableBuilder('conversation').label('Conversation').current({ selected: true, text: '', value: '' }),
  minCost: () =>
    new TextBoxVariableBuilder('min_cost')
      .label('Dear from, USD')
      .defaultValue('0.001')
      .current({ selected: true, text: '0.001', value: '0.001' }),
} as const

function everyOf(name: string, title: string, query: string, all = '.+') {
  return new QueryVariableBuilder(name)
    .label(title)
    .datasource(datasource.mimir)
    .query(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue(all)
    .current({ selected: true, text: ['All'], value: ['$__all'] })
}

function deployments(ofEnvironment: boolean) {
  const matchers = ['service_version!=""', ...(ofEnvironment ? [selector.environment] : [])].join(', ')
  return changes('Deployments', `target_info{${matchers}}`, 'service_version')
    .iconColor('purple')
    .titleFormat('Deployed: {{job}}')
}

/** The system prompt is another one: with a deployment or without, as it is a file of its own. */
function prompts() {
  const version = label(attribute.promptVersion)
  return changes('Prompts', `${seriesName(metric.turns)}{${version}!="", ${selector.environment}}`, version)
    .iconColor('blue')
    .titleFormat('Prompt changed')
}

/** A version that was not there five minutes ago, where another one was: neither first start nor outage. */
function changes(name: string, series: string, version: string) {
  const running = (offset = '') => `group by (job, ${version}) (${series}${offset})`
  return new AnnotationQueryBuilder()
    .name(name)
    .datasource(datasource.mimir)
    .enable(true)
    .expr(`(${running()} unless ${running(' offset 5m')}) and on (job) group by (job) (${series} offset 5m)`)
    .step('1m')
    .textFormat(`{{${version}}}`)
    .tagKeys(version)
}
