import { errorType } from '@repo/telemetry/catalogue'
import { storable } from '../../db/storable.ts'
import { type ProviderError, refusedInStream } from '../provider-error.ts'
import type { ProviderEvent } from '../provider-event.ts'
import { thoughtIn, unknownFields } from './kept-fields.ts'
import { type Chunk, ChunkReader, type Fields, type Source } from './read-chunk.ts'
import { type RawToolCall, StreamedToolCalls } from './streamed-tool-calls.ts'
import { ThinkTags } from './think-tags.ts'

const MOST_SOURCES = 100
/** Characters that a token can have in an answer that keeps to its limit: four are usual, eight in code. */
const CHARS_PER_TOKEN = 32
/** A chunk that is nothing but the token by which a model's template ends an answer: some servers pass it on. */
const END_TOKEN =
  /^(<\|(im_end|end|eot_id|eom_id|return|endoftext|end_of_text|eos|user|assistant)\|>|<\/s>|<end_of_turn>)$/
const LESS_THAN = 60
const NOTHING: readonly never[] = []

/** Third step: the chunks of one answer to what the turn gets of it. */
export class AnswerReader {
  readonly #chunks = new ChunkReader()
  readonly #calls: StreamedToolCalls
  readonly #by: string
  readonly #tags: ThinkTags
  readonly #sources = new Map<string, Source>()
  /** The first half of a character that two chunks tear apart. */
  #half = ''
  #refused = false
  #finishReason: string | null = null
  id: string | null = null
  model: string | null = null
  serviceTier: string | null = null
  usage: Fields | null = null
  /** Something to read, or a call. */
  hasContent = false
  /** Text or calls: more than thoughts. */
  hasAnswer = false
  hasThoughts = false
  /** Whether what was read last had content. */
  broughtContent = false
  #reasoningContent = false
  #charsLeft: number
  /** The provider's own error. What came before it is delivered. */
  failure: ProviderError | undefined

  /**
   * @param callIds of the turn so far, each of which is added
   * @param tools what may be called
   * @param by whom what is kept goes back to
   * @param beginsInThought the model's last answer did
   * @param maxOutputTokens what was asked for; not every server keeps to it
   */
  constructor(
    callIds: Set<string>,
    tools: ReadonlySet<string>,
    by: string,
    beginsInThought: boolean,
    maxOutputTokens: number,
  ) {
    this.#by = by
    this.#charsLeft = maxOutputTokens * CHARS_PER_TOKEN
    this.#calls = new StreamedToolCalls(callIds, tools)
    this.#tags = new ThinkTags(beginsInThought)
  }

  /** Null as long as the provider has not said that the answer is whole, or why it is not. */
  get finishReason(): string | null {
    const said = this.isEndless ? 'length' : this.#finishReason
    if (this.#refused && said === 'stop') return 'refusal'
    return said === 'error' || said === 'cut' ? null : said
  }

  /** It went on long after its limit, and would for ever. */
  get isEndless(): boolean {
    return this.#charsLeft < 0
  }

  get beganInThought(): boolean {
    return this.#tags.beganInThought
  }

  /** @returns what an event brings; hot path */
  read(json: unknown): readonly ProviderEvent[] {
    const chunk = this.#chunks.read(json)
    this.broughtContent = false
    if (!chunk) return NOTHING
    this.id ??= chunk.id
    this.model ??= chunk.model
    if (chunk.serviceTier !== null) this.serviceTier = chunk.serviceTier
    if (chunk.usage) this.usage = this.usage ? merged(this.usage, chunk.usage) : chunk.usage
    if (chunk.finishReason !== null) this.#finishReason = chunk.finishReason
    for (const source of chunk.sources)
      if (this.#sources.size < MOST_SOURCES && !this.#sources.get(source.url)?.title)
        this.#sources.set(source.url, source)
    const { pieces, calls, message } = chunk
    const kept = message ? unknownFields(message) : undefined
    const events =
      kept || pieces.length > 0 || calls.length > 0 ? this.#eventsOf(withThought(chunk, kept), kept) : NOTHING
    if (chunk.error !== undefined) this.failure = refusedInStream(chunk.error)
    return events
  }

  /** Nothing comes any more. @returns what was held back, and the sources */
  end(): readonly ProviderEvent[] {
    const events: ProviderEvent[] = this.#chunks.end().flatMap((json) => this.read(json))
    events.push(...this.#tags.end(), ...this.#calls.end())
    // Told at the end: what it used may come after it.
    if (this.#finishReason === 'error') this.failure ??= refusedInStream({ error: { type: 'finish_reason' } })
    this.#note(events)
    if (this.hasContent)
      for (const { url, title } of this.#sources.values()) events.push({ type: 'source', url, title })
    return events
  }

  calls(): readonly RawToolCall[] {
    return this.#calls.all()
  }

  #eventsOf(chunk: Chunk, kept: Fields | undefined): readonly ProviderEvent[] {
    const { pieces, calls } = chunk
    const first = pieces[0]
    // Nearly always: more of a text in which nothing is to be looked for.
    if (first?.type !== 'text' || pieces.length > 1 || calls.length > 0 || kept || !this.#passes(first.delta))
      return this.#content(chunk, kept)
    this.broughtContent = true
    this.#charsLeft -= first.delta.length
    return [{ type: 'text', delta: first.delta }]
  }

  #passes(text: string): boolean {
    const isToken = text.charCodeAt(0) === LESS_THAN && END_TOKEN.test(text)
    return this.hasAnswer && !isToken && this.#half === '' && this.#tags.passes(text) && isStorable(text)
  }

  #content({ pieces, calls, message }: Chunk, kept: Fields | undefined): readonly ProviderEvent[] {
    const events: ProviderEvent[] = []
    if (!this.#reasoningContent && message?.reasoning_content) {
      this.#reasoningContent = true
      events.push({ type: 'keep', by: this.#by, fields: { reasoning_content: true } })
    }
    if (kept) events.push({ type: 'keep', by: this.#by, fields: kept })
    for (const { type, delta } of pieces) {
      const text = END_TOKEN.test(delta) ? '' : this.#wellFormed(delta)
      if (type === 'reasoning') {
        this.#tags.thoughtsComeApart()
        if (text !== '') events.push({ type, delta: text })
        continue
      }
      if (type === 'refusal') this.#refused = true
      if (text === '') continue
      const { wasThought } = this.#tags
      const stretches = this.#tags.add(text)
      if (!wasThought && this.#tags.wasThought) events.push({ type: 'was-thought' })
      for (const stretch of stretches) events.push(stretch)
    }
    for (const piece of calls) {
      const { id, events: told } = this.#calls.add(piece)
      for (const event of told) events.push(event)
      const fields = unknownFields(piece.raw)
      if (id && fields) events.push({ type: 'keep', by: this.#by, fields, callId: id })
    }
    this.#note(events)
    return events
  }

  #note(events: readonly ProviderEvent[]): void {
    for (const event of events) {
      const { type } = event
      if (type === 'keep') continue
      if ('delta' in event) this.#charsLeft -= event.delta.length
      this.hasContent = true
      this.broughtContent = true
      if (type === 'reasoning') this.hasThoughts = true
      else this.hasAnswer = type !== 'was-thought'
    }
  }

  /** What can be stored as it is shown: without NUL, and characters whole. */
  #wellFormed(delta: string): string {
    if (this.#half === '' && isStorable(delta)) return delta
    let text = this.#half + delta
    const last = text.charCodeAt(text.length - 1)
    const torn = last >= 0xd800 && last <= 0xdbff
    this.#half = torn ? text.slice(-1) : ''
    if (torn) text = text.slice(0, -1)
    return storable(text)
  }
}

/** Where none of the names that are known has one. */
function withThought(chunk: Chunk, kept: Fields | undefined): Chunk {
  const delta = kept && !chunk.pieces.some(({ type }) => type === 'reasoning') ? thoughtIn(kept) : ''
  return delta ? { ...chunk, pieces: [{ type: 'reasoning', delta }, ...chunk.pieces] } : chunk
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}

/**
 * How an answer ended that ended by itself, but not whole; undefined where it is whole.
 * @param outputTokens null: unknown
 * @param maxOutputTokens what was asked for
 */
export function endedEarly(
  { finishReason, hasAnswer, hasThoughts }: Pick<AnswerReader, 'finishReason' | 'hasAnswer' | 'hasThoughts'>,
  usage: { readonly outputTokens: number; readonly reasoningTokens: number | null } | null,
  maxOutputTokens: number,
): string | undefined {
  if (finishReason === null) return errorType.noFinishReason
  if (finishReason === 'content_filter') return errorType.contentFilter
  if (finishReason !== 'length') return undefined
  if (usage && usage.outputTokens < maxOutputTokens) return errorType.contextFull
  return !hasAnswer && (hasThoughts || usage?.reasoningTokens) ? errorType.spentThinking : errorType.length
}

/** Counts come whole each time, or one part with each chunk; a zero or nothing takes nothing back. */
function merged(before: Fields, after: Fields): Fields {
  const fields: Record<string, unknown> = { ...before }
  for (const [name, value] of Object.entries(after)) if (value || !fields[name]) fields[name] = value
  return fields
}
