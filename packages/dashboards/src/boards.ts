import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { llmOverview } from './llm-overview.ts'

/** Every generated file, by its path in the repository. */
export function generatedFiles(): Map<string, string> {
  const boards = [llmOverview()].map(numbered)
  return new Map(boards.map((board) => [`grafana/dashboards/${board.uid}.json`, `${JSON.stringify(board, null, 2)}\n`]))
}

/** Links lead to a panel by its id. */
function numbered(board: Dashboard): Dashboard {
  return { ...board, panels: (board.panels ?? []).map((panel, index) => ({ id: index + 1, ...panel })) }
}
