import {
  type Attributes,
  type Context,
  context,
  isSpanContextValid,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { attribute, operation, type Phase, spanName } from './catalogue.ts'
import { instruments } from './instruments.ts'

export interface TurnResult {
  /** `chat.outcome` */
  readonly outcome: string
  /** Low cardinality; absent for `finished`, `stopped` and `disconnected`. */
  readonly errorType?: string | undefined
}

/** A stretch of a turn, in milliseconds from its start. */
export interface PhaseSegment {
  readonly phase: Phase
  readonly startMs: number
  readonly endMs: number
}

/**
 * One chat turn: the `invoke_agent assistant` span, `chat.turns`, `chat.turn.duration`, `chat.turn.phase.time` and
 * `chat.streams.active`.
 */
export class Turn {
  readonly #model: string
  readonly #span: Span
  readonly #startMs: number
  readonly #timeline: PhaseSegment[] = []
  #phase: Phase = 'preparing'
  #phaseStartMs = 0
  #stopped = false
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

  /** What the turn does from now on. Hot path: called per chunk, does something only when that changes. */
  enter(phase: Phase): void {
    if (phase === this.#phase) return
    this.#closeSegment()
    this.#phase = phase
  }

  /** Stops the clock. The stretches follow one another without gaps, from 0 to `durationMs`. */
  stop(): { durationMs: number; timeline: readonly PhaseSegment[] } {
    if (!this.#stopped) this.#closeSegment()
    this.#stopped = true
    return { durationMs: this.#phaseStartMs, timeline: this.#timeline }
  }

  #closeSegment(): void {
    const now = Math.round((performance.now() - this.#startMs) * 100) / 100
    if (now > this.#phaseStartMs) this.#timeline.push({ phase: this.#phase, startMs: this.#phaseStartMs, endMs: now })
    this.#phaseStartMs = now
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
    const { durationMs, timeline } = this.stop()
    i.turnDuration.record(durationMs / 1000, attributes)
    for (const { phase, startMs, endMs } of timeline) {
      i.phaseTime.add((endMs - startMs) / 1000, { [attribute.phase]: phase, [attribute.requestModel]: this.#model })
    }
  }
}

/** The 32 hex digits of the active trace, or null when nothing traces. */
export function activeTraceId(): string | null {
  return activeSpanIds().traceId
}

/** Those of the active span and its trace, 16 and 32 hex digits; null when nothing traces. */
export function activeSpanIds(): { traceId: string | null; spanId: string | null } {
  const span = trace.getActiveSpan()?.spanContext()
  return span && isSpanContextValid(span)
    ? { traceId: span.traceId, spanId: span.spanId }
    : { traceId: null, spanId: null }
}
