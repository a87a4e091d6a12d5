import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Alert, PanelRef } from './rule.ts'

/** Where people open Grafana: of use in a message, which Grafana does not show itself. */
const GRAFANA = 'http://localhost:3001'

/**
 * The standard field of package.json, which a fork sets to itself. Without it a runbook is named by its path, which is right
 * in every clone, but nothing to click on.
 */
const { repository }: { repository?: string } = read('package.json')
const runbooks = `${repository ? `${repository.replace(/\.git$/, '')}/blob/main/` : ''}docs/runbooks`

/** Annotations that lead on from an alert. Those in underscores make Grafana's own buttons to the panel. */
export function links({ alert, panel }: Alert): Record<string, string> {
  const id = String(panelId(panel))
  return {
    runbook_url: `${runbooks}/${alert}.md`,
    dashboard: `${GRAFANA}/d/${panel.board}?viewPanel=panel-${id}`,
    __dashboardUid__: panel.board,
    __panelId__: id,
  }
}

interface Panel {
  readonly id?: number
  readonly title?: string
}

/** @throws when the generated board has no such panel: a link that leads nowhere is no link */
function panelId({ board, title }: PanelRef): number {
  const { panels }: { panels: Panel[] } = read(`grafana/dashboards/${board}.json`)
  const id = panels.find((panel) => panel.title === title)?.id
  if (id === undefined) throw new Error(`there is no panel "${title}" on the board ${board}`)
  return id
}

function read<T>(file: string): T {
  return JSON.parse(readFileSync(path.join(import.meta.dirname, '../../../..', file), 'utf8'))
}
