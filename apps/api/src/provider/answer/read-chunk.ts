import * as features from '../features.ts'
import type { Said } from '../provider-feature.ts'
import { type Fields, isSaid, listOf, nameOf, recordOf } from '../unknown-values.ts'
import { finishReasonOf } from './finish-reason.ts'
import type { CallPiece } from './streamed-tool-calls.ts'

/** What a server sends, with nothing unchecked left in it but what is named so. */
export interface Chunk {
  readonly id: string | null
  readonly model: string | null
  readonly serviceTier: string | null
  readonly finishReason: string | null
  /** Never empty ones, thoughts first. */
  readonly pieces: readonly Piece[]
  readonly calls: readonly CallPiece[]
  /** Unchecked: the prices know its forms. */
  readonly usage: Fields | null
  /** Unchecked: what the server says of an error; undefined where there is none. */
  readonly error: unknown
  /** The server says that nothing comes any more. */
  readonly done: boolean
  /** Unchecked: the event, and the message in it that the pieces came from. */
  readonly outer: Fields
  readonly message: Fields | null
  /** Unchecked: the fields of the message that nothing here knows. */
  readonly unknown: Fields | undefined
}

export interface Piece {
  readonly type: 'text' | 'reasoning' | 'refusal'
  readonly delta: string
}

const NONE: readonly never[] = []

/** Second step: an event to one normalised chunk. */
export class ChunkReader {
  readonly #reader = Object.values<features.ProviderFeature>(features)
    .find(({ events }) => events)
    ?.events?.()
  readonly #said: Said = { text: 0, thoughts: 0, calls: 0 }
  // They repeat with every chunk. Some servers begin with empty ones.
  #id: string | null = null
  #model: string | null = null
  #rawTier: unknown
  #tier: string | null = null

  /** @returns null for what is neither part of an answer nor an error */
  read(value: unknown): Chunk | null {
    const own = recordOf(value)
    if (!own) return null
    const plain = plainPieces(own)
    const outer = plain ? own : (this.#reader?.normal(own, this.#said) ?? own)
    const choice = recordOf(listOf(outer.choices)[0])
    const message = recordOf(choice?.delta)
    this.#id ??= nameOf(outer.id)
    this.#model ??= nameOf(outer.model)
    if (outer.service_tier && outer.service_tier !== this.#rawTier) {
      this.#rawTier = outer.service_tier
      this.#tier = nameOf(outer.service_tier)
    }
    const unknown = plain || !message ? undefined : unknownIn(message, MESSAGE)
    const calls = plain ? NONE : listOf(message?.tool_calls).flatMap(callOf)
    const pieces = plain ?? (message ? piecesOf(message) : NONE)
    for (const { type, delta } of pieces) this.#said[type === 'reasoning' ? 'thoughts' : 'text'] += delta.length
    this.#said.calls += calls.length
    return {
      id: this.#id,
      model: this.#model,
      serviceTier: this.#tier,
      finishReason: plain ? null : finishReasonOf(choice?.finish_reason),
      pieces,
      calls,
      usage: recordOf(outer.usage),
      error: isSaid(outer.error) ? outer : undefined,
      done: outer.done === true,
      outer,
      message,
      unknown,
    }
  }

  /** Nothing comes any more. @returns the events to read after all */
  end(): readonly unknown[] {
    return this.#reader?.end(this.#said) ?? NONE
  }
}

/** Of a message the fields that are read; `none`: of no interest, and nobody wants them back. */
const fields: ReadonlyMap<string, Piece['type'] | 'none'> = new Map([
  ...(['reasoning_content', 'reasoning'] as const).map((name) => [name, 'reasoning'] as const),
  ...([['content', 'text'] as const, ['refusal', 'refusal'] as const] as const),
  ...'role tool_calls annotations citations usage index id type function name finish_reason'
    .split(' ')
    .map((name) => [name, 'none'] as const),
])
const MESSAGE = new Set(fields.keys())
const CALL = new Set(['index', 'id', 'type', 'function'])

/** Nearly always: nothing but more of a text or of a thought. Hot path */
function plainPieces({ choices }: Fields): readonly Piece[] | undefined {
  if (!Array.isArray(choices) || choices.length !== 1) return undefined
  const { index, delta, finish_reason } = (choices[0] ?? {}) as Fields
  if (index !== 0 || finish_reason || typeof delta !== 'object') return undefined
  let piece: Piece | undefined
  for (const name in delta) {
    const text = (delta as Fields)[name]
    if (!text || name === 'role') continue
    const type = fields.get(name)
    if (piece || typeof text !== 'string' || (type !== 'text' && type !== 'reasoning')) return undefined
    piece = { type, delta: text }
  }
  return piece && [piece]
}

/** Thoughts first: where both come in one chunk, they came before. They may stand in both fields. */
function piecesOf(message: Fields): readonly Piece[] {
  const found = [...fields].flatMap(([name, type]): Piece[] => {
    const delta = message[name]
    return type !== 'none' && typeof delta === 'string' && delta !== '' ? [{ type, delta }] : []
  })
  return found.filter(({ type }, at) => type !== 'reasoning' || at === 0)
}

function callOf(value: unknown): CallPiece[] {
  const call = recordOf(value)
  const what = recordOf(call?.function)
  if (!call) return []
  const { index, id } = call
  return [
    {
      index: Number.isInteger(index) ? (index as number) : undefined,
      id: nameOf(id) ?? undefined,
      name: nameOf(what?.name) ?? undefined,
      text: typeof what?.arguments === 'string' ? what.arguments : '',
      unknown: unknownIn(call, CALL),
    },
  ]
}

function unknownIn(of: Fields, known: ReadonlySet<string>): Fields | undefined {
  const unknown = Object.entries(of).filter(([name, value]) => !known.has(name) && (value ?? '') !== '')
  return unknown.length > 0 ? Object.fromEntries(unknown) : undefined
}
