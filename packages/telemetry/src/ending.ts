import { type Attributes, context, type Span, SpanStatusCode, trace } from '@opentelemetry/api'
import { attribute } from './catalogue.ts'

export interface Ending {
  /** Low cardinality: an HTTP status, a timeout's name. Absent for what came to its end. */
  readonly errorType?: string | undefined
  /** False for what did not fail, although it is not whole: the word is then no `error.type`. */
  readonly isError?: boolean
}

/** `error.type` of what failed; why it is not whole of what did not; nothing of what came to its end. */
export function endingAttributes({ errorType, isError = true }: Ending): Attributes {
  return errorType ? { [isError ? attribute.errorType : attribute.incompleteReason]: errorType } : {}
}

/** Ends a span with the status that its ending has. @param last is done in its context before */
export function endSpan(span: Span, ending: Attributes, last?: () => void): void {
  const error = ending[attribute.errorType]
  span.setAttributes(ending)
  if (error) span.setStatus({ code: SpanStatusCode.ERROR, message: String(error) })
  if (last) context.with(trace.setSpan(context.active(), span), last)
  span.end()
}
