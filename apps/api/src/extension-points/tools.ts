import type { ChatData, ChatMessage } from '@repo/contract/message'
import type { InferUIMessageChunk } from 'ai'
import type { FastifyBaseLogger } from 'fastify'

/** A tool as the model is told of it, and as it is run. */
export interface Tool {
  /** What providers take: letters, digits, `_` and `-`, at most 64. */
  readonly name: string
  /** For people; the name if absent. */
  readonly title?: string
  readonly description: string
  /** JSON Schema of an object, in the form that providers take. */
  readonly inputSchema: Readonly<Record<string, unknown>>
  /** The same with nothing that only some of them know, for models that refuse the first. */
  readonly plainSchema: Readonly<Record<string, unknown>>
  /** `function`: runs in this process; `extension`: an MCP server runs it. */
  readonly type: 'function' | 'extension'
  /** The MCP server that runs it. */
  readonly server?: string
  /** It changes nothing, or the operator vouches for it: nobody has to approve its calls. */
  readonly readOnly: boolean
  /** Its server says that what it does may destroy something. */
  readonly destructive?: boolean
  /**
   * @param input an object, otherwise as the model wrote it
   * @returns a JSON value, for the model and for the page
   * @throws {ToolError} with a message for the model
   */
  run(input: Record<string, unknown>, signal: AbortSignal, conversationId: string): Promise<unknown>
}

/** A call as the model made it. */
export interface ToolCall {
  readonly id: string
  readonly name: string
  /** The parsed input, or the model's own text where that is no JSON object. */
  readonly input: unknown
}

/** Exactly one of `output` and `errorText`. Both may be stored, shown, and given to the model. */
export type ToolResult = { readonly durationMs: number } & (
  | { readonly output: unknown; readonly errorText?: undefined }
  | { readonly errorText: string; readonly output?: undefined }
)

export interface ToolRun {
  readonly conversationId: string
  readonly signal: AbortSignal
  readonly log: FastifyBaseLogger
}

/** What calls of a turn have of it; the same object for all of them. */
export interface TurnOfCall extends ToolRun {
  /** Writes to the answer. */
  tell(part: InferUIMessageChunk<ChatMessage>): void
  /** What the turn does from now on. */
  enter(phase: 'approval' | 'tool'): void
}

/**
 * Asks the person about a call of a tool that is not read-only. Never rejects.
 * @returns whether it may run; if not, the answer has been told what the model gets instead, or the turn has been ended
 */
export type Approve = (tool: Tool, call: ToolCall, turn: TurnOfCall) => Promise<boolean>

/** Tools that come and go at run time. */
export interface ToolSource {
  tools(): readonly Tool[]
  /** What people should know before they wonder why a tool is missing. */
  notices(): readonly ChatData['notice'][]
}

/** All that the model may call. */
export interface Toolbox {
  /** By name, as of now. */
  tools(): ReadonlyMap<string, Tool>
  notices(): readonly ChatData['notice'][]
  /**
   * Never rejects: whatever goes wrong is an answer to the model.
   * @param tool undefined: the model called one that does not exist
   * @returns null: it was not approved
   */
  run(tool: Tool | undefined, call: ToolCall, turn: TurnOfCall): Promise<ToolResult | null>
}

/** Stands in for the tools: there are none, whatever a model calls. */
export const noTools: Toolbox = {
  tools: () => new Map(),
  notices: () => [],
  run: async () => ({ durationMs: 0, errorText: 'There are no tools.' }),
}
