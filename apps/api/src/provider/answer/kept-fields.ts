import { storableJson } from '../../db/storable.ts'
import type { Kept } from '../../db/stored-parts.ts'

type Fields = Readonly<Record<string, unknown>>

/** Of a message in the stream, and of a tool call in it: those that are read, or nobody wants back. */
const READ = new Set(
  (
    'role content reasoning reasoning_content refusal tool_calls function_call annotations citations audio images usage ' +
    'index id type function name'
  ).split(' '),
)
/** Of one step. More is not kept at all: half a signature is refused. */
const MAX_CHARS = 200_000

/** The fields that this product does not know, of a message or of a call; undefined where there are none. */
export function unknownFields(of: object): Fields | undefined {
  let found: Record<string, unknown> | undefined
  for (const name in of) {
    const value = (of as Fields)[name]
    if (READ.has(name) || value === null || value === undefined || value === '') continue
    found ??= {}
    found[name] = value
  }
  return found
}

/** Names of thoughts, as new servers make them up; what proves or hides one is none. */
const THOUGHT = /^(?!.*(signature|encrypted|_id$|tokens|format|effort)).*(reason|think|thought|cot)/i

/** A thought among the fields that this product does not know. */
export function thoughtIn(fields: Fields): string {
  for (const name in fields) {
    const value = fields[name]
    if (typeof value === 'string' && THOUGHT.test(name)) return value
  }
  return ''
}

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
    if (Array.isArray(before) && Array.isArray(value)) result[name] = value.reduce(appended, before)
    else if (Array.isArray(value)) result[name] = value.reduce(appended, [])
    else result[name] = isRecord(before) && isRecord(value) ? merged(before, value) : value
  }
  return result
}

/** A piece of an entry that is streamed goes on with it: same `type` and `index`, its texts are pieces, too. */
function appended(list: readonly unknown[], piece: unknown): readonly unknown[] {
  const last = list.at(-1)
  const goesOn = isRecord(last) && isRecord(piece) && last.type === piece.type && last.index === piece.index
  if (!goesOn || last.type === undefined || isWhole(last)) return [...list, piece]
  const joined: Record<string, unknown> = { ...last }
  for (const [name, value] of Object.entries(piece)) {
    const before = joined[name]
    const text = name === 'text' || name === 'thinking' || name === 'summary'
    joined[name] = text && typeof before === 'string' && typeof value === 'string' ? before + value : (value ?? before)
  }
  return [...list.slice(0, -1), joined]
}

/** A signature or encrypted data ends an entry. */
function isWhole({ signature, data }: Fields): boolean {
  return Boolean(signature ?? data)
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
