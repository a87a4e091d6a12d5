import type { ChatMessage, Segment } from '@repo/contract/message'

type Part = ChatMessage['parts'][number]
export type ToolPart = Extract<Part, { type: 'dynamic-tool' }>
export type NoticePart = Extract<Part, { type: 'data-notice' }>

/** How long each reasoning part took, in milliseconds; empty where stretches and parts cannot be matched. */
export function thinkingTimes(parts: Part[], timeline: Segment[]): number[] {
  const times = timeline.filter(({ phase }) => phase === 'thinking').map(({ startMs, endMs }) => endMs - startMs)
  return times.length === parts.filter(({ type }) => type === 'reasoning').length ? times : []
}

/** How long a tool call took, in milliseconds; null where it is not known. */
export function toolDuration(part: ToolPart): number | null {
  const result = 'resultProviderMetadata' in part ? part.resultProviderMetadata : undefined
  const known = result?.chat?.durationMs ?? part.callProviderMetadata?.chat?.durationMs
  return typeof known === 'number' ? known : null
}
