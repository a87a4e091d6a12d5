import {
  type Attributes,
  type Context,
  context,
  createContextKey,
  isSpanContextValid,
  type Span,
  SpanKind,
  trace,
} from '@opentelemetry/api'
import { agent, attribute, event, incompleteReasons, operation, type Phase, spanName } from './catalogue.ts'
import { endingAttributes, endSpan } from './ending.ts'
import { instruments } from './instruments.ts'
import { tracer } from './scope.ts'

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

interface Calls {
  inferenceCalls: number
  toolCalls: number
}
const CALLS = createContextKey('calls of the turn')
/** What is said of the system prompt, if anything knows it: on spans of turns and model calls, and on their metrics. */
export const ofPrompt = { span: {} as Attributes, metrics: {} as Attributes }
const ofAgent = Object.freeze({ [attribute.agentName]: agent })

/** What the agent does, counted where it is done: in the context of the turn that it is done for, if any. */
export function countInTurn(kind: keyof Calls): void {
  const calls = context.active().getValue(CALLS) as Calls | undefined
  if (calls) calls[kind]++
}

/** One chat turn: the `invoke_agent assistant` span, and all metrics of turns and of the agent. */
export class Turn {
  readonly #model: string
  readonly #agent: Attributes
  readonly #calls: Calls = { inferenceCalls: 0, toolCalls: 0 }
  readonly #span: Span
  readonly #spanMs = performance.now()
  readonly #startMs: number
  readonly #timeline: PhaseSegment[] = []
  #phase: Phase = 'preparing'
  #phaseStartMs = 0
  #stopped = false
  #ended = false

  /** Active for everything that the turn does. */
  readonly context: Context

  /**
   * @param startMs `performance.now()` when the request arrived
   * @param only whether there is no other model: only then is it the agent's
   */
  constructor(model: string, conversationId: string, startMs: number, only: boolean) {
    this.#model = model
    this.#agent = Object.freeze({ ...ofAgent, ...(only && { [attribute.requestModel]: model }) })
    this.#startMs = startMs
    this.#span = tracer().startSpan(spanName.turn, {
      kind: SpanKind.INTERNAL,
      attributes: {
        [attribute.operationName]: operation.invokeAgent,
        ...this.#agent,
        [attribute.turnModel]: model,
        ...ofPrompt.span,
        [attribute.conversationId]: conversationId,
      },
    })
    this.context = trace.setSpan(context.active(), this.#span).setValue(CALLS, this.#calls)
    instruments().streamsActive.add(1)
  }

  /** What the turn does from now on. Hot path: called per chunk, does something only when that changes. */
  enter(phase: Phase): void {
    if (phase === this.#phase) return
    this.#closeSegment()
    this.#phase = phase
  }

  /** A reader came back to the answer: linked to the request that it came with. */
  rejoined(): void {
    const request = trace.getActiveSpan()?.spanContext()
    if (request) this.#span.addLink({ context: request })
    this.#span.addEvent(event.rejoin)
    instruments().rejoins.add(1)
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
    const asked = { [attribute.requestModel]: this.#model, ...ofPrompt.metrics }
    const attributes = Object.freeze({ [attribute.outcome]: outcome, ...asked })
    const isError = outcome === 'failed' || !incompleteReasons.has(errorType ?? '')
    const ending = endingAttributes({ errorType, isError })
    this.#span.setAttribute(attribute.outcome, outcome)
    endSpan(this.#span, ending)
    const i = instruments()
    i.agentDuration.record(
      (performance.now() - this.#spanMs) / 1000,
      isError && errorType ? { ...this.#agent, ...ending } : this.#agent,
    )
    i.agentInferenceCalls.record(this.#calls.inferenceCalls, ofAgent)
    i.agentToolCalls.record(this.#calls.toolCalls, ofAgent)
    i.streamsActive.add(-1)
    i.turns.add(1, errorType ? { ...attributes, [attribute.errorType]: errorType } : attributes)
    const { durationMs, timeline } = this.stop()
    // How long a person took says nothing of how fast the chat is.
    const askedMs = timeline.reduce(
      (ms, { phase, startMs, endMs }) => ms + (phase === 'approval' ? endMs - startMs : 0),
      0,
    )
    i.turnDuration.record((durationMs - askedMs) / 1000, attributes)
    for (const { phase, startMs, endMs } of timeline) {
      i.phaseTime.add((endMs - startMs) / 1000, { [attribute.phase]: phase, [attribute.requestModel]: this.#model })
    }
  }
}

/** Those of the active span and its trace, 16 and 32 hex digits; null when nothing traces. */
export function activeSpanIds(): { traceId: string | null; spanId: string | null } {
  const span = trace.getActiveSpan()?.spanContext()
  return span && isSpanContextValid(span)
    ? { traceId: span.traceId, spanId: span.spanId }
    : { traceId: null, spanId: null }
}
