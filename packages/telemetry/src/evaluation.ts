import { ROOT_CONTEXT, TraceFlags, trace } from '@opentelemetry/api'
import { SeverityNumber } from '@opentelemetry/api-logs'
import { attribute, event } from './catalogue.ts'
import { instruments } from './instruments.ts'
import { logger } from './scope.ts'

/** What somebody or something thinks of an answer. */
export interface Evaluation {
  /** Of how it was judged: of few values, a label. */
  readonly name: string
  /** From 0 to 1. */
  readonly score: number
  readonly label: string
  /** Without what people or models wrote. */
  readonly explanation?: string | undefined
  readonly model: string
  readonly conversationId: string
  readonly responseId?: string | null
  /** Of the system prompt; null: unknown. */
  readonly promptVersion: string | null
  /** Of the turn, as they were stored with the answer. */
  readonly traceId: string | null
  readonly spanId: string | null
}

/**
 * Records the conventions' `gen_ai.evaluation.result`: as part of the turn's own trace, which ended long ago, as a child of the
 * span that is judged.
 */
export function recordEvaluation(evaluation: Evaluation): void {
  const { name, score, label, explanation, model, conversationId, responseId, promptVersion, traceId, spanId } =
    evaluation
  const turn = traceId && spanId ? { traceId, spanId, traceFlags: TraceFlags.SAMPLED } : undefined
  logger().emit({
    eventName: event.evaluation,
    severityNumber: SeverityNumber.INFO,
    severityText: 'info',
    body: `${name}: ${label}${explanation ? ` (${explanation})` : ''}`,
    context: turn ? trace.setSpanContext(ROOT_CONTEXT, turn) : ROOT_CONTEXT,
    attributes: {
      [attribute.eventName]: event.evaluation,
      [attribute.evaluationName]: name,
      [attribute.evaluationScoreValue]: score,
      [attribute.evaluationScoreLabel]: label,
      ...(explanation && { [attribute.evaluationExplanation]: explanation }),
      [attribute.conversationId]: conversationId,
      [attribute.requestModel]: model,
      ...(promptVersion && { [attribute.promptVersion]: promptVersion }),
      ...(responseId && { [attribute.responseId]: responseId }),
    },
  })
}

/** Shares of answers that passed, as `chat.evaluation.score`: read when metrics are collected, and at the end. */
export function observeScores(
  scores: () => Iterable<Pick<Evaluation, 'name' | 'model' | 'promptVersion' | 'score'>>,
): void {
  instruments().evaluationScore.addCallback((result) => {
    for (const { name, model, promptVersion, score } of scores())
      result.observe(score, {
        [attribute.evaluationName]: name,
        [attribute.requestModel]: model,
        ...(promptVersion && { [attribute.promptVersion]: promptVersion }),
      })
  })
}
