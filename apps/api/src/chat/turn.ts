import { randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'
import { context } from '@opentelemetry/api'
import type { MessageMetadata, Outcome } from '@repo/contract/message'
import { attribute, errorType, event as eventName } from '@repo/telemetry/catalogue'
import type { InferenceUsage } from '@repo/telemetry/inference'
import { activeTraceId, Turn } from '@repo/telemetry/turn'
import type { FastifyBaseLogger } from 'fastify'
import type { AnswerRow, HistoryMessage, Messages } from '../db/messages.ts'
import { Answer } from './answer.ts'
import { describeError } from './describe-error.ts'
import { toPrompt } from './prompt.ts'
import type { Provider, ProviderReport } from './provider.ts'
import { toProviderError } from './provider-error.ts'
import type { AbortReason, RunningTurns } from './running-turns.ts'
import { UiMessageStream } from './ui-message-stream.ts'

/** How often a streaming answer is saved, so that a crash or a reload loses no more than this. */
const CHECKPOINT_MS = 2000

const SYSTEM_PROMPT = 'You are a helpful assistant. Answer in the language of the question. Use Markdown.'

export interface TurnRequest {
  readonly conversationId: string
  /** The user message that is answered. */
  readonly questionId: string
  readonly model: string
  readonly history: readonly HistoryMessage[]
  /** `performance.now()` when the request arrived: the turn's time begins there. */
  readonly receivedMs: number
  readonly log: FastifyBaseLogger
  /** Called exactly once, whichever way the turn ends, before its stream does. */
  readonly settle?: (settlement: Settlement) => Promise<void>
}

/** What a turn came to. */
export interface Settlement {
  readonly answerId: string
  readonly outcome: Outcome
  /** Of all model calls together; null as soon as one of them is unknown. */
  readonly usage: InferenceUsage | null
  /** Of all model calls together; null as soon as one of them is unknown. */
  readonly costUsd: number | null
  /** Each model call that was made, refused ones too. */
  readonly modelCalls: readonly Pick<ProviderReport, 'usage' | 'cost'>[]
}

export interface TurnServices {
  readonly provider: Provider
  readonly messages: Messages
  readonly running: RunningTurns
  /** This process, as written to rows that it streams into. */
  readonly writer: number
}

/** How a turn ended. */
interface Ending {
  readonly outcome: Outcome
  readonly finishReason: string | null
  readonly errorType?: string | undefined
}

/**
 * Begins a turn and returns its stream, while the model is still being asked. The turn runs to its recorded outcome by
 * itself; a client that goes away, Stop and shutdown end it through its AbortController.
 */
export function startTurn(services: TurnServices, request: TurnRequest): Readable {
  const controller = new AbortController()
  const stream = new UiMessageStream(() => controller.abort('disconnected' satisfies AbortReason))
  const turn = new Turn(request.model, request.conversationId, request.receivedMs)
  const done = context.with(turn.context, () => run(services, request, turn, stream, controller.signal))
  services.running.add(request.conversationId, controller, done)
  return stream.body
}

/** Every exit passes through the end of this function once, so each turn has exactly one outcome. Never rejects. */
async function run(
  { provider, messages, writer }: TurnServices,
  { conversationId, questionId, model, history, log, settle }: TurnRequest,
  turn: Turn,
  stream: UiMessageStream,
  signal: AbortSignal,
): Promise<void> {
  const answer = new Answer()
  const report: ProviderReport = { ttftMs: null, usage: null, cost: null }
  const row = { id: randomUUID(), conversationId, parentId: questionId, model, traceId: activeTraceId(), writer }
  stream.start(row.id, metadataOf(row, report, null))

  const store = new AnswerStore(messages, answer, row, log)
  const ending = await converse().catch((error): Ending => {
    if (signal.aborted) return { outcome: signal.reason as AbortReason, finishReason: null }
    const { type } = toProviderError(error)
    if (type === errorType.other) log.error({ err: error }, 'the turn failed unexpectedly')
    // A connection that breaks in mid-answer is the provider closing early, however it did it.
    const cut = type === errorType.connection && !answer.isEmpty
    return { outcome: cut ? 'truncated' : 'failed', finishReason: null, errorType: type }
  })
  const durationMs = turn.elapsedMs
  await store.complete({
    status: ending.outcome,
    finishReason: ending.finishReason,
    errorType: ending.errorType ?? null,
    ttftMs: report.ttftMs,
    durationMs,
    inputTokens: report.usage?.inputTokens ?? null,
    outputTokens: report.usage?.outputTokens ?? null,
    cachedInputTokens: report.usage?.cachedInputTokens ?? null,
    cacheWriteInputTokens: report.usage?.cacheWriteInputTokens ?? null,
    reasoningTokens: report.usage?.reasoningTokens ?? null,
    costUsd: report.cost?.usd ?? null,
    costSource: report.cost?.source ?? null,
    priceDate: report.cost?.date ?? null,
  })
  const { usage } = report
  const costUsd = report.cost?.usd ?? null
  await settle?.({ answerId: row.id, outcome: ending.outcome, usage, costUsd, modelCalls: [report] }).catch((error) =>
    log.error({ err: error }, 'the turn could not be settled'),
  )
  log.info(
    {
      [attribute.eventName]: eventName.turn,
      [attribute.outcome]: ending.outcome,
      [attribute.errorType]: ending.errorType,
      [attribute.requestModel]: model,
      [attribute.responseTimeToFirstChunk]: report.ttftMs === null ? undefined : report.ttftMs / 1000,
      [attribute.usageInputTokens]: report.usage?.inputTokens,
      [attribute.usageOutputTokens]: report.usage?.outputTokens,
      [attribute.cost]: report.cost?.usd,
    },
    'turn %s in %d ms',
    ending.outcome,
    Math.round(durationMs),
  )
  turn.end(ending)
  stream.end(metadataOf(row, report, ending, durationMs))

  async function converse(): Promise<Ending> {
    const prompt = [{ role: 'system' as const, text: SYSTEM_PROMPT }, ...toPrompt(history)]
    let finishReason: string | null = null
    for await (const event of provider.stream({ model, conversationId, messages: prompt, signal }, report)) {
      if (event.type === 'end') {
        finishReason = event.finishReason
        break
      }
      stream.delta(event.type, event.delta)
      answer.append(event.type, event.delta)
      store.begin()
    }
    signal.throwIfAborted()
    if (finishReason === null) return { outcome: 'truncated', finishReason, errorType: errorType.noFinishReason }
    if (finishReason === 'length') return { outcome: 'truncated', finishReason, errorType: errorType.length }
    return { outcome: 'finished', finishReason }
  }
}

function metadataOf(
  row: { model: string; traceId: string | null },
  { ttftMs, usage, cost }: ProviderReport,
  ending: Ending | null,
  durationMs: number | null = null,
): MessageMetadata {
  return {
    model: row.model,
    traceId: row.traceId,
    outcome: ending?.outcome ?? null,
    finishReason: ending?.finishReason ?? null,
    error: ending?.errorType ? describeError(ending.errorType) : null,
    ttftMs,
    durationMs,
    usage: usage && {
      inputTokens: usage.inputTokens,
      outputTokens: usage.outputTokens,
      cachedInputTokens: usage.cachedInputTokens,
      reasoningTokens: usage.reasoningTokens,
    },
    costUsd: cost?.usd ?? null,
    price: cost && { source: cost.source, date: cost.date },
    timeline: [],
    feedback: null,
  }
}

/**
 * Writes one answer: its row at the first chunk, what there is every two seconds, the whole at the end. A database that
 * is away costs the row, not the answer: the person still reads it, and the log says what is lost.
 */
class AnswerStore {
  readonly #messages: Messages
  readonly #answer: Answer
  readonly #row: Omit<AnswerRow, 'parts'>
  readonly #log: FastifyBaseLogger
  #pending: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(messages: Messages, answer: Answer, row: Omit<AnswerRow, 'parts'>, log: FastifyBaseLogger) {
    this.#messages = messages
    this.#answer = answer
    this.#row = row
    this.#log = log
  }

  /** To be called per chunk; only the first does anything. */
  begin(): void {
    if (this.#timer) return
    this.#write(this.#messages.writeAnswer({ ...this.#row, status: 'streaming', parts: this.#answer.parts() }))
    this.#timer = setInterval(() => {
      // The write before is still under way: this one would only queue behind it.
      if (!this.#pending) this.#write(this.#messages.saveParts(this.#row.id, this.#answer.parts()))
    }, CHECKPOINT_MS)
  }

  async complete(result: Partial<AnswerRow>): Promise<void> {
    clearInterval(this.#timer)
    await this.#pending
    this.#write(this.#messages.writeAnswer({ ...this.#row, ...result, parts: this.#answer.parts() }))
    await this.#pending
  }

  #write(writing: Promise<void>): void {
    this.#pending = writing
      .catch((error) => this.#log.error({ err: error }, 'the answer could not be stored'))
      .then(() => {
        this.#pending = undefined
      })
  }
}
