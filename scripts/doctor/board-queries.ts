import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { root } from '../run.ts'

/** A query of a panel, with Grafana's variables filled in. */
export interface BoardQuery {
  /** `Board / Panel` */
  readonly panel: string
  readonly datasource: 'mimir' | 'loki' | 'tempo'
  readonly query: string
}

interface Panel {
  title?: string
  panels?: Panel[]
  datasource?: { uid?: string }
  targets?: { expr?: string; query?: string; datasource?: { uid?: string } }[]
}

const builtIn: Record<string, string> = { __rate_interval: '1m', __interval: '15s', __range: '1h', __auto: '1m' }

/** Every query of every board in grafana/dashboards, as Grafana would send it with all variables at "All". */
export function boardQueries(): BoardQuery[] {
  const folder = path.join(root, 'grafana/dashboards')
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => {
      const board = JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as { title: string; panels: Panel[] }
      const panels = board.panels.flatMap((panel) => [panel, ...(panel.panels ?? [])])
      return panels.flatMap((panel) =>
        (panel.targets ?? []).flatMap((target): BoardQuery[] => {
          const text = target.expr ?? target.query
          const uid = target.datasource?.uid ?? panel.datasource?.uid
          if (!text || !(uid === 'mimir' || uid === 'loki' || uid === 'tempo')) return []
          const query = text.replaceAll(/\$\{?(\w+)(?::\w+)?\}?/g, (_, variable: string) => builtIn[variable] ?? '.*')
          return [{ panel: `${board.title} / ${panel.title}`, datasource: uid, query }]
        }),
      )
    })
}
