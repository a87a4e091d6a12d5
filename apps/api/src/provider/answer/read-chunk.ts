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
    let outer = own
    let choice = plainChoice(own)
    let read = choice ? readMessage(choice.delta as Fields) : NO_MESSAGE
    if (read.isOdd) {
      outer = this.#reader?.normal(own, this.#said) ?? own
      choice = recordOf(listOf(outer.choices)[0])
      const delta = recordOf(choice?.delta)
      read = delta ? readMessage(delta) : NO_MESSAGE
    }
    this.#id ??= nameOf(outer.id)
    this.#model ??= nameOf(outer.model)
    if (outer.service_tier && outer.service_tier !== this.#rawTier) {
      this.#rawTier = outer.service_tier
      this.#tier = nameOf(outer.service_tier)
    }
    const { pieces, calls, unknown } = read
    for (const { type, delta } of pieces) this.#said[type === 'reasoning' ? 'thoughts' : 'text'] += delta.length
    this.#said.calls += calls.length
    return {
      id: this.#id,
      model: this.#model,
      serviceTier: this.#tier,
      finishReason: finishReasonOf(choice?.finish_reason),
      pieces,
      calls,
      usage: recordOf(outer.usage),
      error: isSaid(outer.error) ? outer : undefined,
      done: outer.done === true,
      outer,
      message: recordOf(choice?.delta),
      unknown,
    }
  }

  /** Nothing comes any more. @returns the events to read after all */
  end(): readonly unknown[] {
    return this.#reader?.end(this.#said) ?? NONE
  }
}

/** Of a message the fields that are read. `none`: of no interest, and nobody wants them back; `odd`: of other forms. */
const fields: ReadonlyMap<string, Piece['type'] | 'calls' | 'none' | 'odd'> = new Map([
  ...(['reasoning_content', 'reasoning'] as const).map((name) => [name, 'reasoning'] as const),
  ...([['content', 'text'] as const, ['refusal', 'refusal'] as const, ['tool_calls', 'calls'] as const] as const),
  ...'role annotations citations usage index id type function name finish_reason'
    .split(' ')
    .map((name) => [name, 'none'] as const),
  ...'content_blocks audio images toolCalls function_call extra_content'
    .split(' ')
    .map((name) => [name, 'odd'] as const),
])
const CALL = new Set(['index', 'id', 'type', 'function'])

interface Read {
  readonly pieces: readonly Piece[]
  readonly calls: readonly CallPiece[]
  readonly unknown?: Fields | undefined
  /** Not all of it has OpenAI's own form. */
  readonly isOdd: boolean
}
const NO_MESSAGE: Read = { pieces: NONE, calls: NONE, isOdd: true }

/** Nearly always: one choice that goes on. */
function plainChoice({ choices }: Fields): Fields | null {
  const choice = Array.isArray(choices) && choices.length === 1 ? recordOf(choices[0]) : null
  return choice?.index === 0 && !choice.finish_reason && recordOf(choice.delta) ? choice : null
}

/** Hot path. Thoughts first: where both come in one chunk, they came before. They may stand in both fields. */
function readMessage(message: Fields): Read {
  let pieces: readonly Piece[] = NONE
  let calls: readonly CallPiece[] = NONE
  let unknown: Record<string, unknown> | undefined
  let isOdd = false
  for (const name in message) {
    const value = message[name]
    if (value === null || value === undefined || value === '' || name === 'role') continue
    const type = name === 'content' ? 'text' : fields.get(name)
    if (type === undefined || (type === 'odd' && name === 'extra_content')) {
      unknown ??= {}
      unknown[name] = value
      // Says what the text is.
      if (value === true || name === 'channel') isOdd = true
    }
    if (type === 'odd') isOdd = true
    else if (type === 'calls') {
      calls = listOf(value).flatMap(callOf)
      isOdd ||= !listOf(value).every(isPlainCall)
    } else if (type !== undefined && type !== 'none') {
      if (typeof value !== 'string') isOdd = true
      else if (type !== 'reasoning') pieces = [...pieces, { type, delta: value }]
      else if (pieces[0]?.type !== 'reasoning') pieces = [{ type, delta: value }, ...pieces]
    }
  }
  // What nobody knows may be a thought.
  return { pieces, calls, unknown, isOdd: isOdd || (pieces.length === 0 && calls.length === 0) }
}

function isPlainCall(value: unknown): boolean {
  const call = recordOf(value)
  const what = recordOf(call?.function)
  return Number.isInteger(call?.index) && typeof (what?.arguments ?? '') === 'string' && what !== null
}

function callOf(value: unknown): CallPiece[] {
  const call = recordOf(value)
  if (!call) return []
  const what = recordOf(call.function)
  let unknown: Record<string, unknown> | undefined
  for (const name in call) {
    if (CALL.has(name) || (call[name] ?? '') === '') continue
    unknown ??= {}
    unknown[name] = call[name]
  }
  return [
    {
      index: Number.isInteger(call.index) ? (call.index as number) : undefined,
      id: nameOf(call.id) ?? undefined,
      name: nameOf(what?.name) ?? undefined,
      text: typeof what?.arguments === 'string' ? what.arguments : '',
      unknown,
    },
  ]
}
