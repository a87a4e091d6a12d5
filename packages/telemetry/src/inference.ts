import { type Attributes, type Context, context, propagation, type Span, SpanKind, trace } from '@opentelemetry/api'
import { boundedModel } from './bounded-model.ts'
import { attribute, operation, spanName } from './catalogue.ts'
import { endingAttributes, endSpan } from './ending.ts'
import * as features from './features.ts'
import { instruments } from './instruments.ts'
import type { CallFeature, ContentEvent, InferenceRequest, InferenceResult, InferenceWatch } from './model-call.ts'
import { tracer } from './scope.ts'
import { countInTurn, ofPrompt } from './turn.ts'

/** Whose own attributes these calls may have: `openai.*`. */
const OPENAI = 'openai'
const watched = Object.values<CallFeature>(features)

/** Attributes that a model's metrics have before its first answer is known. */
export function modelAttributes(provider: string, model: string): Attributes {
  return { [attribute.providerName]: provider, [attribute.requestModel]: model }
}

/** A model call failed before its first chunk, and another model is asked instead. */
export function countFallback(provider: string, model: string, type: string): void {
  instruments().fallbacks.add(1, { ...modelAttributes(provider, model), [attribute.errorType]: type })
}

/**
 * One streamed model call: the `chat {model}` CLIENT span and every `gen_ai.client.inference.*` metric. It covers the
 * call as the application sees it, retries included, and ends exactly once.
 */
export class Inference {
  readonly #request: InferenceRequest
  readonly #model: Attributes
  readonly #attributes: Attributes
  readonly #span: Span
  readonly #startMs = performance.now()
  #firstChunkMs = 0
  #lastChunkMs = 0
  #retries = 0
  #adaptations = 0
  #ended = false
  readonly #watches: readonly InferenceWatch[]

  /** Active while the provider is called, so that HTTP attempts become children. Carries no baggage out of the house. */
  readonly context: Context

  constructor(request: InferenceRequest) {
    this.#request = request
    this.#model = Object.freeze(modelAttributes(request.provider, request.model))
    this.#attributes = {
      [attribute.operationName]: operation.chat,
      ...this.#model,
      [attribute.requestStream]: true,
      [attribute.requestMaxTokens]: request.maxTokens,
      [attribute.conversationId]: request.conversationId,
      ...ofPrompt.span,
      ...(request.provider === OPENAI && { [attribute.openaiApiType]: 'chat_completions' }),
      [attribute.serverAddress]: request.serverAddress,
      [attribute.serverPort]: request.serverPort,
    }
    this.#span = tracer().startSpan(spanName.inference(request.model), {
      kind: SpanKind.CLIENT,
      attributes: this.#attributes,
    })
    countInTurn('inferenceCalls')
    this.context = propagation.deleteBaggage(trace.setSpan(context.active(), this.#span))
    this.#watches = watched.flatMap((feature) => feature.inference(request, this.#span) ?? [])
  }

  /** Milliseconds from start to the first chunk; null before it. */
  get timeToFirstChunkMs(): number | null {
    return this.#firstChunkMs === 0 ? null : this.#firstChunkMs - this.#startMs
  }

  /**
   * To be called for each chunk with content or reasoning. Hot path: no allocation, no span event, no attribute hashing.
   */
  chunk(content: readonly ContentEvent[]): void {
    this.content(content)
    const now = performance.now()
    if (this.#firstChunkMs === 0) this.#firstChunkMs = now
    else for (const watch of this.#watches) watch.gap?.((now - this.#lastChunkMs) / 1000)
    this.#lastChunkMs = now
  }

  /** What had been held back, and comes when no chunk does any more. */
  content(content: readonly ContentEvent[]): void {
    for (const watch of this.#watches) watch.content?.(content)
  }

  /** An attempt failed before its first chunk and is made again. */
  retry(errorType: string): void {
    this.#retries++
    instruments().retries.add(1, { ...this.#model, [attribute.errorType]: errorType })
  }

  /** The request was refused for its form, and is made again in another. */
  adapt(): void {
    this.#adaptations++
    instruments().adaptations.add(1, this.#model)
  }

  /** Records the outcome. A second call does nothing. */
  end(result: InferenceResult): void {
    if (this.#ended) return
    this.#ended = true
    const { usage, cost } = result
    const ttftMs = this.timeToFirstChunkMs
    const ending = endingAttributes(result)
    const tier = this.#request.provider === OPENAI ? defined(attribute.openaiServiceTier, result.serviceTier) : {}
    const attributes = {
      // The conventions put `error` in the place of a generation that was cancelled, failed or ended early.
      [attribute.responseFinishReasons]: [result.finishReason ?? 'error'],
      ...defined(attribute.responseModel, result.responseModel),
      ...defined(attribute.responseId, result.responseId),
      ...tier,
      ...defined(attribute.responseTimeToFirstChunk, ttftMs === null ? undefined : ttftMs / 1000),
      ...ending,
      ...result.refusal,
      ...defined(attribute.retryCount, this.#retries || undefined),
      ...defined(attribute.adaptationCount, this.#adaptations || undefined),
      ...defined(attribute.usageInputTokens, usage?.inputTokens),
      ...defined(attribute.usageOutputTokens, usage?.outputTokens),
      ...defined(attribute.usageCacheReadInputTokens, usage?.cachedInputTokens),
      ...defined(attribute.usageCacheWriteInputTokens, usage?.cacheWriteInputTokens),
      ...defined(attribute.usageReasoningOutputTokens, usage?.reasoningTokens),
      ...defined(attribute.usageImageInputTokens, usage?.imageTokens || undefined),
      ...defined(attribute.cost, cost?.usd),
      ...defined(attribute.costSource, cost?.source),
      ...defined(attribute.priceDate, cost?.date),
    }
    // Attribute sets are made once for each call, and shared by its measurements.
    const answering = { ...this.#model, ...this.#answeredBy(result) }
    const answered = Object.freeze({ [attribute.operationName]: operation.chat, ...answering, ...tier })
    const ended = Object.freeze({ ...answered, ...ending })
    this.#span.setAttributes(attributes)
    endSpan(this.#span, ending, () => {
      for (const watch of this.#watches) watch.end(result, { ...this.#attributes, ...attributes }, answered)
    })
    const i = instruments()
    i.inferenceDuration.record((performance.now() - this.#startMs) / 1000, ended)
    if (ttftMs !== null) i.timeToFirstChunk.record(ttftMs / 1000, ended)
    if (usage) {
      const text = Object.freeze({ ...answered, ...ofPrompt.metrics, [attribute.tokenModality]: 'text' })
      const images = usage.imageTokens ?? 0
      i.inputTokens.add(usage.inputTokens - images, text)
      if (images > 0) i.inputTokens.add(images, { ...text, [attribute.tokenModality]: 'image' })
      i.outputTokens.add(usage.outputTokens, text)
      if (usage.cachedInputTokens !== null) i.cacheReadInputTokens.add(usage.cachedInputTokens, text)
      if (usage.cacheWriteInputTokens !== null) i.cacheWriteInputTokens.add(usage.cacheWriteInputTokens, text)
      if (usage.reasoningTokens !== null) i.reasoningOutputTokens.add(usage.reasoningTokens, text)
    } else if (ttftMs !== null) i.unmetered.add(1, this.#model)
    if (result.pictures) {
      i.images.add(result.pictures, this.#model)
      i.imageCost.add(cost?.usd ?? 0, this.#model)
    }
    if (cost) i.cost.add(cost.usd, { ...answering, ...ofPrompt.metrics, [attribute.costSource]: cost.source })
    else if (usage) i.unpriced.add(1, this.#model)
  }

  #answeredBy({ responseModel }: InferenceResult): Attributes {
    return responseModel ? { [attribute.responseModel]: boundedModel(this.#request.model, responseModel) } : {}
  }
}

/** An attribute, or nothing where the value is unknown: an absent attribute says so, a zero would lie. */
function defined(key: string, value: string | number | null | undefined): Attributes {
  return value === undefined || value === null ? {} : { [key]: value }
}
