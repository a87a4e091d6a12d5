import type OpenAI from 'openai'
import type { PromptMessage } from './prompt-message.ts'

export type RequestBody = OpenAI.ChatCompletionCreateParamsStreaming

/** How a model wants to be asked, as far as is known. */
export interface RequestForm {
  /** Names for the output limit that are left to try; the first one is used. */
  limits: string[]
  /** Fields of the body that it does not take. */
  readonly without: Set<string>
  /** False: instructions stand in the first question. */
  system: boolean
  /** Ids of calls are nine letters and digits. */
  shortIds: boolean
  /** What it sends beside its message may go back. */
  keep: boolean
  /** Which messages have its thoughts as `reasoning_content`: where it sent them so, all with calls, all, or none. */
  reasoning: 'as sent' | 'with calls' | 'always' | 'never'
  /** Tokens of prompt and answer together, where it has told. */
  window: number | null
  /** An answer that is nothing but calls has a text, an empty one. */
  emptyText: boolean
  /** Calls of other models need a signature. */
  signatures: boolean
  plainSchemas: boolean
  /** How many pictures one request may have; the newest are sent. */
  pictures: number
  /** Names of tools that it refuses. */
  readonly refusedTools: Set<string>
}

/** A model call that was refused. What is changed in it counts when it is asked again; the form is for later calls, too. */
export interface RefusedCall {
  readonly form: RequestForm
  readonly sent: RequestBody
  readonly maxOutputTokens: number
  /** False: without a limit of its answer. */
  limited: boolean
  /** False: those of this call were refused for what they are. */
  withPictures: boolean
  messages: readonly PromptMessage[]
}

/** Models of OpenAI's that know only the newer name, wherever they are; others ignore it, and so would have no limit. */
const NEWER_NAME = /(^|[/.])(gpt-[5-9]|o[1-9])(?![a-z0-9])/

/** @param takes false: it is known to take none */
export function newForm(model: string, takes: { readonly tools: boolean; readonly images: boolean }): RequestForm {
  const names = ['max_tokens', 'max_completion_tokens']
  return {
    limits: NEWER_NAME.test(model) ? names.reverse() : names,
    without: new Set(takes.tools ? [] : ['tools']),
    pictures: takes.images ? Number.POSITIVE_INFINITY : 0,
    ...{ system: true, shortIds: false, keep: true, reasoning: 'as sent', window: null },
    ...{ emptyText: false, signatures: false, plainSchemas: false, refusedTools: new Set() },
  }
}
