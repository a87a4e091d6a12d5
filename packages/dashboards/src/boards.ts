import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { browser } from './browser.ts'
import { containers } from './containers.ts'
import { conversation } from './conversation.ts'
import { llmCost } from './llm-cost.ts'
import { llmOverview } from './llm-overview.ts'
import { llmPerformance } from './llm-performance.ts'
import { pipeline } from './pipeline.ts'
import { services } from './services.ts'

/** In the order of their names in docs and tests: from what users see to what the machine does. */
export function boards(): Dashboard[] {
  return [llmOverview, llmPerformance, llmCost, conversation, services, browser, pipeline, containers].map((build) =>
    numbered(build()),
  )
}

/** Every generated file, by its path in the repository. */
export function generatedFiles(): Map<string, string> {
  return new Map(
    boards().map((board) => [`grafana/dashboards/${board.uid}.json`, `${JSON.stringify(board, null, 2)}\n`]),
  )
}

/** Links lead to a panel by its id. */
function numbered(board: Dashboard): Dashboard {
  return { ...board, panels: (board.panels ?? []).map((panel, index) => ({ ...panel, id: index + 1 })) }
}
