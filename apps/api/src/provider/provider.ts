import { setTimeout as sleep } from 'node:timers/promises'
import { context } from '@opentelemetry/api'
import { errorType } from '@repo/telemetry/catalogue'
import { type Cost, Inference, type InferenceUsage } from '@repo/telemetry/inference'
import OpenAI from 'openai'
import type { ChatCompletionChunk } from 'openai/resources/chat/completions'
import type { Config } from '../config.ts'
import type { PriceTable } from '../prices/price.ts'
import { type ReportedUsage, reportedUsd } from '../prices/price-usage.ts'
import type { Tool } from '../tools/tool.ts'
import { completionChunks } from './completion-chunks.ts'
import type { PromptMessage } from './prompt-message.ts'
import { ProviderError, toProviderError } from './provider-error.ts'
import { type RawToolCall, StreamedToolCalls } from './streamed-tool-calls.ts'

/** What a model call yields: deltas, then, unless it throws or is aborted, one `end`. */
export type ProviderEvent =
  | { readonly type: 'text'; readonly delta: string }
  | { readonly type: 'reasoning'; readonly delta: string }
  | { readonly type: 'call'; readonly id: string; readonly name: string }
  | { readonly type: 'call-input'; readonly id: string; readonly delta: string }
  | { readonly type: 'end'; readonly finishReason: string | null; readonly calls: readonly RawToolCall[] }

/** What is known of a call so far; complete once its iteration has ended, however it ended. */
export interface ProviderReport {
  /** The provider's own id of its answer. */
  responseId: string | null
  ttftMs: number | null
  usage: InferenceUsage | null
  cost: Cost | null
}

export interface ProviderRequest {
  readonly model: string
  readonly conversationId: string
  readonly messages: readonly PromptMessage[]
  readonly tools: readonly Pick<Tool, 'name' | 'description' | 'inputSchema'>[]
  /** False: it has to answer now, although it is told of the tools that it used before. */
  readonly mayCallTools: boolean
  /** Ids of the turn's calls so far, each of which is added. */
  readonly callIds: Set<string>
  /** Aborting it aborts the provider's request; the iteration then ends without `end`. */
  readonly signal: AbortSignal
}

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
  /** DeepSeek and Moonshot send `reasoning_content`, and refuse a tool's result that comes without it. */
  #wantsReasoning = false

  constructor(config: Config['llm'], prices: PriceTable) {
    this.#config = config
    this.#prices = prices
    // Retries and timeouts are ours: the client's retries are invisible, and its timeout ends at the response headers.
    this.#client = new OpenAI({ apiKey: config.apiKey, baseURL: config.baseUrl, maxRetries: 0, timeout: 24 * 3600_000 })
    const url = new URL(config.baseUrl)
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
    const watchdog = new Watchdog(signal)
    const calls = new StreamedToolCalls(request.callIds)
    let id: string | undefined
    let responseModel: string | undefined
    let finishReason: string | null = null
    let usage: ReportedUsage | null = null
    let serviceTier: string | null = null
    let failure: ProviderError | undefined
    let begun = false
    let done = false
    try {
      for (let attempt = 0; !done; attempt++) {
        try {
          watchdog.start(this.#config.firstChunkTimeoutMs, errorType.firstChunkTimeout)
          // In the inference's context, so that each attempt's HTTP span becomes its child.
          const response = await context.with(inference.context, () => this.#request(request, watchdog.signal))
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
              if (!delta.content && !reasoning && !toolCalls?.length) continue
              inference.chunk(delta.content ?? '')
              if (begun) watchdog.refresh()
              else {
                begun = true
                report.ttftMs = inference.timeToFirstChunkMs
                watchdog.start(this.#config.idleTimeoutMs, errorType.idleTimeout)
              }
              if (reasoning) {
                this.#wantsReasoning ||= delta.reasoning_content !== undefined
                yield { type: 'reasoning', delta: reasoning }
              }
              if (delta.content) yield { type: 'text', delta: delta.content }
              for (const piece of toolCalls ?? []) {
                const { call, began, delta } = calls.add(piece)
                if (began) yield { type: 'call', id: call.id, name: call.name }
                if (delta) yield { type: 'call-input', id: call.id, delta }
              }
            }
          }
          watchdog.signal.throwIfAborted()
          done = true
        } catch (error) {
          if (signal.aborted) break
          failure = watchdog.expired ? new ProviderError(watchdog.expired) : toProviderError(error)
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

  #request({ model, messages, tools, mayCallTools }: ProviderRequest, signal: AbortSignal): Promise<Response> {
    const { provider, maxOutputTokens } = this.#config
    const limit = provider === 'openai' || provider.startsWith('azure') ? 'max_completion_tokens' : 'max_tokens'
    return this.#client.chat.completions
      .create(
        {
          model,
          messages: messages.map((message) => this.#message(message)),
          ...(tools.length > 0 && {
            tools: tools.map(({ name, description, inputSchema }) => ({
              type: 'function' as const,
              function: { name, description, parameters: inputSchema },
            })),
            // Without the tools, some providers refuse the calls in the history.
            ...(!mayCallTools && { tool_choice: 'none' as const }),
          }),
          [limit]: maxOutputTokens,
          stream: true,
          stream_options: { include_usage: true },
        },
        { signal },
      )
      .asResponse()
  }

  #message(message: PromptMessage): OpenAI.ChatCompletionMessageParam {
    if (message.role === 'tool') return { role: 'tool', tool_call_id: message.callId, content: message.text }
    if (message.role !== 'assistant' || !message.calls) return { role: message.role, content: message.text }
    return {
      role: 'assistant',
      content: message.text || null,
      tool_calls: message.calls.map(({ id, name, text }) => ({
        id,
        type: 'function',
        function: { name, arguments: text },
      })),
      ...(this.#wantsReasoning && { reasoning_content: message.reasoning }),
    }
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

/** Aborts a call that is silent for too long. One timer, refreshed per chunk, which costs next to nothing. */
class Watchdog {
  readonly #controller = new AbortController()
  #timer: NodeJS.Timeout | undefined
  /** The `error.type` of the silence that ended the call. */
  expired: string | undefined

  /** @param signal the caller's, passed on */
  constructor(signal: AbortSignal) {
    if (signal.aborted) this.#controller.abort()
    else signal.addEventListener('abort', () => this.#controller.abort(), { once: true })
  }

  /** Aborted by the caller's signal or by silence. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  start(timeoutMs: number, type: string): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.expired = type
      this.#controller.abort()
    }, timeoutMs)
  }

  refresh(): void {
    this.#timer?.refresh()
  }

  stop(): void {
    clearTimeout(this.#timer)
  }
}
