/** A tool that an answer calls first. */
export interface ToolUse {
  /** Or what its name contains. */
  readonly name: string | RegExp
  /** Arguments as the model writes them: JSON, or what it takes for JSON. Of what the tools before this one said, if any. */
  readonly input: string | ((outputs: readonly string[]) => string)
  /** Called once this one has answered; what is said in the end is the last one's. */
  readonly next?: ToolUse
  /** Not called after all, for what the tools before it said. */
  readonly skip?: (outputs: readonly string[]) => boolean
  /** What it says once it has the tool's output; of all tools in order. */
  readonly answer: (output: string, outputs: readonly string[]) => string
  /** Calls again instead of answering, even where `tool_choice` forbids it. */
  readonly forever?: boolean
}
