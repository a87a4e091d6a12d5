import type { Config } from '../config.ts'
import type { Conversations } from '../db/conversations.ts'
import type { Approve, Tool, Toolbox, ToolSource } from '../extension-points/tools.ts'
import { calculator } from './calculator.ts'
import { currentTime } from './current-time.ts'
import { renameConversation } from './rename-conversation.ts'
import { runTool } from './run-tool.ts'

interface Services {
  readonly config: Config
  readonly conversations: Conversations
  readonly toolSources: readonly ToolSource[]
  readonly approve: Approve | undefined
  toolbox: Toolbox
}

/** Gives the model the tools of this process and of all sources, unless they are switched off. */
export async function tools(_app: unknown, services: Services): Promise<void> {
  const { config, conversations, toolSources } = services
  if (!config.tools.enabled) return
  /** The tools of this process. A new one: its file, and its name here. */
  const own: readonly Tool[] = [calculator, currentTime, renameConversation(conversations)]
  services.toolbox = {
    tools: () => {
      const all = [...own, ...toolSources.flatMap((source) => source.tools())]
      // Where nobody can be asked, only what changes nothing is offered.
      return new Map(all.filter(({ readOnly }) => readOnly || services.approve).map((tool) => [tool.name, tool]))
    },
    notices: () => toolSources.flatMap((source) => source.notices()),
    run: async (tool, call, turn) => {
      const approved = !tool || tool.readOnly || (await services.approve?.(tool, call, turn))
      return approved ? runTool(tool, call, turn) : null
    },
  }
}
