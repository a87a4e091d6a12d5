import { setTimeout as sleep } from 'node:timers/promises'
import { context } from '@opentelemetry/api'
import { attribute, errorType } from '@repo/telemetry/catalogue'
import { Inference } from '@repo/telemetry/inference'
import type { Config } from '../config.ts'
import type { LlmServer } from '../llm-servers.ts'
import { AnswerReader, endedEarly } from './answer/read-answer.ts'
import { readEvents } from './answer/read-events.ts'
import { Patience } from './patience.ts'
import { isAway, ProviderError, refusals, toProviderError } from './provider-error.ts'
import type { ProviderEvent, ProviderReport } from './provider-event.ts'
import { providerPost, type Timeouts } from './provider-post.ts'
import { type ProviderRequest, RequestForms } from './request/request.ts'

/**
 * One server of models. The one place that knows its API: to use another client or the AI SDK, replace this folder; the
 * turn only sees `ProviderEvent`s.
 */
export class Provider {
  readonly #post: ReturnType<typeof providerPost>
  readonly #server: LlmServer
  readonly #config: Config['llm']
  readonly #address: { serverAddress: string; serverPort: number }
  readonly #forms: RequestForms

  constructor(server: LlmServer, config: Config['llm'], timeouts?: Timeouts) {
    this.#server = server
    this.#config = config
    const endpoint = `${server.baseUrl.replace(/\/$/, '')}/chat/completions`
    this.#post = providerPost(endpoint, headersFor(server), timeouts)
    const url = new URL(server.baseUrl)
    this.#forms = new RequestForms(url.host + url.pathname, config.maxOutputTokens)
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
  async *stream(
    request: ProviderRequest,
    report: ProviderReport,
  ): AsyncGenerator<readonly ProviderEvent[], void, undefined> {
    const { model, signal } = request
    const { firstChunkTimeoutMs, maxRetries, maxOutputTokens } = this.#config
    const inference = new Inference({
      provider: this.#server.provider,
      model: model.name,
      conversationId: request.conversationId,
      maxTokens: maxOutputTokens,
      messages: request.messages,
      tools: request.tools,
      ...this.#address,
    })
    const outgoing = this.#forms.call(request)
    const patience = new Patience(this.#config, signal)
    const loadedBy = performance.now() + firstChunkTimeoutMs
    let reader!: AnswerReader
    let failure: ProviderError | undefined
    let done = false
    let early: string | undefined
    try {
      for (let attempt = 0, waits = 0; !done; ) {
        reader = new AnswerReader(request.callIds, outgoing.tools, outgoing.by, maxOutputTokens)
        let broken: unknown
        try {
          patience.begin()
          // In the inference's context, so that each attempt's HTTP span becomes its child.
          const sent = JSON.stringify(outgoing.body())
          const wire = await context.with(inference.context, () => this.#post(sent, patience.signal))
          const notices = outgoing.notices().map((notice) => ({ type: 'notice' as const, ...notice }))
          if (notices.length > 0) yield notices
          for await (const batch of readEvents(wire, patience.alive)) {
            const finishing = reader.finishReason !== null
            const told: ProviderEvent[] = []
            let brought = false
            for (const json of batch) {
              const events = reader.read(json)
              if (reader.broughtContent) inference.chunk(events)
              brought ||= reader.broughtContent
              told.push(...events)
              if (reader.failure || reader.isEndless) break
            }
            if (brought) {
              patience.content()
              report.ttftMs ??= inference.timeToFirstChunkMs
            }
            if (told.length > 0) yield told
            if (!finishing && reader.finishReason !== null) patience.finishing()
            if (reader.failure) throw reader.failure
            if (reader.isEndless) break
          }
          patience.signal.throwIfAborted()
        } catch (error) {
          broken = error
        }
        const held = reader.end()
        inference.content(held)
        if (held.length > 0) yield held
        if (signal.aborted) break
        failure = this.#failureOf(reader, broken, patience)
        done = failure === undefined
        if (!failure || reader.hasContent) break
        if (outgoing.learn(failure)) {
          inference.adapt()
          continue
        }
        if (!failure.retryable || (request.spare === 'server' && isAway(failure))) break
        const loading = failure.type === errorType.modelLoading
        if (loading ? request.spare : attempt >= maxRetries) break
        if (loading && waits === 0) yield [{ type: 'loading' }]
        const tried = loading ? waits++ : attempt++
        const waitMs = failure.retryAfterMs ?? backoffMs(tried)
        if (request.spare && waitMs > LONGEST_WAIT_MS) break
        if (loading && performance.now() + waitMs > loadedBy) break
        inference.retry(failure.type)
        patience.stop()
        await sleep(waitMs, undefined, { signal }).catch(() => {})
        if (signal.aborted) break
      }
    } finally {
      patience.stop()
      if (signal.aborted) failure = undefined
      const { id, usage, serviceTier, finishReason } = reader
      report.responseId = id
      const billed = usage && model.prices.usage(usage, reader.hasContent)
      report.usage = billed?.usage ?? null
      if (!report.usage) report.impossibleUsage = billed?.impossible
      report.cost = model.prices.cost(reader.model ?? model.name, model.name, report.usage, billed?.usd, serviceTier)
      if (done) early = endedEarly(reader, report.usage, maxOutputTokens)
      if (failure?.refusal) {
        const { serverAddress, serverPort } = this.#address
        const server = { [attribute.serverAddress]: serverAddress, [attribute.serverPort]: serverPort }
        report.refusal = { ...server, ...refusals?.attributes(failure.refusal, sentBy(request)) }
      }
      inference.end({
        responseId: id,
        responseModel: reader.model,
        serviceTier,
        finishReason: done ? finishReason : null,
        usage: report.usage,
        cost: report.cost,
        pictures: outgoing.pictures,
        errorType: failure?.type ?? (done ? early : errorType.cancelled),
        isError: failure !== undefined || early === errorType.noFinishReason,
        error: failure,
        refusal: report.refusal,
      })
    }
    if (failure) throw failure
    if (done) yield [{ type: 'end', finishReason: reader.finishReason, endedEarly: early, calls: reader.calls() }]
  }

  /** Undefined for an answer that has ended, in whichever way its connection did. */
  #failureOf(reader: AnswerReader, broken: unknown, patience: Patience): ProviderError | undefined {
    if (reader.finishReason !== null) return undefined
    if (reader.failure) return reader.failure
    if (broken !== undefined && patience.expired) return new ProviderError(patience.expired)
    if (broken !== undefined) return toProviderError(broken)
    return reader.hasContent ? undefined : new ProviderError(errorType.noContent, { retryable: true })
  }
}

/** What any server expects; whoever configures one may have it otherwise, or not at all. */
function headersFor({ apiKey = 'unused', headers: own }: LlmServer): Record<string, string> {
  const headers = new Headers({
    ...{ accept: 'application/json', 'content-type': 'application/json', 'user-agent': 'lgtm-chat' },
    authorization: `Bearer ${apiKey}`, // local servers ignore it
  })
  for (const [name, value] of Object.entries(own)) {
    if (value === null) headers.delete(name)
    else headers.set(name, value)
  }
  return Object.fromEntries(headers)
}

/** Where another model would answer at once. */
const LONGEST_WAIT_MS = 2000

/** What people, models and tools said; our own instructions are no secret. */
function sentBy({ messages }: ProviderRequest): string[] {
  return messages.flatMap((message) => (message.role === 'system' ? [] : [message.text]))
}

/** Half a second, doubling to 8 s, less up to a quarter at random: as the `openai` client waits. */
function backoffMs(attempt: number): number {
  return Math.min(500 * 2 ** attempt, 8000) * (1 - Math.random() / 4)
}
