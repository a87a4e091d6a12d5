import { type Context, context, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { attribute, operation, spanName } from './catalogue.ts'
import { instruments } from './instruments.ts'
import { capturesContent, redacted } from './message-content.ts'

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

export interface ToolResult {
  /** Low cardinality; absent if it worked. */
  readonly errorType?: string | undefined
  /** False for a call that was ended on purpose: it has an `error.type`, yet nothing is broken. */
  readonly isError?: boolean
  /** Recorded only if content capture is switched on. */
  readonly output: string
}

/** One call of a tool: the `execute_tool {name}` INTERNAL span and `gen_ai.execute_tool.duration`. */
export class ToolExecution {
  readonly #name: string
  readonly #span: Span
  readonly #startMs = performance.now()

  /** Active while the tool runs, so that what it calls becomes a child. */
  readonly context: Context

  constructor({ name, type, callId, conversationId, input }: ToolRequest) {
    this.#name = name
    this.#span = trace.getTracer('@repo/telemetry').startSpan(spanName.tool(name), {
      kind: SpanKind.INTERNAL,
      attributes: {
        [attribute.operationName]: operation.executeTool,
        [attribute.toolName]: name,
        [attribute.toolType]: type,
        [attribute.toolCallId]: callId,
        [attribute.agentName]: 'assistant',
        [attribute.conversationId]: conversationId,
        ...(capturesContent() && { [attribute.toolCallArguments]: redacted(input) }),
      },
    })
    this.context = trace.setSpan(context.active(), this.#span)
  }

  /** To be called once. @returns how long the call took, in milliseconds */
  end({ errorType, isError = true, output }: ToolResult): number {
    const durationMs = performance.now() - this.#startMs
    const error = errorType ? { [attribute.errorType]: errorType } : {}
    this.#span.setAttributes({ ...error, ...(capturesContent() && { [attribute.toolCallResult]: redacted(output) }) })
    if (errorType && isError) this.#span.setStatus({ code: SpanStatusCode.ERROR, message: errorType })
    this.#span.end()
    instruments().toolDuration.record(durationMs / 1000, { [attribute.toolName]: this.#name, ...error })
    return durationMs
  }
}
