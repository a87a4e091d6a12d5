import { llmOverview } from './llm-overview.ts'

/** Every generated file, by its path in the repository. */
export function generatedFiles(): Map<string, string> {
  const boards = [llmOverview()]
  return new Map(boards.map((board) => [`grafana/dashboards/${board.uid}.json`, `${JSON.stringify(board, null, 2)}\n`]))
}
