import type { ChatMessage } from '@repo/contract/message'
import type { DynamicToolUIPart } from 'ai'
import type { HistoryMessage } from '../db/messages.ts'
import type { PromptMessage } from '../provider/prompt-message.ts'

/**
 * Stored messages as the model gets them. Those with nothing for it are left out: a failed answer, for example, which
 * providers refuse.
 * @param tools false: calls are left out too, for models that know none
 */
export function toPrompt(history: readonly HistoryMessage[], tools: boolean): PromptMessage[] {
  return history.flatMap(({ role, parts }): PromptMessage[] => {
    if (role === 'assistant' && tools) return answerToPrompt(parts)
    const text = parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
    return text === '' ? [] : [{ role, text }]
  })
}

/**
 * An answer as the model gets it: for each step what it said and called, then what the tools said. Every call has a
 * result, or the provider refuses the whole conversation.
 * @param reasoning with what it thought, as some models want within a turn (see Provider)
 */
export function answerToPrompt(parts: ChatMessage['parts'], { reasoning = false } = {}): PromptMessage[] {
  const messages: PromptMessage[] = []
  let said = ''
  let thought = ''
  let calls: DynamicToolUIPart[] = []

  const endStep = () => {
    if (calls.length > 0) {
      messages.push({
        role: 'assistant',
        text: said,
        ...(reasoning && thought && { reasoning: thought }),
        calls: calls.map(({ toolCallId, toolName, input }) => ({
          id: toolCallId,
          name: toolName,
          text: argumentsOf(input),
        })),
      })
      messages.push(...calls.map((call) => ({ role: 'tool' as const, callId: call.toolCallId, text: resultOf(call) })))
    } else if (said !== '') messages.push({ role: 'assistant', text: said })
    said = ''
    thought = ''
    calls = []
  }
  for (const part of parts) {
    if (part.type === 'dynamic-tool') calls.push(part)
    else if (part.type === 'step-start') endStep()
    else if (part.type === 'reasoning') thought += part.text
    else if (part.type === 'text') said += part.text
  }
  endStep()
  return messages
}

/** Some servers parse the arguments of past calls and fail where the model had written no JSON. */
function argumentsOf(input: unknown): string {
  return typeof input === 'object' && input !== null ? JSON.stringify(input) : '{}'
}

function resultOf(call: DynamicToolUIPart): string {
  if (call.state === 'output-available')
    return typeof call.output === 'string' ? call.output : JSON.stringify(call.output)
  return `Error: ${call.state === 'output-error' ? call.errorText : 'interrupted'}`
}
