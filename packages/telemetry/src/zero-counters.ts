import { attribute, type CostSource, errorType, operation, phases, type RejectionReason } from './catalogue.ts'
import { modelAttributes } from './inference.ts'
import { instruments } from './instruments.ts'
import { ofPrompt } from './turn.ts'

export interface CountedModel {
  /** As turns name it. */
  readonly id: string
  /** As its server calls it: the same, unless several servers have one of that name. */
  readonly name: string
  readonly server: { readonly provider: string }
  /** `source`: where its price will come from, as far as is known before the first call. */
  readonly prices: { source(model: string, provider: string): CostSource | null }
}

/** Errors that a healthy provider, too, causes now and then; rarer ones start with their first occurrence. */
const expected = {
  failed: [
    errorType.firstChunkTimeout,
    errorType.idleTimeout,
    errorType.connection,
    errorType.stream,
    errorType.noContent,
    errorType.contextLength,
    errorType.outOfCredit,
    '429',
    '500',
    '503',
  ],
  truncated: [
    errorType.noFinishReason,
    errorType.length,
    errorType.contextFull,
    errorType.contentFilter,
    errorType.stepLimit,
  ],
}
const rejectionReasons: RejectionReason[] = ['rate', 'budget', 'visitor_budget', 'too_long', 'model', 'busy']

/**
 * Starts the counters of every model with an explicit 0. Prometheus takes a counter's first value as its base, so
 * without this the first failure, the first cent and the first retry of each process would be missing from every
 * `rate` and `increase`.
 */
export function zeroCounters(models: readonly CountedModel[]): void {
  const i = instruments()
  i.streamsActive.add(0)
  i.rejoins.add(0)
  for (const reason of rejectionReasons) i.rejections.add(0, { [attribute.rejectionReason]: reason })
  for (const { id, name: model, server, prices } of models) {
    const { provider } = server
    const costSource = prices.source(model, provider)
    const base = modelAttributes(provider, model)
    const response = { ...base, [attribute.responseModel]: model }
    const ofCall = { [attribute.operationName]: operation.chat, ...response, ...ofPrompt.metrics }
    const tokens = { ...ofCall, [attribute.tokenModality]: 'text' }
    const inputs = [i.inputTokens, i.cacheReadInputTokens, i.cacheWriteInputTokens]
    for (const counter of [...inputs, i.outputTokens, i.reasoningOutputTokens]) counter.add(0, tokens)
    i.inputTokens.add(0, { ...tokens, [attribute.tokenModality]: 'image' })
    for (const counter of [i.unpriced, i.unmetered, i.adaptations, i.images, i.imageCost]) counter.add(0, base)
    if (costSource) i.cost.add(0, { ...response, ...ofPrompt.metrics, [attribute.costSource]: costSource })
    for (const type of expected.failed)
      for (const counter of [i.retries, i.fallbacks]) counter.add(0, { ...base, [attribute.errorType]: type })

    const ofTurn = { [attribute.requestModel]: id }
    const requested = { ...ofTurn, ...ofPrompt.metrics }
    for (const rating of ['up', 'down']) i.feedback.add(0, { ...requested, [attribute.feedbackRating]: rating })
    for (const phase of phases) i.phaseTime.add(0, { ...ofTurn, [attribute.phase]: phase })
    for (const outcome of ['finished', 'stopped', 'disconnected'])
      i.turns.add(0, { ...requested, [attribute.outcome]: outcome })
    for (const [outcome, types] of Object.entries(expected)) {
      for (const type of types)
        i.turns.add(0, { ...requested, [attribute.outcome]: outcome, [attribute.errorType]: type })
    }
  }
}
