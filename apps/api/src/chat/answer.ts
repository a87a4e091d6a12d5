import type { ChatMessage } from '@repo/contract/message'

type Kind = 'text' | 'reasoning'

/** The answer so far. Deltas are only collected; they are joined when somebody asks. */
export class Answer {
  readonly #parts: { type: Kind; deltas: string[] }[] = []

  append(type: Kind, delta: string): void {
    const last = this.#parts.at(-1)
    if (last?.type === type) last.deltas.push(delta)
    else this.#parts.push({ type, deltas: [delta] })
  }

  get isEmpty(): boolean {
    return this.#parts.length === 0
  }

  parts(): ChatMessage['parts'] {
    return this.#parts.map(({ type, deltas }) => ({ type, text: storable(deltas.join('')) }))
  }
}

/** Text as PostgreSQL's jsonb takes it: without NUL, and without halves of surrogate pairs. */
export function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed()
}
