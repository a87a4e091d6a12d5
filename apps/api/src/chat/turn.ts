import { randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'
import { context } from '@opentelemetry/api'
import type { ChatData, Outcome } from '@repo/contract/message'
import { attribute, errorType, event as eventName } from '@repo/telemetry/catalogue'
import { activeSpanIds, Turn } from '@repo/telemetry/turn'
import type { FastifyBaseLogger } from 'fastify'
import { type HistoryMessage, type Messages, metadataOf } from '../db/messages.ts'
import type { Attachments } from '../extension-points/attachments.ts'
import type { Toolbox, TurnOfCall } from '../extension-points/tools.ts'
import { KeptFields } from '../provider/answer/kept-fields.ts'
import { describeError } from '../provider/describe-error.ts'
import type { Models } from '../provider/models.ts'
import { ProviderError } from '../provider/provider-error.ts'
import { newReport, type ProviderReport, type RawToolCall } from '../provider/provider-event.ts'
import type { Ask, AskedFor } from '../provider/providers.ts'
import type { Admission } from './admission.ts'
import { answerParts, openCalls } from './answer.ts'
import { AnswerLog } from './answer-log.ts'
import { answerStore } from './answer-store.ts'
import { parseInput } from './parse-input.ts'
import { answerToPrompt, filesOf, toPrompt } from './prompt.ts'
import type { AbortReason, RunningTurns } from './running-turns.ts'
import { totalOf } from './turn-total.ts'

export interface TurnRequest extends Pick<Admission, 'estimate' | 'settle' | 'extend'> {
  readonly conversationId: string
  /** The user message that is answered. */
  readonly questionId: string
  /** It has been asked before, and may have an answer. */
  readonly again: boolean
  readonly model: string
  readonly history: readonly HistoryMessage[]
  /** How many messages before these are not sent; null: unknown. */
  readonly leftOut: number | null
  /** `performance.now()` when the request arrived: the turn's time begins there. */
  readonly receivedMs: number
  readonly log: FastifyBaseLogger
}

export interface TurnServices {
  readonly models: Models
  /** What models are told first, and what tells it from what they were told before. */
  readonly prompt: { readonly text: string; readonly version: string | null }
  readonly ask: Ask
  readonly toolbox: Toolbox
  readonly attachments: Attachments
  /** How many times the model may call tools and be asked again. */
  readonly maxToolSteps: number
  readonly messages: Messages
  readonly running: RunningTurns
  /** How long an answer goes on when nobody reads it. */
  readonly answerGraceMs: number
  /** This process, as written to rows that it streams into. */
  readonly writer: number
}

/** How a turn ended. */
interface Ending {
  readonly outcome: Outcome
  readonly finishReason: string | null
  readonly errorType?: string | undefined
  /** When the provider wants to be asked again. */
  readonly retryAfterMs?: number | null
}

/** Calls that one answer of the model may make at once; the rest is refused. */
const MAX_PARALLEL_CALLS = 16

/**
 * Begins a turn and returns its stream, while the model is still being asked. The turn runs to its recorded outcome by
 * itself, whoever reads; that nobody does any more, Stop and shutdown end it through its AbortController.
 */
export function startTurn(services: TurnServices, request: TurnRequest): Readable {
  const controller = new AbortController()
  const log = new AnswerLog(services.answerGraceMs, () => controller.abort('disconnected' satisfies AbortReason))
  const turn = new Turn(request.model, request.conversationId, request.receivedMs, services.models.single)
  const done = context.with(turn.context, () => run(services, request, turn, log, controller.signal))
  const read = (maxWaiting?: number) => log.read(maxWaiting)
  services.running.add(request.conversationId, { controller, done, read, rejoined: () => turn.rejoined() })
  return read()
}

/** Every exit passes through the end of this function once, so each turn has exactly one outcome. Never rejects. */
async function run(
  { models, prompt, ask: askModel, toolbox, attachments, maxToolSteps, messages, writer }: TurnServices,
  { conversationId, questionId, again, model, history, leftOut, log, estimate, settle, extend }: TurnRequest,
  turn: Turn,
  stream: AnswerLog,
  signal: AbortSignal,
): Promise<void> {
  const kept: KeptFields[] = []
  const tools = toolbox.tools()
  const turnOfCalls: TurnOfCall = {
    ...{ conversationId, signal, log },
    tell: (part) => stream.part(part),
    enter: (phase) => turn.enter(phase),
  }
  const modelCalls: ProviderReport[] = []
  const noticed = new Set<string>()
  let sources = 0
  const row = { id: randomUUID(), conversationId, parentId: questionId, model, leftOut, ...activeSpanIds(), writer }
  stream.part({ type: 'start', messageId: row.id, messageMetadata: metadataOf(row, describeError) })

  const parts = () => answerParts(stream.entries, kept)
  const store = answerStore(messages, parts, row, log)
  // Whoever reloads before the first token would be shown the answer before.
  if (again) store.begin()
  const ending = await converse().catch((error): Ending => {
    if (signal.aborted) return { outcome: signal.reason as AbortReason, finishReason: null }
    const { type, retryAfterMs } = error instanceof ProviderError ? error : new ProviderError(errorType.other)
    if (type === errorType.other) log.error({ err: error }, 'the turn failed unexpectedly')
    const refusal = modelCalls.at(-1)?.refusal
    if (refusal) log.warn({ [attribute.errorType]: type, ...refusal }, 'the model provider refused: %s', type)
    // A connection that breaks in mid-answer is the provider closing early, however it did it.
    const cut = type === errorType.connection && parts().length > 0
    return { outcome: cut ? 'truncated' : 'failed', finishReason: null, errorType: type, retryAfterMs }
  })
  closeCalls(signal.aborted ? 'stopped' : 'not run')
  for (const { impossibleUsage } of modelCalls)
    if (impossibleUsage) log.warn('the model provider counted tokens that cannot be: %s', impossibleUsage)
  const { durationMs, timeline } = turn.stop()
  const { usage, cost, responseId, ttftMs } = totalOf(modelCalls)
  const { outcome, finishReason, errorType: failure, retryAfterMs } = ending
  const ended = { outcome, modelCalls, parts, durationMs }
  const result = {
    ...{ status: outcome, finishReason, errorType: failure ?? null, responseId, ttftMs, durationMs },
    ...{ timeline: [...timeline], promptVersion: prompt.version },
    ...usage,
    ...(cost && { costUsd: cost.usd, costSource: cost.source, priceDate: cost.date }),
    estimatedUsd: cost ? null : estimate(ended),
  }
  const settlement = { ...ended, model: row.model, usage, costUsd: cost?.usd ?? null }
  await store.complete(result, (answer) => settle(settlement, answer))
  const told = {
    [attribute.eventName]: eventName.turn,
    [attribute.outcome]: outcome,
    [attribute.errorType]: failure,
    [attribute.requestModel]: model,
    [attribute.responseTimeToFirstChunk]: ttftMs === null ? undefined : ttftMs / 1000,
    [attribute.usageInputTokens]: usage?.inputTokens,
    [attribute.usageOutputTokens]: usage?.outputTokens,
    [attribute.cost]: cost?.usd,
  }
  log.info(told, 'turn %s in %d ms', outcome, Math.round(durationMs))
  turn.end(ending)
  const metadata = metadataOf({ ...row, ...result }, describeError)
  if (metadata.error && retryAfterMs) metadata.error.retryAfterSeconds = Math.ceil(retryAfterMs / 1000)
  stream.end(metadata)

  /** Asks the model, runs the tools that it calls, and asks again with what they say, until it answers. */
  async function converse(): Promise<Ending> {
    for (const one of toolbox.notices()) notice(one)
    const pictures = await attachments.load(history.flatMap(({ parts }) => filesOf(parts)))
    const question = [{ role: 'system' as const, text: prompt.text }, ...toPrompt(history, tools.size > 0, pictures)]
    const callIds = new Set<string>()
    for (let step = 0; ; step++) {
      const messages = [...question, ...answerToPrompt(parts())]
      if (step > 0 && !(await extend(messages, tools.values())))
        return { outcome: 'truncated', finishReason: null, errorType: errorType.budget }
      const report = newReport()
      modelCalls.push(report)
      const mayCallTools = step < maxToolSteps
      const request = { conversationId, messages, tools: [...tools.values()], mayCallTools, callIds, signal, log }
      const { finishReason, endedEarly, calls } = await ask(request, report)
      signal.throwIfAborted()
      if (endedEarly) return { outcome: 'truncated', finishReason, errorType: endedEarly }
      if (calls.length === 0) return { outcome: 'finished', finishReason }
      if (!mayCallTools) return { outcome: 'truncated', finishReason, errorType: errorType.stepLimit }
      turn.enter('tool')
      await Promise.all(calls.slice(0, MAX_PARALLEL_CALLS).map(runCall))
      signal.throwIfAborted()
      closeCalls('too many calls at once')
    }
  }

  async function ask(request: AskedFor, report: ProviderReport) {
    turn.enter('waiting')
    stream.step()
    kept.push(new KeptFields())
    for await (const events of askModel(models.chain(row.model), request, report)) {
      for (const event of events) {
        switch (event.type) {
          case 'text':
          case 'reasoning':
            turn.enter(event.type === 'text' ? 'answering' : 'thinking')
            stream.delta(event.type, event.delta)
            break
          case 'call': {
            turn.enter('answering')
            const title = tools.get(event.name)?.title ?? event.name
            stream.part({ type: 'tool-input-start', toolCallId: event.id, toolName: event.name, title, dynamic: true })
            break
          }
          case 'call-input':
            stream.callInput(event.id, event.delta)
            break
          case 'keep':
            kept.at(-1)?.add(event.by, event.fields, event.callId)
            break
          case 'model':
            row.model = event.id
            stream.part({ type: 'message-metadata', messageMetadata: metadataOf(row, describeError) })
            continue
          case 'notice':
            notice({ server: event.subject, message: event.message })
            break
          case 'was-thought':
            stream.part({ type: 'data-thought', data: {} })
            break
          case 'source': {
            const { url, title } = event
            stream.part({ type: 'source-url', sourceId: String(sources++), url, ...(title && { title }) })
            break
          }
          case 'loading':
            stream.part({ type: 'data-loading', data: {} })
            continue
          case 'end':
            return event
        }
        store.begin()
      }
    }
    return { finishReason: null, endedEarly: errorType.noFinishReason, calls: [] }
  }

  async function runCall({ id, name, text }: RawToolCall): Promise<void> {
    const call = { id, name, input: parseInput(text) }
    stream.part({ type: 'tool-input-available', toolCallId: id, toolName: name, input: call.input, dynamic: true })
    const result = await toolbox.run(tools.get(name), call, turnOfCalls)
    if (!result) return
    const { durationMs, errorText, output } = result
    const common = { toolCallId: id, dynamic: true, providerMetadata: { chat: { durationMs } } }
    if (errorText === undefined) stream.part({ type: 'tool-output-available', output, ...common })
    else stream.part({ type: 'tool-output-error', errorText, ...common })
  }

  /** Once each in an answer. */
  function notice(data: ChatData['notice']): void {
    if (noticed.has(data.message)) return
    noticed.add(data.message)
    stream.part({ type: 'data-notice', data })
  }

  /** A call without an end would be one for ever, on the page and for the model. */
  function closeCalls(errorText: string): void {
    for (const toolCallId of openCalls(parts()))
      stream.part({ type: 'tool-output-error', toolCallId, errorText, dynamic: true })
  }
}
