import type { ChatData } from '@repo/contract/message'
import { calculator } from './calculator.ts'
import { currentTime } from './current-time.ts'
import type { Tool } from './tool.ts'

/** The tools of this process. A new one: its file, and its name here. */
const own: readonly Tool[] = [calculator, currentTime]

/** Tools that come and go at run time. */
export interface ToolSource {
  tools(): readonly Tool[]
  /** What people should know before they wonder why a tool is missing. */
  notices(): readonly ChatData['notice'][]
}

/** All that the model may call. */
export class Toolbox {
  readonly #source: ToolSource | undefined
  readonly #enabled: boolean

  constructor(enabled: boolean, source?: ToolSource) {
    this.#enabled = enabled
    this.#source = source
  }

  /** By name, as of now. Empty when tools are switched off. */
  tools(): ReadonlyMap<string, Tool> {
    if (!this.#enabled) return new Map()
    return new Map([...own, ...(this.#source?.tools() ?? [])].map((tool) => [tool.name, tool]))
  }

  notices(): readonly ChatData['notice'][] {
    return (this.#enabled && this.#source?.notices()) || []
  }
}
