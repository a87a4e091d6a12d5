import { type Fields, isSaid, listOf, looseJson, recordOf } from '../unknown-values.ts'
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
  /** Unchecked: the fields of the message that nothing else here knows. */
  readonly unknown: Fields | undefined
}

export interface Piece {
  readonly type: 'text' | 'reasoning' | 'refusal'
  readonly delta: string
}

const NONE: readonly never[] = []
/** Characters. Longer ones are no names, and would be stored and sent with every answer. */
const LONGEST_NAME = 256
/** Chunks of answers that are not the first. */
const MOST_OTHERS = 10_000

/** Second step: an event to one normalised chunk. */
export class ChunkReader {
  /** Of several answers at once, the first is read; another one only where there is no first. */
  #index = 0
  #seen = false
  readonly #others: unknown[] = []
  /** Whole messages are for servers that do not stream; others repeat in them what they have streamed. */
  #hasText = false
  #hasCalls = false
  #thoughts = 0
  // They repeat with every chunk. Some servers begin with empty ones.
  #id: string | null = null
  #model: string | null = null
  #rawTier: unknown
  #tier: string | null = null
  /** An event that may be an error in a form of its own; it is one where nothing else came. */
  odd: Fields | undefined

  /** @returns null for what is neither part of an answer nor an error */
  read(value: unknown): Chunk | null {
    const outer = unwrapped(recordOf(value))
    // Text where an object is expected: only errors have that form.
    if (!outer) return null
    const choice = this.#choice(outer.choices)
    if (!choice && !this.#seen && listOf(outer.choices).length > 0 && this.#others.length < MOST_OTHERS)
      this.#others.push(value)
    const delta = choice && (typeof choice.delta === 'string' ? { content: choice.delta } : recordOf(choice.delta))
    const whole = delta ? null : recordOf(choice?.message)
    const message = delta ?? whole ?? (choice && { content: choice.text })
    this.#id ??= nameOf(outer.id)
    this.#model ??= nameOf(outer.model)
    if (outer.service_tier && outer.service_tier !== this.#rawTier) {
      this.#rawTier = outer.service_tier
      this.#tier = nameOf(outer.service_tier)
    }
    const { pieces, calls, unknown } = message ? readMessage(message, this.#thoughts) : NO_MESSAGE
    const finishReason = finishReasonOf(choice?.finish_reason ?? (pieces.length === 0 ? endIn(outer, choice) : null))
    const isLast = !choice || finishReason !== null
    if (!choice && !this.odd && Object.keys(outer).some((name) => ODD.test(name))) this.odd = outer
    const chunk = {
      id: this.#id,
      model: this.#model,
      serviceTier: this.#tier,
      finishReason,
      error: errorIn(outer, choice),
      outer,
      message,
      unknown,
      done: outer.done === true,
      pieces: whole && this.#hasText ? NONE : pieces,
      calls: whole && this.#hasCalls ? NONE : calls,
      usage: isLast || outer.usage ? countsIn(outer) : null,
    }
    if (whole) return chunk
    for (const { type, delta } of pieces)
      if (type === 'reasoning') this.#thoughts += delta.length
      else this.#hasText = true
    this.#hasCalls ||= calls.length > 0
    return chunk
  }

  #choice(choices: unknown): Fields | null {
    if (!Array.isArray(choices)) return recordOf(choices)
    if (choices.length === 0) return null
    const first = choices[0]
    // Nearly always the only one.
    const found = first && indexOf(first) === this.#index ? first : choices.find((one) => indexOf(one) === this.#index)
    if (found !== undefined) this.#seen = true
    return recordOf(found)
  }

  /** Nothing comes any more. @returns the events to read after all, where no answer was the first */
  end(): readonly unknown[] {
    const [first] = this.#others
    if (this.#seen || first === undefined) return NONE
    this.#index = indexOf(listOf(recordOf(first)?.choices)[0])
    return this.#others.splice(0)
  }
}

/** Some gateways put each chunk into a field of their own. */
function unwrapped(outer: Fields | null): Fields | null {
  if (!outer || outer.choices !== undefined) return outer
  const inner = [outer.data, outer.result, outer.response, outer.chunk].map(recordOf).find((one) => one?.choices)
  return inner ?? outer
}

/** What has none, or none that counts, is the first. */
function indexOf(choice: unknown): number {
  const index = recordOf(choice)?.index
  return typeof index === 'number' ? index || 0 : Number(index ?? 0) || 0
}

/** An id, or the name of a model: a string that says something, cut. */
export function nameOf(value: unknown): string | null {
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'string') return null
  const plain = value.replace(/\p{Cc}/gu, '')
  return plain.slice(0, LONGEST_NAME).toWellFormed() || null
}

const ERROR = /^(errors?|error_(code|msg|message|type)|detail|fault|exception|\w+Exception)$/
const ODD = /err|exception|fault|message|msg/i

/** Names of a finish reason that is not where OpenAI has it. */
function endIn(outer: Fields, choice: Fields | null): unknown {
  const own = choice?.finishReason ?? choice?.stop_reason ?? choice?.native_finish_reason
  return own ?? recordOf(choice?.delta)?.finish_reason ?? outer.finish_reason
}

/** @returns what says of an error, or undefined: a sign of life without choices is none */
function errorIn(outer: Fields, choice: Fields | null): unknown {
  const { error, choices, base_resp: minimax } = outer
  if (isSaid(error) || recordOf(minimax)?.status_code) return outer
  if (choice?.error !== undefined && isSaid(choice.error)) return choice
  if (choices !== undefined && choices !== null) return undefined
  const isError = [outer.object, outer.type, outer.status, outer.event].includes('error') || outer.success === false
  const fails = typeof outer.message === 'string' && (outer.code || outer.statusCode)
  const told = Object.entries(outer).some(([name, value]) => ERROR.test(name) && isSaid(value))
  return isError || fails || told ? outer : undefined
}

/** What the fields of a message are; `none`: of no interest, and nobody wants them back. */
const fields = new Map<string, Piece['type'] | 'calls' | 'none'>([
  ...['content', 'content_blocks', 'audio', 'images'].map((name) => [name, 'text'] as const),
  ...['reasoning', 'reasoning_content'].map((name) => [name, 'reasoning'] as const),
  ...['tool_calls', 'toolCalls', 'function_call'].map((name) => [name, 'calls'] as const),
  ['refusal', 'refusal'],
  ...'role annotations citations usage index id type function name finish_reason'
    .split(' ')
    .map((name) => [name, 'none'] as const),
])
/** Names of thoughts, as new servers make them up; what proves or hides one is none. */
const THOUGHT = /^(?!.*(signature|encrypted|opaque|_id$|tokens|format|effort)).*(reason|think|thought|cot)/i
const THOUGHTS = /^(reasoning_details|thinking(_blocks)?)$/

type Read = { pieces: readonly Piece[]; calls: readonly CallPiece[]; unknown?: Fields | undefined }
const NO_MESSAGE: Read = { pieces: NONE, calls: NONE }

/** @param before characters of the thoughts so far */
function readMessage(message: Fields, before: number): Read {
  let thought: Piece | undefined
  let pieces: Piece[] | undefined
  let calls = NONE as Read['calls']
  let unknown: Record<string, unknown> | undefined
  for (const name in message) {
    const value = message[name]
    if (value === null || value === undefined || value === '') continue
    const kind = fields.get(name)
    if (kind === 'none') continue
    if (kind === 'calls') calls = callsIn(value)
    else if (kind === 'text' || kind === 'refusal') {
      // The same text may stand in several fields.
      if (name === 'content_blocks' && pieces) continue
      const isThought = message.extra_content && recordOf(recordOf(message.extra_content)?.google)?.thought === true
      const type = isThought ? 'reasoning' : kind
      const own: Piece[] = typeof value === 'string' ? [{ type, delta: value }] : piecesOf(value, type)
      pieces = pieces ? [...pieces, ...own] : own
      if (own.length === 0 && calls.length === 0) calls = callsIn(listOf(value).filter(isCall))
    } else {
      if (!kind) unknown = { ...unknown, [name]: value }
      // So may the same thought: the first that has it counts.
      const isThought = kind || (typeof value === 'string' ? THOUGHT : THOUGHTS).test(name)
      if (!thought && isThought) thought = thoughtIn(value, before)
    }
  }
  return { pieces: thought ? [thought, ...(pieces ?? NONE)] : (pieces ?? NONE), calls, unknown }
}

/** A signed block may say again what came before in pieces. */
function thoughtIn(value: unknown, before: number): Piece | undefined {
  const delta = textIn(value)
  const isSigned = listOf(value).some((one) => recordOf(one)?.signature)
  return delta === '' || (isSigned && delta.length === before) ? undefined : { type: 'reasoning', delta }
}

/** The text of a part, or of a list of parts, of whatever depth that models have. */
function textIn(value: unknown, depth = 0): string {
  if (typeof value === 'string') return value
  if (depth > 4) return ''
  if (Array.isArray(value)) return value.map((one) => textIn(one, depth + 1)).join('')
  const part = recordOf(value)
  const name = part && TEXTS.find((one) => part[one] !== undefined && part[one] !== null)
  return name ? textIn(part[name], depth + 1) : ''
}
const TEXTS = ['text', 'value', 'thinking', 'summary', 'reasoning', 'content', 'refusal', 'transcript', 'delta']

function piecesOf(value: unknown, type: Piece['type']): Piece[] {
  if (Array.isArray(value)) return value.flatMap((one) => piecesOf(one, type))
  const part = recordOf(value)
  const kind = String(part?.type)
  const delta = /image/.test(kind) ? '[image]' : isCall(value) ? '' : textIn(value)
  if (delta === '') return []
  const isThought = /thinking|reasoning|thought/.test(kind) || part?.thought === true || hasThinking(part)
  return [{ type: isThought ? 'reasoning' : kind === 'refusal' ? 'refusal' : type, delta }]
}

function hasThinking(part: Fields | null): boolean {
  return part !== null && ('thinking' in part || hasThinking(recordOf(part.delta)))
}

function isCall(value: unknown): boolean {
  return /^(tool_use|tool_call|function_call)$/.test(String(recordOf(value)?.type))
}

function callsIn(value: unknown): readonly CallPiece[] {
  if (typeof value === 'string') return callsIn(looseJson(value) ?? null)
  const one = recordOf(value)
  if (one && !('function' in one || 'name' in one || 'arguments' in one)) return callsIn(Object.values(one))
  return (one ? [one] : listOf(value)).flatMap((piece): CallPiece[] => {
    const call = recordOf(piece)
    if (!call) return []
    const what = recordOf(call.function) ?? recordOf(call.custom) ?? call
    const given = what.arguments ?? what.input ?? what.parameters
    const index = Number(call.index ?? Number.NaN)
    return [
      {
        index: Number.isInteger(index) ? index : undefined,
        id: nameOf(call.id) ?? undefined,
        name: nameOf(what.name) ?? undefined,
        text: typeof given === 'string' ? given : given ? JSON.stringify(given) : '',
        unknown: unknownIn(call),
      },
    ]
  })
}

function unknownIn(call: Fields): Fields | undefined {
  const unknown = Object.entries(call).filter(([name, value]) => !CALL.has(name) && value !== null && value !== '')
  return unknown.length > 0 ? Object.fromEntries(unknown) : undefined
}
const CALL = new Set('index id type function custom name arguments input parameters'.split(' '))

/** Of counts, whoever counts. */
const COUNT = /^(prompt|input|output|completion|candidates|predicted|eval|native_tokens)/i
/** Where vendors put them; never what the model itself wrote. */
const COUNTED = /usage|metric|meta|timings|tokens|groq|choices|delta|message|billed/i

function countsIn(value: unknown, depth = 0): Fields | null {
  const of = recordOf(value)
  const entries = Object.entries(of ?? listOf(value))
  if (of && entries.some(([name, count]) => COUNT.test(name) && isCount(count))) return of
  if (depth > 3) return null
  const inner = [of?.usage, ...entries.flatMap(([name, one]) => (!of || COUNTED.test(name) ? [one] : []))]
  for (const one of inner) {
    const found = typeof one === 'object' ? countsIn(one, depth + 1) : null
    if (found) return found
  }
  return null
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && /^\s*-?\d/.test(value))
}
