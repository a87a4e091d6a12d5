import { errorType } from '@repo/telemetry/catalogue'
import { storable } from '../../db/storable.ts'
import * as features from '../features.ts'
import { type ProviderError, refusedInStream } from '../provider-error.ts'
import type { ProviderEvent, RawToolCall } from '../provider-event.ts'
import type { TextReader } from '../provider-feature.ts'
import type { Fields } from '../unknown-values.ts'
import { type Chunk, ChunkReader } from './read-chunk.ts'
import { StreamedToolCalls } from './streamed-tool-calls.ts'

/** Characters that a token can have in an answer that keeps to its limit: four are usual, eight in code. */
const CHARS_PER_TOKEN = 32
const NOTHING: readonly never[] = []
const featured = Object.values<features.ProviderFeature>(features)

/** Without the feature that looks through it, all text is what the server says that it is. */
const plainText: TextReader = {
  passes: () => true,
  thinks: false,
  add: (type, delta) => [{ type, delta }],
  end: () => NOTHING,
}

/** Third step: the chunks of one answer to what the turn gets of it. */
export class AnswerReader {
  readonly #chunks = new ChunkReader()
  readonly #calls: StreamedToolCalls
  readonly #by: string
  readonly #text: TextReader
  readonly #watches = featured.flatMap(({ chunks }) => chunks?.() ?? [])
  /** The first half of a character that two chunks tear apart. */
  #half = ''
  #refused = false
  #finishReason: string | null = null
  #done = false
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
   * @param tools what is offered
   * @param by whom what is kept goes back to: the server and the model
   * @param maxOutputTokens what was asked for; not every server keeps to it
   */
  constructor(callIds: Set<string>, tools: readonly features.OfferedTool[], by: string, maxOutputTokens: number) {
    this.#by = by
    this.#charsLeft = maxOutputTokens * CHARS_PER_TOKEN
    this.#calls = new StreamedToolCalls(callIds, new Set(tools.map(({ name }) => name)))
    const text = featured.find(({ text }) => text)?.text?.(by) ?? plainText
    const written = tools.length > 0 ? featured.find(({ written }) => written)?.written : undefined
    this.#text = written?.(text, tools) ?? text
  }

  /** Null as long as the provider has not said that the answer is whole, or why it is not. */
  get finishReason(): string | null {
    // Some say at the end only that it is the end: whole calls are meant.
    const implied = this.#done && this.#calls.areWhole() ? 'tool_calls' : null
    const said = this.isEndless ? 'length' : (this.#finishReason ?? implied)
    if (this.#refused && said === 'stop') return 'refusal'
    return said === 'error' || said === 'cut' ? null : said
  }

  /** It went on long after its limit, and would for ever. */
  get isEndless(): boolean {
    return this.#charsLeft < 0
  }

  /** @returns what an event brings; hot path */
  read(json: unknown): readonly ProviderEvent[] {
    const chunk = this.#chunks.read(json)
    this.broughtContent = false
    if (!chunk) return NOTHING
    const { pieces, calls, unknown } = chunk
    this.id ??= chunk.id
    this.model ??= chunk.model
    this.serviceTier = chunk.serviceTier
    if (chunk.usage) this.usage = this.usage ? merged(this.usage, chunk.usage) : chunk.usage
    if (chunk.finishReason !== null) this.#finishReason = chunk.finishReason
    if (chunk.done) this.#done = true
    for (const watch of this.#watches) watch.chunk(chunk.outer, chunk.message)
    const events = unknown || pieces.length > 0 || calls.length > 0 ? this.#eventsOf(chunk) : NOTHING
    if (chunk.error !== undefined) this.failure = refusedInStream(chunk.error)
    return events
  }

  /** Nothing comes any more. @returns what was held back, and what is told at the end */
  end(): readonly ProviderEvent[] {
    const events: ProviderEvent[] = this.#chunks.end().flatMap((json) => this.read(json))
    // Where a server tells of calls, those in the text are not its model's, or the same again.
    const ownCalls = this.#calls.all().length > 0
    for (const event of this.#text.end()) {
      if (event.type !== 'written-call') events.push(event)
      else if (ownCalls) events.push({ type: 'text', delta: event.raw })
      else events.push(...this.#calls.add({ ...event, index: undefined, id: undefined }).events)
    }
    events.push(...this.#calls.end())
    this.#note(events)
    // Told at the end: what it used may come after it.
    if (this.#finishReason === 'error') this.failure ??= refusedInStream({ error: { type: 'finish_reason' } })
    return this.hasContent ? [...events, ...this.#watches.flatMap((watch) => watch.end())] : events
  }

  calls(): readonly RawToolCall[] {
    return this.#calls.all()
  }

  #eventsOf(chunk: Chunk): readonly ProviderEvent[] {
    const { pieces, calls, unknown } = chunk
    const first = pieces[0]
    // Nearly always: more of a text in which nothing is to be looked for.
    if (first?.type !== 'text' || pieces.length > 1 || calls.length > 0 || unknown || !this.#passes(first.delta))
      return this.#content(chunk)
    this.broughtContent = true
    this.#charsLeft -= first.delta.length
    return [{ type: 'text', delta: first.delta }]
  }

  #passes(text: string): boolean {
    return this.hasAnswer && this.#half === '' && this.#text.passes(text) && isStorable(text)
  }

  #content({ pieces, calls, message, unknown }: Chunk): readonly ProviderEvent[] {
    const events: ProviderEvent[] = []
    const keep = (fields: Fields | undefined, callId?: string) =>
      fields && events.push({ type: 'keep', by: this.#by, fields, callId })
    if (!this.#reasoningContent && message?.reasoning_content) {
      this.#reasoningContent = true
      keep({ reasoning_content: true })
    }
    keep(unknown)
    for (const { type, delta } of pieces) {
      if (type === 'refusal') this.#refused = true
      const text = this.#wellFormed(delta)
      if (text !== '') events.push(...this.#text.add(type === 'reasoning' ? type : 'text', text))
      if (this.#text.withholds) this.broughtContent = true
    }
    for (const piece of calls) {
      const { id, events: told } = this.#calls.add(piece)
      events.push(...told)
      if (id) keep(piece.unknown, id)
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
