import type { Config } from '../config.ts'
import type { Tool, Toolbox, ToolSource } from '../extension-points/tools.ts'
import { calculator } from './calculator.ts'
import { currentTime } from './current-time.ts'
import { runTool } from './run-tool.ts'

/** The tools of this process. A new one: its file, and its name here. */
const own: readonly Tool[] = [calculator, currentTime]

/** Gives the model the tools of this process and of all sources, unless they are switched off. */
export async function tools(
  _app: unknown,
  services: { config: Config; toolSources: readonly ToolSource[]; toolbox: Toolbox },
): Promise<void> {
  const { config, toolSources } = services
  if (!config.tools.enabled) return
  services.toolbox = {
    tools: () => new Map([...own, ...toolSources.flatMap((source) => source.tools())].map((tool) => [tool.name, tool])),
    notices: () => toolSources.flatMap((source) => source.notices()),
    run: runTool,
  }
}
