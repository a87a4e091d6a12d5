import type { DynamicToolUIPart } from 'ai'
import { storable } from '../db/storable.ts'
import { isOpen, type StoredPart } from '../db/stored-parts.ts'
import type { KeptFields } from '../provider/answer/kept-fields.ts'
import type { AnswerLog } from './answer-log.ts'

/**
 * An answer as it is stored: the parts of each step, then what its model wants back with them.
 * @param kept one for each step
 */
export function answerParts(entries: AnswerLog['entries'], kept: readonly KeptFields[]): StoredPart[] {
  const parts: StoredPart[] = []
  let step = 0
  const endStep = () => {
    const data = kept[step - 1]?.get()
    if (data) parts.push({ type: 'data-kept', data })
  }
  const change = (id: string, changed: object) => {
    const at = parts.findIndex((part) => part.type === 'dynamic-tool' && part.toolCallId === id)
    parts[at] = { ...parts[at], ...changed } as DynamicToolUIPart
  }
  for (const entry of entries) {
    switch (entry.type) {
      case 'text':
      case 'reasoning': {
        const text = entry.deltas.join('')
        const last = parts.at(-1)
        if (last?.type === entry.type) last.text += text
        else parts.push({ type: entry.type, text })
        break
      }
      case 'start-step':
        endStep()
        if (step++ > 0) parts.push({ type: 'step-start' })
        break
      case 'data-thought':
        for (let at = parts.length - 1; at >= 0 && parts[at]?.type !== 'step-start'; at--) {
          const part = parts[at]
          if (part?.type === 'text') parts[at] = { type: 'reasoning', text: part.text }
        }
        break
      case 'source-url':
      case 'data-notice':
        parts.push(entry)
        break
      case 'tool-input-start': {
        const { toolCallId, toolName, title = toolName } = entry
        parts.push({ type: 'dynamic-tool', toolCallId, toolName, title, state: 'input-streaming', input: undefined })
        break
      }
      case 'tool-input-available':
        change(entry.toolCallId, { state: 'input-available', input: entry.input })
        break
      case 'tool-approval-request': {
        const { approvalId: id, approvalDescriptor: descriptor, isAutomatic } = entry
        const approval = { id, descriptor, ...(isAutomatic && { isAutomatic }) }
        change(entry.toolCallId, { state: 'approval-requested', approval })
        break
      }
      case 'tool-approval-response': {
        const { approvalId, approved, reason, providerMetadata: callProviderMetadata } = entry
        const asked = parts.find((part) => part.type === 'dynamic-tool' && part.approval?.id === approvalId)
        if (asked?.type !== 'dynamic-tool') break
        const approval = { ...asked.approval, approved, ...(reason && { reason }) }
        change(asked.toolCallId, { state: 'approval-responded', approval, callProviderMetadata })
        break
      }
      case 'tool-output-denied':
        change(entry.toolCallId, { state: 'output-denied' })
        break
      case 'tool-output-available':
      case 'tool-output-error': {
        const { toolCallId, providerMetadata: resultProviderMetadata } = entry
        const result = entry.type === 'tool-output-error' ? { errorText: entry.errorText } : { output: entry.output }
        change(toolCallId, { state: entry.type.slice(5), ...result, resultProviderMetadata })
        break
      }
    }
  }
  endStep()
  return parts.map((part) => ('text' in part ? { ...part, text: storable(part.text) } : part))
}

/** Ids of the calls that have no end. */
export function openCalls(parts: readonly StoredPart[]): string[] {
  return parts.flatMap((part) => (part.type === 'dynamic-tool' && isOpen(part) ? [part.toolCallId] : []))
}
