import { attribute } from './catalogue.ts'
import { type Evaluation, recordEvaluation } from './evaluation.ts'
import { instruments } from './instruments.ts'

export interface RatedAnswer extends Omit<Evaluation, 'name' | 'score' | 'label'> {
  readonly rating: 'up' | 'down'
}

/** Counts a rating, and records it as part of the turn's trace. What people wrote is not in it. */
export function recordFeedback({ rating, ...answer }: RatedAnswer): void {
  instruments().feedback.add(1, {
    [attribute.feedbackRating]: rating,
    [attribute.requestModel]: answer.model,
    ...(answer.promptVersion && { [attribute.promptVersion]: answer.promptVersion }),
  })
  recordEvaluation({ ...answer, name: 'user_feedback', score: rating === 'up' ? 1 : 0, label: rating })
}
