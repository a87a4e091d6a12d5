import { storableJson } from '../../db/storable.ts'
import type { Kept } from '../../db/stored-parts.ts'
import { type Fields, recordOf } from '../unknown-values.ts'

/** Of one step. More is not kept at all: half a signature is refused. */
const MAX_CHARS = 200_000

/** Puts together what arrives of it chunk by chunk during one step. */
export class KeptFields {
  #kept: { -readonly [K in keyof Kept]?: Kept[K] } = {}

  add(by: string, fields: Fields, callId?: string): void {
    this.#kept.by = by
    if (callId === undefined) this.#kept.message = merged(this.#kept.message, fields)
    else this.#kept.calls = { ...this.#kept.calls, [callId]: merged(this.#kept.calls?.[callId], fields) }
  }

  /** As it may be stored; null where there is nothing, or too much. */
  get(): Kept | null {
    const { by } = this.#kept
    if (by === undefined || JSON.stringify(this.#kept).length > MAX_CHARS) return null
    return storableJson({ ...this.#kept, by }) as Kept
  }
}

/** Lists grow, records are filled in, of anything else the newest counts. */
function merged(old: Fields | undefined, added: Fields): Fields {
  const result: Record<string, unknown> = { ...old }
  for (const [name, value] of Object.entries(added)) {
    const before = result[name]
    const [record, more] = [recordOf(before), recordOf(value)]
    if (Array.isArray(value)) result[name] = value.reduce(appended, Array.isArray(before) ? before : [])
    else result[name] = record && more ? merged(record, more) : value
  }
  return result
}

/** A piece of an entry that is streamed goes on with it: same `type` and `index`, its texts are pieces, too. */
function appended(list: readonly unknown[], piece: unknown): readonly unknown[] {
  const [last, next] = [recordOf(list.at(-1)), recordOf(piece)]
  // A signature or encrypted data ends an entry.
  const goesOn = last?.type !== undefined && last.type === next?.type && last.index === next.index
  if (!goesOn || last.signature || last.data) return [...list, piece]
  const joined: Record<string, unknown> = { ...last }
  for (const [name, value] of Object.entries(next)) {
    const before = joined[name]
    const isText = TEXTS.has(name) && typeof before === 'string' && typeof value === 'string'
    joined[name] = isText ? before + value : (value ?? before)
  }
  return [...list.slice(0, -1), joined]
}
const TEXTS = new Set(['text', 'thinking', 'summary'])
