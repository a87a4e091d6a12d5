import { type Attributes, type Context, context, type Span, SpanKind, trace } from '@opentelemetry/api'
import { agent, attribute, operation, spanName } from './catalogue.ts'
import { type Ending, endingAttributes, endSpan } from './ending.ts'
import * as features from './features.ts'
import { instruments } from './instruments.ts'
import type { CallFeature, ToolWatch } from './model-call.ts'
import { tracer } from './scope.ts'
import { countInTurn } from './turn.ts'

export interface ToolRequest {
  /** Of a tool that exists: what a model makes up must not become a label. */
  readonly name: string
  /** `function`: it runs here; `extension`: another server runs it. */
  readonly type: 'function' | 'extension'
  readonly callId: string
  readonly conversationId: string
  /** JSON; recorded only if content capture is switched on. */
  readonly input: string
}

export interface ToolResult extends Ending {
  /** What was thrown, where it failed: its type goes into an event. */
  readonly error?: unknown
  /** Recorded only if content capture is switched on. */
  readonly output: string
}

const watched = Object.values<CallFeature>(features)

/** One call of a tool: the `execute_tool {name}` INTERNAL span and `gen_ai.execute_tool.duration`. */
export class ToolExecution {
  readonly #attributes: Attributes
  readonly #span: Span
  readonly #startMs = performance.now()
  readonly #watches: readonly ToolWatch[]

  /** Active while the tool runs, so that what it calls becomes a child. */
  readonly context: Context

  constructor({ name, type, callId, conversationId, input }: ToolRequest) {
    this.#attributes = { [attribute.toolName]: name, [attribute.toolType]: type, [attribute.agentName]: agent }
    this.#span = tracer().startSpan(spanName.tool(name), {
      kind: SpanKind.INTERNAL,
      attributes: {
        [attribute.operationName]: operation.executeTool,
        ...this.#attributes,
        [attribute.toolCallId]: callId,
        [attribute.conversationId]: conversationId,
      },
    })
    countInTurn('toolCalls')
    this.context = trace.setSpan(context.active(), this.#span)
    this.#watches = watched.flatMap((feature) => feature.tool?.(this.#span, input) ?? [])
  }

  /** To be called once. @returns how long the call took, in milliseconds */
  end({ output, error, ...ended }: ToolResult): number {
    const durationMs = performance.now() - this.#startMs
    const ending = endingAttributes(ended)
    const failure = ending[attribute.errorType] ? error : undefined
    endSpan(this.#span, ending, () => {
      for (const watch of this.#watches) watch.end(output, failure)
    })
    instruments().toolDuration.record(durationMs / 1000, { ...this.#attributes, ...ending })
    return durationMs
  }
}
