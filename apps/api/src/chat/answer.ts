import type { DynamicToolUIPart, SourceUrlUIPart } from 'ai'
import { isOpen } from '../db/open-calls.ts'
import { storable } from '../db/storable.ts'
import type { StoredPart } from '../db/stored-parts.ts'
import type { ToolCall, ToolResult } from '../extension-points/tools.ts'
import { KeptFields } from '../provider/answer/kept-fields.ts'

type Piece =
  | { type: 'text' | 'reasoning'; deltas: string[] }
  | { type: 'step-start' }
  | DynamicToolUIPart
  | SourceUrlUIPart

/** The answer so far. Deltas are only collected; they are joined when somebody asks. */
export class Answer {
  readonly #pieces: Piece[] = []
  /** What the model wants back, one for each step. */
  readonly #kept: KeptFields[] = [new KeptFields()]

  append(type: 'text' | 'reasoning', delta: string): void {
    const last = this.#pieces.at(-1)
    if (last?.type === type) last.deltas.push(delta)
    else this.#pieces.push({ type, deltas: [delta] })
  }

  /** The text of this step turned out to be thoughts. */
  wasThought(): void {
    for (const piece of this.#pieces.slice(this.#pieces.findLastIndex(({ type }) => type === 'step-start') + 1))
      if ('deltas' in piece) piece.type = 'reasoning'
  }

  source(part: SourceUrlUIPart): void {
    this.#pieces.push(part)
  }

  /** The model is asked again; not to be called for the first time. */
  nextStep(): void {
    this.#pieces.push({ type: 'step-start' })
    this.#kept.push(new KeptFields())
  }

  /** Not for people: what the model wants back with this step. */
  keep(by: string, fields: Readonly<Record<string, unknown>>, callId?: string): void {
    this.#kept.at(-1)?.add(by, fields, callId)
  }

  /** The model begins to write a call; its input is not known yet. */
  beginCall(id: string, name: string, title: string): void {
    const part = { type: 'dynamic-tool', toolCallId: id, toolName: name, title } as const
    this.#pieces.push({ ...part, state: 'input-streaming', input: undefined })
  }

  call({ id, input }: ToolCall): void {
    this.#replace(id, { state: 'input-available', input })
  }

  result(id: string, { output, errorText, durationMs }: ToolResult): void {
    const resultProviderMetadata = { chat: { durationMs } }
    if (errorText === undefined) this.#replace(id, { state: 'output-available', output, resultProviderMetadata })
    else this.#replace(id, { state: 'output-error', errorText, resultProviderMetadata })
  }

  /** Gives every call that has none an end, and returns their ids. */
  closeCalls(errorText: string): string[] {
    const open = this.#pieces.flatMap((piece) =>
      piece.type === 'dynamic-tool' && isOpen(piece) ? [piece.toolCallId] : [],
    )
    for (const id of open) this.#replace(id, { state: 'output-error', errorText })
    return open
  }

  get isEmpty(): boolean {
    return this.#pieces.length === 0
  }

  /** As they are stored: those of each step, then what the model wants back with them. */
  parts(): StoredPart[] {
    const parts: StoredPart[] = []
    let step = 0
    const endStep = () => {
      const kept = this.#kept[step++]?.get()
      if (kept) parts.push({ type: 'data-kept', data: kept })
    }
    for (const piece of this.#pieces) {
      if (piece.type === 'step-start') endStep()
      parts.push('deltas' in piece ? { type: piece.type, text: storable(piece.deltas.join('')) } : piece)
    }
    endStep()
    return parts
  }

  #replace(id: string, change: object): void {
    const at = this.#pieces.findIndex((piece) => piece.type === 'dynamic-tool' && piece.toolCallId === id)
    this.#pieces[at] = { ...this.#pieces[at], ...change } as DynamicToolUIPart
  }
}
