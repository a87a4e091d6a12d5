import {
  type Attributes,
  type Context,
  context,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { boundedModel } from './bounded-model.ts'
import { attribute, type CostSource, operation, spanName } from './catalogue.ts'
import { chunkTimes } from './chunk-times.ts'
import { instruments } from './instruments.ts'
import { capturesContent, contentAttribute } from './message-content.ts'

export interface InferenceRequest {
  /** `gen_ai.provider.name` */
  readonly provider: string
  readonly model: string
  readonly conversationId: string
  readonly maxTokens: number
  readonly serverAddress: string
  readonly serverPort: number
  /** Recorded only if content capture is switched on, and then redacted and cut. */
  readonly messages: readonly { readonly role: string; readonly text: string }[]
}

/** Token counts as the provider reported them. Null: it does not report that kind. */
export interface InferenceUsage {
  readonly inputTokens: number
  readonly outputTokens: number
  /** Part of `inputTokens`. */
  readonly cachedInputTokens: number | null
  /** Part of `inputTokens`. */
  readonly cacheWriteInputTokens: number | null
  /** Part of `outputTokens`. */
  readonly reasoningTokens: number | null
}

/** USD, who says so, and of which day the price is: `YYYY-MM-DD`, null where the source does not date it. */
export interface Cost {
  readonly usd: number
  readonly source: CostSource
  readonly date: string | null
}

export interface InferenceResult {
  readonly responseId?: string | null | undefined
  readonly responseModel?: string | null | undefined
  readonly serviceTier?: string | null | undefined
  readonly finishReason?: string | null | undefined
  /** Null: unknown, which is counted as unmetered and never as zero. */
  readonly usage: InferenceUsage | null
  /** Null: unknown, which is counted as unpriced and never as zero. */
  readonly cost: Cost | null
  /** Low cardinality: an HTTP status, a timeout's name. Set for every call that did not end by itself. */
  readonly errorType?: string | undefined
  /** False for a call that was ended on purpose: it has an `error.type`, yet nothing is broken. */
  readonly isError?: boolean
  /** What the provider said of why it refused, redacted: `chat.provider.error.*`. */
  readonly refusal?: Attributes | undefined
}

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
 *
 * Names: semantic-conventions-genai (October 2026). Content is recorded only if it is asked for (message-content.ts).
 */
export class Inference {
  readonly #request: InferenceRequest
  readonly #span: Span
  readonly #startMs = performance.now()
  #firstChunkMs = 0
  #lastChunkMs = 0
  #retries = 0
  #adaptations = 0
  #recordGap: ((seconds: number) => void) | undefined
  #ended = false
  readonly #output: string[] | undefined = capturesContent() ? [] : undefined

  /** Active while the provider is called, so that HTTP attempts become children. Carries no baggage out of the house. */
  readonly context: Context

  constructor(request: InferenceRequest) {
    this.#request = request
    this.#span = trace.getTracer('@repo/telemetry').startSpan(spanName.inference(request.model), {
      kind: SpanKind.CLIENT,
      attributes: {
        [attribute.operationName]: operation.chat,
        [attribute.providerName]: request.provider,
        [attribute.requestModel]: request.model,
        [attribute.requestStream]: true,
        [attribute.requestMaxTokens]: request.maxTokens,
        [attribute.conversationId]: request.conversationId,
        [attribute.openaiApiType]: 'chat_completions',
        [attribute.serverAddress]: request.serverAddress,
        [attribute.serverPort]: request.serverPort,
        ...(this.#output && { [attribute.inputMessages]: contentAttribute(request.messages) }),
      },
    })
    this.context = propagation.deleteBaggage(trace.setSpan(context.active(), this.#span))
  }

  /** Milliseconds from start to the first chunk; null before it. */
  get timeToFirstChunkMs(): number | null {
    return this.#firstChunkMs === 0 ? null : this.#firstChunkMs - this.#startMs
  }

  /**
   * To be called for each chunk with content or reasoning. Hot path: no allocation, no span event, no attribute hashing.
   * @param content of which the text is the answer
   */
  chunk(content: readonly { readonly type: string; readonly delta?: string }[]): void {
    if (this.#output) for (const { type, delta = '' } of content) if (type === 'text') this.#output.push(delta)
    const now = performance.now()
    if (this.#firstChunkMs === 0) {
      this.#firstChunkMs = now
      const { provider, model } = this.#request
      this.#recordGap = chunkTimes.recorder(metricAttributes(provider, model, model))
    } else {
      this.#recordGap?.((now - this.#lastChunkMs) / 1000)
    }
    this.#lastChunkMs = now
  }

  /** An attempt failed before its first chunk and is made again. */
  retry(errorType: string): void {
    this.#retries++
    const { provider, model } = this.#request
    instruments().retries.add(1, { ...modelAttributes(provider, model), [attribute.errorType]: errorType })
  }

  /** The request was refused for its form, and is made again in another. */
  adapt(): void {
    this.#adaptations++
    const { provider, model } = this.#request
    instruments().adaptations.add(1, modelAttributes(provider, model))
  }

  /** Records the outcome. A second call does nothing. */
  end(result: InferenceResult): void {
    if (this.#ended) return
    this.#ended = true
    const { provider, model } = this.#request
    const { usage, cost, errorType } = result
    const ttftMs = this.timeToFirstChunkMs
    const responseModel = result.responseModel ?? model

    this.#span.setAttributes({
      [attribute.responseModel]: responseModel,
      // The conventions put `error` in the place of a generation that was cancelled, failed or ended early.
      [attribute.responseFinishReasons]: [result.finishReason ?? 'error'],
      ...defined(attribute.responseId, result.responseId),
      ...defined(attribute.openaiServiceTier, result.serviceTier),
      ...defined(attribute.responseTimeToFirstChunk, ttftMs === null ? undefined : ttftMs / 1000),
      ...defined(attribute.errorType, errorType),
      ...result.refusal,
      ...defined(attribute.retryCount, this.#retries || undefined),
      ...defined(attribute.adaptationCount, this.#adaptations || undefined),
      ...defined(attribute.usageInputTokens, usage?.inputTokens),
      ...defined(attribute.usageOutputTokens, usage?.outputTokens),
      ...defined(attribute.usageCacheReadInputTokens, usage?.cachedInputTokens),
      ...defined(attribute.usageCacheWriteInputTokens, usage?.cacheWriteInputTokens),
      ...defined(attribute.usageReasoningOutputTokens, usage?.reasoningTokens),
      ...defined(attribute.cost, cost?.usd),
      ...defined(attribute.costSource, cost?.source),
      ...defined(attribute.priceDate, cost?.date),
      ...(this.#output && {
        [attribute.outputMessages]: contentAttribute([{ role: 'assistant', text: this.#output.join('') }]),
      }),
    })
    if (errorType && result.isError !== false) this.#span.setStatus({ code: SpanStatusCode.ERROR, message: errorType })
    this.#span.end()

    const i = instruments()
    const label = boundedModel(model, responseModel)
    const attributes = metricAttributes(provider, model, label)
    const withError = { ...attributes, ...defined(attribute.errorType, errorType) }
    i.inferenceDuration.record((performance.now() - this.#startMs) / 1000, withError)
    if (ttftMs !== null) i.timeToFirstChunk.record(ttftMs / 1000, withError)

    if (!usage) {
      i.unmetered.add(1, modelAttributes(provider, model))
    } else {
      const text = { ...attributes, [attribute.tokenModality]: 'text' }
      i.inputTokens.add(usage.inputTokens, text)
      i.outputTokens.add(usage.outputTokens, text)
      if (usage.cachedInputTokens !== null) i.cacheReadInputTokens.add(usage.cachedInputTokens, attributes)
      if (usage.cacheWriteInputTokens !== null) i.cacheWriteInputTokens.add(usage.cacheWriteInputTokens, attributes)
      if (usage.reasoningTokens !== null) i.reasoningOutputTokens.add(usage.reasoningTokens, attributes)
    }
    if (cost) {
      i.cost.add(cost.usd, {
        ...modelAttributes(provider, model),
        [attribute.responseModel]: label,
        [attribute.costSource]: cost.source,
      })
    } else if (usage) {
      i.unpriced.add(1, modelAttributes(provider, model))
    }
  }
}

function metricAttributes(provider: string, model: string, responseModel: string): Attributes {
  return {
    [attribute.operationName]: operation.chat,
    ...modelAttributes(provider, model),
    [attribute.responseModel]: responseModel,
  }
}

/** An attribute, or nothing where the value is unknown: an absent attribute says so, a zero would lie. */
function defined(key: string, value: string | number | null | undefined): Attributes {
  return value === undefined || value === null ? {} : { [key]: value }
}
