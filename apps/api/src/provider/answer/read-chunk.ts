import { finishReasonOf } from './finish-reason.ts'
import type { CallPiece } from './streamed-tool-calls.ts'

/** What a server sends, with nothing unchecked left in it but what is named so. */
export interface Chunk {
  readonly id: string | null
  readonly model: string | null
  readonly serviceTier: string | null
  readonly finishReason: string | null
  /** Never empty ones, in their order. */
  readonly pieces: readonly Piece[]
  readonly calls: readonly CallPiece[]
  readonly sources: readonly Source[]
  /** Unchecked: the prices know its forms. */
  readonly usage: Fields | null
  /** Unchecked: what the server says of an error; undefined where there is none. */
  readonly error: unknown
  /** Unchecked: the message that the pieces came from. */
  readonly message: Fields | null
}

export interface Piece {
  readonly type: 'text' | 'reasoning' | 'refusal'
  readonly delta: string
}

/** A page that the answer is based on. */
export interface Source {
  readonly url: string
  readonly title: string | null
}

export type Fields = Readonly<Record<string, unknown>>

const NONE: readonly never[] = []
/** Characters. Longer ones are no names, and would be stored and sent with every answer. */
const LONGEST_NAME = 256
const LONGEST_URL = 2048
/** Chunks of answers that are not the first. */
const MOST_OTHERS = 10_000

/** Second step: an event to one normalised chunk. */
export class ChunkReader {
  /** Of several answers at once, the first is read; another one only where there is no first. */
  #index = 0
  #seen = false
  readonly #others: unknown[] = []
  /** Whole messages are for servers that do not stream; others repeat in them what they have streamed. */
  #streamed = false
  // They repeat with every chunk. Some servers begin with empty ones.
  #id: string | null = null
  #model: string | null = null
  #rawTier: unknown
  #tier: string | null = null

  /** @returns null for what is neither part of an answer nor an error */
  read(value: unknown): Chunk | null {
    const outer = unwrapped(recordOf(value))
    // Text where an object is expected: only errors have that form.
    if (!outer) return null
    const error = errorIn(outer)
    const choice = this.#choice(outer.choices)
    if (!choice && !this.#seen && listOf(outer.choices).length > 0 && this.#others.length < MOST_OTHERS)
      this.#others.push(value)
    const message = choice && this.#message(choice)
    this.#id ??= nameOf(outer.id)
    this.#model ??= nameOf(outer.model)
    if (outer.service_tier && outer.service_tier !== this.#rawTier) {
      this.#rawTier = outer.service_tier
      this.#tier = nameOf(outer.service_tier)
    }
    return {
      id: this.#id,
      model: this.#model,
      serviceTier: this.#tier,
      finishReason: choice ? finishReasonOf(choice.finish_reason ?? choice.finishReason) : null,
      pieces: message ? piecesOf(message) : NONE,
      calls: message ? callsOf(message) : NONE,
      sources: sourcesOf(outer, message),
      usage: usageIn(outer, choice),
      error,
      message,
    }
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

  #message(choice: Fields): Fields | null {
    const delta = recordOf(choice.delta)
    if (delta) {
      this.#streamed = true
      return delta
    }
    if (typeof choice.delta === 'string') return { content: choice.delta }
    const whole = this.#streamed ? null : recordOf(choice.message)
    return whole ?? (typeof choice.text === 'string' ? { content: choice.text } : null)
  }
}

/** Some gateways put each chunk into a field of their own. */
function unwrapped(outer: Fields | null): Fields | null {
  if (!outer || outer.choices !== undefined) return outer
  const inner = recordOf(outer.data) ?? recordOf(outer.result) ?? recordOf(outer.response) ?? recordOf(outer.chunk)
  return inner?.choices === undefined ? outer : inner
}

/** What has none, or none that counts, is the first. */
function indexOf(choice: unknown): number {
  const index = recordOf(choice)?.index
  return typeof index === 'number' ? index || 0 : Number(index ?? 0) || 0
}

export function recordOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : NONE
}

/** An id, or the name of a model: a string that says something, cut. */
function nameOf(value: unknown): string | null {
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'string') return null
  return (
    value
      .replace(/\p{Cc}/gu, '')
      .slice(0, LONGEST_NAME)
      .toWellFormed() || null
  )
}

/** @returns what says of an error, or undefined: a sign of life without choices is none */
function errorIn(outer: Fields): unknown {
  const { error, choices, base_resp: minimax } = outer
  if (error && error !== 'null' && !(recordOf(error) && Object.keys(error).length === 0)) return outer
  if (minimax !== undefined && recordOf(minimax)?.status_code) return outer
  if (choices !== undefined && choices !== null) return undefined
  const says = [outer.object, outer.type, outer.status, outer.event].includes('error') || outer.success === false
  const told = outer.detail || outer.exception || outer.fault || outer.error_code || listOf(outer.errors).length > 0
  const fails = typeof outer.message === 'string' && (outer.code || outer.statusCode)
  return says || told || fails ? outer : undefined
}

/** Thoughts first: where both come in one chunk, they came before. */
function piecesOf(message: Fields): readonly Piece[] {
  const { content, refusal } = message
  const thoughts = thoughtsOf(message)
  const isThought =
    message.extra_content !== undefined && recordOf(recordOf(message.extra_content)?.google)?.thought === true
  if (typeof content === 'string' && thoughts === '' && !refusal && !message.audio && !message.images) {
    return content === '' ? NONE : [{ type: isThought ? 'reasoning' : 'text', delta: content }]
  }
  const pieces: Piece[] = thoughts === '' ? [] : [{ type: 'reasoning', delta: thoughts }]
  addContent(pieces, content, isThought ? 'reasoning' : 'text')
  addContent(pieces, refusal, 'refusal')
  addContent(pieces, recordOf(message.audio)?.transcript, 'text')
  addContent(pieces, message.images, 'text')
  return pieces
}

/** The same thought often stands in several fields: the first that has it counts. */
function thoughtsOf(message: Fields): string {
  const { reasoning_content: own, reasoning, reasoning_details: details, thinking } = message
  if (typeof own === 'string' && own !== '') return own
  if (own || reasoning || details || thinking || message.thinking_blocks) {
    return textIn(own) || textIn(reasoning) || textIn(thinking) || textIn(details) || textIn(message.thinking_blocks)
  }
  return ''
}

/** The text of a part, or of a list of parts, of whatever depth that models have. */
function textIn(value: unknown, depth = 0): string {
  if (typeof value === 'string') return value
  if (depth > 4) return ''
  if (Array.isArray(value)) return value.map((one) => textIn(one, depth + 1)).join('')
  const part = recordOf(value)
  if (!part) return ''
  return textIn(
    part.text ?? part.value ?? part.thinking ?? part.summary ?? part.reasoning ?? part.content ?? part.refusal,
    depth + 1,
  )
}

function addContent(pieces: Piece[], content: unknown, type: Piece['type']): void {
  if (typeof content === 'string') {
    if (content !== '') pieces.push({ type, delta: content })
    return
  }
  const parts = Array.isArray(content) ? content : [content]
  for (const one of parts) {
    const part = recordOf(one)
    if (!part) {
      if (typeof one === 'string') addContent(pieces, one, type)
      continue
    }
    const kind = String(part.type)
    const isThought = /thinking|reasoning|thought/.test(kind) || part.thought === true
    const delta = /image/.test(kind) ? '[image]' : textIn(part)
    if (delta !== '') pieces.push({ type: isThought ? 'reasoning' : kind === 'refusal' ? 'refusal' : type, delta })
  }
}

function callsOf(message: Fields): readonly CallPiece[] {
  const { tool_calls: calls, function_call: legacy } = message
  if (!calls && !legacy) return NONE
  const list = calls ? (Array.isArray(calls) ? calls : [calls]) : [{ function: legacy }]
  return list.flatMap((one): CallPiece[] => {
    const call = recordOf(one)
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
        raw: call,
      },
    ]
  })
}

function usageIn(outer: Fields, choice: Fields | null): Fields | null {
  return (
    recordOf(outer.usage) ??
    recordOf(listOf(outer.usage)[0]) ??
    recordOf(choice?.usage) ??
    recordOf(recordOf(choice?.delta)?.usage) ??
    recordOf(recordOf(outer.x_groq)?.usage) ??
    recordOf(outer.usageMetadata) ??
    recordOf(outer.usage_metadata) ??
    recordOf(outer.timings) ??
    recordOf(outer['amazon-bedrock-invocationMetrics']) ??
    ('prompt_eval_count' in outer ? outer : null)
  )
}

/** `citations`, `search_results` and `annotations`, as Perplexity, xAI, OpenAI and OpenRouter have them. */
function sourcesOf(outer: Fields, message: Fields | null): readonly Source[] {
  if (!outer.citations && !outer.search_results && !message?.annotations && !message?.citations) return NONE
  const titled = listOf(outer.search_results)
  return [outer.citations, titled, message?.citations, message?.annotations].flatMap(listOf).flatMap((one) => {
    const part = recordOf(one)
    const found = recordOf(part?.url_citation) ?? part
    const url = urlOf(typeof one === 'string' ? one : (found?.url ?? found?.uri ?? found?.link))
    if (!url) return []
    const named = found ?? recordOf(titled.find((result) => recordOf(result)?.url === one))
    return [{ url, title: nameOf(named?.title) }]
  })
}

/** A link that a page may show. */
function urlOf(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > LONGEST_URL || !/^https?:\/\//i.test(value)) return null
  const url = URL.parse(value)
  return url && url.username === '' ? url.href : null
}
