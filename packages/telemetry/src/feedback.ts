import { ROOT_CONTEXT, TraceFlags, trace } from '@opentelemetry/api'
import { SeverityNumber } from '@opentelemetry/api-logs'
import { attribute, event } from './catalogue.ts'
import { instruments } from './instruments.ts'
import { logger } from './scope.ts'

export interface RatedAnswer {
  readonly rating: 'up' | 'down'
  readonly model: string
  readonly conversationId: string
  readonly responseId: string | null
  /** Of the turn, as they were stored with the answer. */
  readonly traceId: string | null
  readonly spanId: string | null
}

/**
 * Counts a rating, and records it as the conventions' `gen_ai.evaluation.result`: as part of the turn's own trace, which
 * ended long ago, so that the trace shows what people thought of it. What they wrote is not in it.
 */
export function recordFeedback({ rating, model, conversationId, responseId, traceId, spanId }: RatedAnswer): void {
  instruments().feedback.add(1, { [attribute.feedbackRating]: rating, [attribute.requestModel]: model })
  const turn = traceId && spanId ? { traceId, spanId, traceFlags: TraceFlags.SAMPLED } : undefined
  logger().emit({
    eventName: event.evaluation,
    severityNumber: SeverityNumber.INFO,
    severityText: 'info',
    body: `the visitor rated the answer: ${rating}`,
    context: turn ? trace.setSpanContext(ROOT_CONTEXT, turn) : ROOT_CONTEXT,
    attributes: {
      [attribute.eventName]: event.evaluation,
      [attribute.evaluationName]: 'user_feedback',
      [attribute.evaluationScoreValue]: rating === 'up' ? 1 : 0,
      [attribute.evaluationScoreLabel]: rating,
      [attribute.conversationId]: conversationId,
      [attribute.requestModel]: model,
      ...(responseId ? { [attribute.responseId]: responseId } : {}),
    },
  })
}
