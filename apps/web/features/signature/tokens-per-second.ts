import type { MessageMetadata } from '@repo/contract/message'

/**
 * Output tokens per second of the time in which tokens arrived: neither the waits for the model nor its tools are in it.
 * Null where that cannot be known.
 */
export function tokensPerSecond({
  usage,
  timeline,
  ttftMs,
  durationMs,
}: Pick<MessageMetadata, 'usage' | 'timeline' | 'ttftMs' | 'durationMs'>): number | null {
  if (!usage || usage.outputTokens === 0) return null
  const writing = timeline.filter(({ phase }) => phase === 'thinking' || phase === 'answering')
  const ms =
    writing.length > 0
      ? writing.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0)
      : (durationMs ?? 0) - (ttftMs ?? durationMs ?? 0)
  return ms > 0 ? (usage.outputTokens / ms) * 1000 : null
}
