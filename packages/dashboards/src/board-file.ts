import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

const folder = path.join(import.meta.dirname, '../../../grafana/dashboards')

export type Language = 'promql' | 'logql' | 'traceql' | 'serviceGraph'

/** One question that a board asks a store. */
export interface BoardQuery {
  /** Uid of the board. */
  readonly board: string
  /** `Panel`, `variable x` or `annotation x`. */
  readonly place: string
  readonly refId: string
  readonly language: Language
  /** As it stands in the file, variables and all. */
  readonly text: string
  /** Whether the answer is one point in time, or a range of them. */
  readonly instant: boolean
}

interface Target {
  refId: string
  expr?: string
  query?: string
  queryType?: string
  serviceMapQuery?: string
  instant?: boolean
  exemplar?: boolean
  legendFormat?: string
  datasource: { uid: string }
}

type Properties = { id: string; value?: unknown }[]

export interface PanelFile {
  id: number
  type: string
  title: string
  description?: string
  timeFrom?: string
  hideTimeOverride?: boolean
  gridPos: { x: number; y: number; w: number; h: number }
  datasource?: { uid: string }
  targets?: Target[]
  panels?: PanelFile[]
  fieldConfig?: {
    defaults: {
      unit?: string
      noValue?: string
      links?: { url: string }[]
      mappings?: { type: string; options: { match?: string; result: { text?: string; color?: string } } }[]
      custom?: { axisSoftMax?: number }
    }
    overrides: { matcher: { id: string; options?: unknown }; properties: Properties }[]
  }
  transformations?: { id: string; options: { renameByName?: Record<string, string> } }[]
  options?: { yAxis?: { unit?: string }; text?: { titleSize?: number } }
}

interface VariableFile {
  name: string
  type: string
  query: string
  allValue?: string
  current?: { value: string | string[] }
  datasource?: { uid: string }
}

export interface BoardFile {
  uid: string
  title: string
  schemaVersion: number
  editable: boolean
  tags: string[]
  links: { type: string; tags: string[]; includeVars: boolean; keepTime: boolean }[]
  panels: PanelFile[]
  templating: { list: VariableFile[] }
  annotations: { list: { name: string; expr: string; datasource: { uid: string } }[] }
}

/** The committed dashboards, as Grafana reads them. */
export function readBoards(): BoardFile[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as BoardFile)
}

/** Panels in the order in which they stand, rows left out. */
export function panelsOf({ panels }: BoardFile): PanelFile[] {
  return panels.flatMap((panel) => (panel.type === 'row' ? (panel.panels ?? []) : [panel]))
}

const languages: Record<string, Language> = { mimir: 'promql', loki: 'logql', tempo: 'traceql' }

/** Everything that a board asks: of its panels, variables and annotations. */
export function queriesOf(board: BoardFile): BoardQuery[] {
  return [
    ...panelsOf(board).flatMap((panel) =>
      (panel.targets ?? []).map((target): BoardQuery => {
        const language = target.queryType === 'serviceMap' ? 'serviceGraph' : languages[target.datasource.uid]
        if (!language) throw new Error(`${board.title} / ${panel.title}: no store called ${target.datasource.uid}`)
        return {
          board: board.uid,
          place: panel.title,
          refId: target.refId,
          language,
          text: target.expr ?? target.query ?? target.serviceMapQuery ?? '',
          instant: target.instant === true || target.queryType === 'instant',
        }
      }),
    ),
    ...board.templating.list
      .filter(({ type }) => type === 'query')
      .map(
        ({ name, query }): BoardQuery => ({
          board: board.uid,
          place: `variable ${name}`,
          refId: '',
          language: 'promql',
          text: query,
          instant: true,
        }),
      ),
    ...board.annotations.list.map(
      ({ name, expr }): BoardQuery => ({
        board: board.uid,
        place: `annotation ${name}`,
        refId: '',
        language: 'promql',
        text: expr,
        instant: false,
      }),
    ),
  ]
}

/**
 * What Grafana would send: a board's variables as they are when it opens, Grafana's own with these values.
 *
 * @param values of variables, in place of those that a board opens with
 * @throws where the board has no such variable
 */
export function resolve(
  text: string,
  { templating, title }: Pick<BoardFile, 'templating' | 'title'>,
  range: string,
  values: Readonly<Record<string, string>> = {},
) {
  const ofGrafana: Record<string, string> = { __range: range, interval: '1m' }
  return text.replaceAll(/\$(?:(\w+)|\{(\w+)(?::\w+)?\})/g, (_, plain: string | undefined, braced: string) => {
    const name = plain ?? braced
    if (/^\d/.test(name)) return `$${name}` // of label_replace
    const variable = templating.list.find((one) => one.name === name)
    const value = variable && (values[name] ?? ofGrafana[name] ?? variable.allValue ?? variable.current?.value)
    const known = typeof value === 'string' ? value : name.startsWith('__') ? ofGrafana[name] : undefined
    if (known === undefined) throw new Error(`${title} has no variable $${name}: ${text}`)
    return known
  })
}
