import { setTimeout as sleep } from 'node:timers/promises'
import { context } from '@opentelemetry/api'
import { errorType } from '@repo/telemetry/catalogue'
import { Inference } from '@repo/telemetry/inference'
import OpenAI, { APIError } from 'openai'
import type { ChatCompletionChunk } from 'openai/resources/chat/completions'
import type { Config } from '../config.ts'
import type { PriceTable } from '../prices/price.ts'
import { type ReportedUsage, reportedUsd } from '../prices/price-usage.ts'
import { completionChunks } from './completion-chunks.ts'
import { unknownFields } from './kept-fields.ts'
import { ProviderError, toProviderError } from './provider-error.ts'
import type { ProviderEvent, ProviderReport } from './provider-event.ts'
import { type OutgoingCall, type ProviderRequest, RequestForm } from './request.ts'
import { StreamedToolCalls } from './streamed-tool-calls.ts'
import { Watchdog } from './watchdog.ts'

/** Compatible servers differ from OpenAI's types. */
type Delta = ChatCompletionChunk.Choice.Delta & { reasoning?: string | null; reasoning_content?: string | null }

/**
 * The one place that knows the provider's API. To use another client or the AI SDK, replace this file: the turn only
 * sees `ProviderEvent`s.
 */
export class Provider {
  readonly #client: OpenAI
  readonly #config: Config['llm']
  readonly #prices: PriceTable
  readonly #address: { serverAddress: string; serverPort: number }
  readonly #form: RequestForm

  constructor(config: Config['llm'], prices: PriceTable) {
    this.#config = config
    this.#prices = prices
    // Retries and timeouts are ours: the client's retries are invisible, and its timeout ends at the response headers.
    this.#client = new OpenAI({ apiKey: config.apiKey, baseURL: config.baseUrl, maxRetries: 0, timeout: 24 * 3600_000 })
    const url = new URL(config.baseUrl)
    this.#form = new RequestForm(url.host + url.pathname, config.maxOutputTokens)
    this.#address = {
      serverAddress: url.hostname,
      serverPort: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
    }
  }

  /**
   * Streams one model call and records it as one `chat {model}` span.
   * @param report filled while the call runs
   * @throws {ProviderError} when the call fails, and when it stalls
   */
  async *stream(request: ProviderRequest, report: ProviderReport): AsyncGenerator<ProviderEvent, void, undefined> {
    const { model, signal } = request
    const inference = new Inference({
      provider: this.#config.provider,
      model,
      conversationId: request.conversationId,
      maxTokens: this.#config.maxOutputTokens,
      messages: request.messages,
      ...this.#address,
    })
    const outgoing = this.#form.call(request)
    const watchdog = new Watchdog(signal)
    const calls = new StreamedToolCalls(request.callIds)
    let id: string | undefined
    let responseModel: string | undefined
    let finishReason: string | null = null
    let usage: ReportedUsage | null = null
    let serviceTier: string | null = null
    let failure: ProviderError | undefined
    let reasoningContent = false
    let begun = false
    let done = false
    try {
      for (let attempt = 0; !done; attempt++) {
        try {
          watchdog.start(this.#config.firstChunkTimeoutMs, errorType.firstChunkTimeout)
          // In the inference's context, so that each attempt's HTTP span becomes its child.
          const response = await context.with(inference.context, () => this.#ask(outgoing, watchdog.signal))
          for (const notice of outgoing.notices()) yield { type: 'notice', ...notice }
          for await (const chunks of completionChunks(response)) {
            for (const chunk of chunks) {
              id ??= chunk.id
              responseModel ??= chunk.model
              serviceTier = chunk.service_tier ?? serviceTier
              if (chunk.usage) usage = chunk.usage // some servers send it on every chunk: the last one counts
              const choice = chunk.choices?.[0]
              if (!choice) continue // the usage chunk has none
              if (choice.finish_reason) finishReason = choice.finish_reason
              const delta = choice.delta as Delta
              const reasoning = delta.reasoning_content || delta.reasoning
              const toolCalls = delta.tool_calls
              if (!delta.content && !reasoning && !toolCalls?.length) {
                const unknown = unknownFields(delta)
                if (unknown) yield { type: 'keep', by: outgoing.by, fields: unknown }
                continue
              }
              inference.chunk(delta.content ?? '')
              if (begun) watchdog.refresh()
              else {
                begun = true
                report.ttftMs = inference.timeToFirstChunkMs
                watchdog.start(this.#config.idleTimeoutMs, errorType.idleTimeout)
              }
              if (reasoning) {
                if (delta.reasoning_content && !reasoningContent) {
                  reasoningContent = true
                  yield { type: 'keep', by: outgoing.by, fields: { reasoning_content: true } }
                }
                yield { type: 'reasoning', delta: reasoning }
              }
              const unknown = unknownFields(delta)
              if (unknown) yield { type: 'keep', by: outgoing.by, fields: unknown }
              if (delta.content) yield { type: 'text', delta: delta.content }
              for (const piece of toolCalls ?? []) {
                const { call, began, delta } = calls.add(piece)
                if (began) yield { type: 'call', id: call.id, name: call.name }
                const unknown = unknownFields(piece)
                if (unknown) yield { type: 'keep', by: outgoing.by, fields: unknown, callId: call.id }
                if (delta) yield { type: 'call-input', id: call.id, delta }
              }
            }
          }
          watchdog.signal.throwIfAborted()
          done = true
        } catch (error) {
          if (signal.aborted) break
          failure = watchdog.expired ? new ProviderError(watchdog.expired) : toProviderError(error)
          if (
            !begun &&
            error instanceof APIError &&
            outgoing.learn(`${error.message} ${JSON.stringify(error.error)}`)
          ) {
            inference.adapt()
            attempt--
            failure = undefined
            continue
          }
          if (begun || !failure.retryable || attempt >= this.#config.maxRetries) break
          inference.retry(failure.type)
          watchdog.stop()
          await sleep(failure.retryAfterMs ?? backoffMs(attempt), undefined, { signal }).catch(() => {})
          if (signal.aborted) break
          failure = undefined
        }
      }
    } finally {
      watchdog.stop()
      if (signal.aborted) failure = undefined
      report.responseId = id ?? null
      report.usage = usage && this.#prices.usage(usage)
      const reported = usage && reportedUsd(usage)
      report.cost = this.#prices.cost(responseModel ?? model, model, report.usage, reported, serviceTier)
      inference.end({
        responseId: id,
        responseModel,
        serviceTier,
        finishReason: done ? finishReason : null,
        usage: report.usage,
        cost: report.cost,
        errorType: failure?.type ?? (done ? endedEarly(finishReason) : errorType.cancelled),
        isError: failure !== undefined || done,
      })
    }
    if (failure) throw failure
    if (done) yield { type: 'end', finishReason, calls: calls.all() }
  }

  #ask(outgoing: OutgoingCall, signal: AbortSignal): Promise<Response> {
    return this.#client.chat.completions.create(outgoing.body(), { signal }).asResponse()
  }
}

/** Half a second, doubling to 8 s, less up to a quarter at random: as the `openai` client waits. */
function backoffMs(attempt: number): number {
  return Math.min(500 * 2 ** attempt, 8000) * (1 - Math.random() / 4)
}

/** A call that ended by itself but not whole. */
function endedEarly(finishReason: string | null): string | undefined {
  if (finishReason === null) return errorType.noFinishReason
  return finishReason === 'length' ? errorType.length : undefined
}
