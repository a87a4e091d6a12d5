import type { Readable } from 'node:stream'
import type { Tool } from '../extension-points/tools.ts'
import type { ProviderEvent } from './provider-event.ts'
import type { RefusedCall } from './request/request-form.ts'
import type { Fields } from './unknown-values.ts'

/** What takes part in model calls, and can be taken out. */
export interface ProviderFeature {
  /**
   * Takes a refusal of a call, and changes what of its form the provider does not take.
   * @returns what that is; null: it says nothing that could be done otherwise
   */
  readonly learn?: (failure: Refused, call: RefusedCall) => string | null
  /** Reads the text of one answer. @param by the server and the model */
  readonly text?: (by: string) => TextReader
  /** Reads the calls in a text, and gives the rest to `inner`. @param tools what is offered, which is something */
  readonly written?: (inner: TextReader, tools: readonly OfferedTool[]) => TextReader
  readonly refusals?: Refusals
  /** Why nobody was reached, where it knows better: an `error.type`. */
  readonly unreachable?: (error: unknown) => string | null
  /** For people, of an `error.type` that is its own. */
  readonly sentences?: Readonly<Record<string, string>>
  readonly bytes?: OddBytes
  readonly calls?: CallMending
  /** Reads the events of one answer that are more than a piece of text in OpenAI's own form. */
  readonly events?: () => EventReader
  /** Looks at the chunks of one answer. */
  readonly chunks?: () => ChunkWatch
}

export type TextEvent = Extract<ProviderEvent, { type: 'text' | 'reasoning' | 'was-thought' }>

/** Tells what belongs to an answer from what does not, and thoughts from text. */
export interface TextReader {
  /** Whether it is text in which nothing is to be looked for, as nearly always. Hot path */
  passes(text: string): boolean
  /** @param type as the server has it */
  add(type: 'text' | 'reasoning', delta: string): readonly TextEvent[]
  /** It is in a thought. */
  readonly thinks: boolean
  /** What comes is kept until its end is known, and is no text. */
  readonly withholds?: boolean
  /** Nothing comes any more. @returns what was held back */
  end(): readonly (TextEvent | WrittenCall)[]
}

export type OfferedTool = Pick<Tool, 'name' | 'inputSchema'>

/** A call that stood in the text. */
export interface WrittenCall {
  readonly type: 'written-call'
  readonly name: string
  /** Its arguments: a JSON object. */
  readonly text: string
  /** As it came. */
  readonly raw: string
}

export interface ChunkWatch {
  /** @param outer the event, and the message in it; unchecked. Hot path */
  chunk(outer: Fields, message: Fields | null): void
  /** @returns what is told at the end of an answer that has content */
  end(): readonly ProviderEvent[]
}

/** What a provider says of why it refused, in its own words: it may quote the prompt, the account or the key. */
export interface Refusal {
  readonly code: string | null
  readonly type: string | null
  readonly param: string | null
  readonly message: string
  /** The HTTP status that it names itself, as errors inside a stream do. */
  readonly status: number | null
}

export interface Refused {
  /** An `error.type`. */
  readonly type: string
  readonly refusal: Refusal | null
}

export interface Refusals {
  /** @param body JSON, or the text of a body that may be JSON */
  read(body: unknown): Refusal
  /**
   * Which of the kinds that people can do something about it is: an `error.type`, or null for none.
   * @param status of HTTP; null inside a stream
   * @param passing whether the provider says when to come back
   */
  kindOf(refusal: Refusal, status: number | null, passing: boolean): string | null
  /** For telemetry: without keys, and without what was sent. @param sent texts of people, models and tools */
  attributes(refusal: Refusal, sent: readonly string[]): Record<string, string>
}

/** Characters of text and of thoughts, and pieces of calls, that were read so far. */
export type Said = Record<'text' | 'thoughts' | 'calls', number>

export interface EventReader {
  /** @returns the event as OpenAI would send it, its values still unchecked */
  normal(event: Fields, said: Said): Fields
  /** Nothing comes any more. @returns events to read after all */
  end(said: Said): readonly unknown[]
}

export interface CallMending {
  /** @returns the tool that is meant by what the model wrote, if there is one */
  name(written: string, tools: ReadonlySet<string>): string | undefined
  /**
   * @param text what is no JSON object as it is
   * @param last the piece of it that came last
   * @returns the object that is meant; else the text
   */
  input(text: string, last: string): string
}

export interface OddBytes {
  /** By the first bytes of a body, which the headers do not say. */
  isCompressed(first: Uint8Array): boolean
  inflated(wire: Readable): Readable
  /** A label of `TextDecoder`. */
  encoding(first: Uint8Array): string
}
