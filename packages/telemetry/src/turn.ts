import { type Attributes, type Context, context, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { attribute, operation, spanName } from './catalogue.ts'
import { instruments } from './instruments.ts'

export interface TurnResult {
  /** `chat.outcome` */
  readonly outcome: string
  /** Low cardinality; absent for `finished`, `stopped` and `disconnected`. */
  readonly errorType?: string | undefined
}

/** One chat turn: the `invoke_agent assistant` span, `chat.turns`, `chat.turn.duration` and `chat.streams.active`. */
export class Turn {
  readonly #model: string
  readonly #span: Span
  readonly #startMs: number
  #ended = false

  /** Active for everything that the turn does. */
  readonly context: Context

  /** @param startMs `performance.now()` when the request arrived */
  constructor(model: string, conversationId: string, startMs: number) {
    this.#model = model
    this.#startMs = startMs
    this.#span = trace.getTracer('@repo/telemetry').startSpan(spanName.turn, {
      kind: SpanKind.INTERNAL,
      attributes: {
        [attribute.operationName]: operation.invokeAgent,
        [attribute.agentName]: 'assistant',
        [attribute.requestModel]: model,
        [attribute.conversationId]: conversationId,
      },
    })
    this.context = trace.setSpan(context.active(), this.#span)
    instruments().streamsActive.add(1)
  }

  /** Milliseconds since the turn began. */
  get elapsedMs(): number {
    return performance.now() - this.#startMs
  }

  /** Records the outcome. A second call does nothing. */
  end({ outcome, errorType }: TurnResult): void {
    if (this.#ended) return
    this.#ended = true
    const attributes: Attributes = { [attribute.outcome]: outcome, [attribute.requestModel]: this.#model }
    const withError = errorType ? { ...attributes, [attribute.errorType]: errorType } : attributes
    this.#span.setAttributes(withError)
    if (errorType) this.#span.setStatus({ code: SpanStatusCode.ERROR, message: errorType })
    this.#span.end()
    const i = instruments()
    i.streamsActive.add(-1)
    i.turns.add(1, withError)
    i.turnDuration.record(this.elapsedMs / 1000, attributes)
  }
}

/** The 32 hex digits of the active trace, or null when nothing traces. */
export function activeTraceId(): string | null {
  const id = trace.getActiveSpan()?.spanContext().traceId
  return id && /[^0]/.test(id) ? id : null
}
