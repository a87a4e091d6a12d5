import type { DynamicToolUIPart, FileUIPart } from 'ai'
import type { HistoryMessage } from '../db/messages.ts'
import type { Kept, StoredPart } from '../db/stored-parts.ts'
import type { Picture } from '../extension-points/attachments.ts'
import { inTurn, type PromptMessage } from '../provider/request/prompt-message.ts'

/**
 * Stored messages as every model takes them: they begin with a question, questions and answers take turns, and each call
 * has its result. So what has nothing for the model is left out, such as a failed answer, and questions that nobody
 * answered become one.
 * @param tools false: calls are left out too, for models that know none
 * @param pictures by their URLs
 */
export function toPrompt(
  history: readonly HistoryMessage[],
  tools: boolean,
  pictures: ReadonlyMap<string, Picture> = new Map(),
): PromptMessage[] {
  const messages = history.flatMap(({ role, parts }) =>
    role === 'assistant' && tools ? answerToPrompt(parts) : textOf(role, parts, pictures),
  )
  return inTurn(fromFirstQuestion(messages))
}

/**
 * What of a conversation a model is sent.
 * @param path oldest first, up to the question; no longer than what may be sent
 * @returns `leftOut`: how many messages are not sent; null: unknown
 */
export type Remember = (
  path: readonly HistoryMessage[],
  question: { readonly id: string; readonly model: string; readonly isWhole: boolean },
) => Promise<{ history: readonly HistoryMessage[]; leftOut: number | null }>

/** The newest messages, whatever is in them. */
export function newest(maxMessages: number): Remember {
  return async (path) => ({ history: fromFirstQuestion(path.slice(-maxMessages)), leftOut: null })
}

/** What a conversation that is cut to its newest messages may begin with. */
export function fromFirstQuestion<T extends { role: string }>(messages: readonly T[]): readonly T[] {
  const first = messages.findIndex(({ role }) => role === 'user')
  return first === -1 ? [] : messages.slice(first)
}

export function filesOf(parts: readonly StoredPart[]): FileUIPart[] {
  return parts.filter((part) => part.type === 'file')
}

function textOf(
  role: HistoryMessage['role'],
  parts: readonly StoredPart[],
  known: ReadonlyMap<string, Picture>,
): PromptMessage[] {
  const text = parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
  const pictures = filesOf(parts).flatMap(({ url }) => known.get(url) ?? [])
  if (pictures.length > 0) return [{ role: 'user', text, pictures }]
  return text.trim() === '' ? [] : [{ role, text }]
}

/**
 * An answer as the model gets it: for each step what it said and called, then what the tools said. Every call has a
 * result, or the provider refuses the whole conversation. What it thought goes with it where tools were called: models
 * that want their thoughts back want them there, and refuse them elsewhere.
 */
export function answerToPrompt(parts: readonly StoredPart[]): PromptMessage[] {
  const messages: PromptMessage[] = []
  const withThoughts = parts.some(({ type }) => type === 'dynamic-tool')
  let said = ''
  let thought = ''
  let kept: Kept | undefined
  let calls: DynamicToolUIPart[] = []

  const endStep = () => {
    if (calls.length > 0 || said.trim() !== '') {
      messages.push({
        role: 'assistant',
        text: said,
        ...(withThoughts && thought && { reasoning: thought }),
        ...(kept && { kept }),
        ...(calls.length > 0 && {
          calls: calls.map(({ toolCallId, toolName, input }) => ({
            id: toolCallId,
            name: toolName,
            text: argumentsOf(input),
          })),
        }),
      })
    }
    messages.push(...calls.map((call) => ({ role: 'tool' as const, callId: call.toolCallId, text: resultOf(call) })))
    said = ''
    thought = ''
    kept = undefined
    calls = []
  }
  for (const part of parts) {
    if (part.type === 'dynamic-tool') calls.push(part)
    else if (part.type === 'step-start') endStep()
    else if (part.type === 'reasoning') thought += part.text
    else if (part.type === 'text') said += part.text
    else if (part.type === 'data-kept') kept = part.data
  }
  endStep()
  return messages
}

/** Servers parse the arguments of past calls, and fail where the model had written something else than an object. */
function argumentsOf(input: unknown): string {
  return typeof input === 'object' && input !== null && !Array.isArray(input) ? JSON.stringify(input) : '{}'
}

function resultOf(call: DynamicToolUIPart): string {
  if (call.state === 'output-available') {
    const text = typeof call.output === 'string' ? call.output : JSON.stringify(call.output)
    return text?.trim() ? text : '[no output]'
  }
  if (call.state === 'output-denied') return call.approval.reason ?? 'The person did not allow this call.'
  return `Error: ${call.state === 'output-error' ? call.errorText : 'interrupted'}`
}
