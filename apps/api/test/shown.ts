import type { UIMessageChunk } from 'ai'

/** What a page shows of a stream: text that turns out to have been a thought becomes one. */
export function shown(chunks: readonly UIMessageChunk[]): { text: string; thoughts: string } {
  const read = { text: '', thoughts: '' }
  let step = { ...read }
  for (const chunk of chunks) {
    if (chunk.type === 'text-delta') step.text += chunk.delta
    else if (chunk.type === 'reasoning-delta') step.thoughts += chunk.delta
    else if (chunk.type === 'data-thought') step = { text: '', thoughts: step.thoughts + step.text }
    if (chunk.type !== 'start-step' && chunk !== chunks.at(-1)) continue
    read.text += step.text
    read.thoughts += step.thoughts
    step = { text: '', thoughts: '' }
  }
  return read
}
