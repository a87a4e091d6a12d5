import { errorType } from './catalogue.ts'

/** Answering models that a model may have in a process: aliases and dated versions are a few. */
const MOST = 20
const seen = new Map<string, Set<string>>()

/**
 * The name of the model that answered, as a label of metrics. A server writes what it likes there, such as another name
 * with each answer: beyond 20 names for one requested model it is `_OTHER`, and only the span has the name.
 */
export function boundedModel(requestModel: string, responseModel: string): string {
  const names = seen.get(requestModel) ?? new Set([requestModel])
  seen.set(requestModel, names)
  if (names.size < MOST) names.add(responseModel)
  return names.has(responseModel) ? responseModel : errorType.other
}
