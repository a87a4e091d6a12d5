import type OpenAI from 'openai'

export type RequestBody = OpenAI.ChatCompletionCreateParamsStreaming

/** What is known of how a model wants to be asked. */
export interface LearnedForm {
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
  /** Names of tools that it refuses. */
  readonly refusedTools: Set<string>
}

/** Models of OpenAI's that know only the newer name, wherever they are; others ignore it, and so would have no limit. */
const NEWER_NAME = /(^|[/.])(gpt-[5-9]|o[1-9])(?![a-z0-9])/

/** @param tools false: it is known to take none */
export function newForm(model: string, tools: boolean): LearnedForm {
  const names = ['max_tokens', 'max_completion_tokens']
  return {
    limits: NEWER_NAME.test(model) ? names.reverse() : names,
    without: new Set(tools ? [] : ['tools']),
    system: true,
    shortIds: false,
    keep: true,
    reasoning: 'as sent',
    window: null,
    emptyText: false,
    signatures: false,
    plainSchemas: false,
    refusedTools: new Set(),
  }
}

/** Tools of one server that are tried one by one; with the next refused one all of it are left out. */
const MAX_REFUSED_TOOLS = 3
const NEVER_LEFT_OUT = new Set(['model', 'messages', 'stream', 'tools'])
/** It answers, but all at once. */
const NO_STREAM = /\bstream(ing)?\b/i
/** A complaint about a value, not about the field. */
const VALUE =
  /too (large|long|high|big|many)|exceed|maximum|at most|less than|greater than|larger than|between|\brange\b/i
const REFUSES =
  /not (support|allow|permit|enabl|available|recogni|implement)|n't (support|allow)|unsupported|unknown|unrecogni[sz]ed|unexpected|invalid|requires?|no endpoints|extra|cannot|forbidden/i

/**
 * Changes the form by what the model refuses.
 * @param refusal the provider's own words
 * @param sent what was refused
 * @returns what it does not take; null where the refusal says nothing that could be done otherwise
 */
export function learn(form: LearnedForm, refusal: string, sent: RequestBody): string | null {
  const names = (name: string) => new RegExp(`(?<![\\w-])${name.replaceAll(/[^\w-]/g, '\\$&')}(?![\\w-])`).test(refusal)
  const fields: readonly string[] = Object.keys(sent)

  const limit = ['max_tokens', 'max_completion_tokens'].find((name) => fields.includes(name))
  if (limit && names(limit) && !VALUE.test(refusal)) {
    form.limits = form.limits.filter((name) => name !== limit)
    return limit
  }
  if (limit && names(limit) && !/\b(prompt|input|messages?)\b/i.test(refusal)) {
    // Its answers are never that long: they need no limit.
    form.limits = []
    return `${limit} of this size`
  }
  const field = fields.find((name) => name !== limit && !NEVER_LEFT_OUT.has(name) && names(name))
  if (field) {
    form.without.add(field)
    return field
  }
  const lesson =
    messageLesson(form, refusal, sent) ?? (sent.tools ? toolLesson(form, refusal, sent.tools, names) : null)
  if (lesson || !sent.stream || !NO_STREAM.test(refusal) || !(REFUSES.test(refusal) || /verified/i.test(refusal)))
    return lesson
  form.without.add('stream').add('stream_options')
  return 'stream'
}

function messageLesson(form: LearnedForm, refusal: string, { messages }: RequestBody): string | null {
  const calls = messages.flatMap((message) => (message.role === 'assistant' ? (message.tool_calls ?? []) : []))
  if (/reasoning_content/.test(refusal)) {
    const missing =
      /missing|must|required|passed back|need/i.test(refusal) &&
      !/must not|unsupported|unknown|not (allow|permit|support)/i.test(refusal)
    if (form.reasoning === (missing ? 'always' : 'never')) return null
    form.reasoning = missing ? (form.reasoning === 'with calls' ? 'always' : 'with calls') : 'never'
    return missing ? 'messages without reasoning_content' : 'reasoning_content'
  }
  if (/thought_signature/.test(refusal) && !form.signatures) {
    form.signatures = true
    return 'calls without a signature'
  }
  const ids = /tool.?call.?id|call_id|tool_use|function.?call.?id|tool call id/i
  if (
    calls.length > 0 &&
    !form.shortIds &&
    ids.test(refusal) &&
    /length|pattern|match|a-z|character|format|long|invalid/i.test(refusal)
  ) {
    form.shortIds = true
    return 'the ids of calls'
  }
  if (!form.emptyText && /\bcontent\b/.test(refusal) && /(valid|a) string|null|none\b/i.test(refusal)) {
    form.emptyText = true
    return 'an answer without text'
  }
  const kept = messages.flatMap((message) => Object.keys(message)).concat(calls.flatMap((call) => Object.keys(call)))
  if (form.keep && kept.some((name) => !KNOWN.has(name) && refusal.includes(name))) {
    form.keep = false
    return 'what it sent beside its message'
  }
  const system =
    /\b(system|developer)\b.{0,40}\b(role|message|instruction|prompt)|\brole\b.{0,60}\b(system|developer)\b/i.test(
      refusal,
    ) &&
    REFUSES.test(refusal) &&
    !/alternate|optional system/i.test(refusal)
  const first = /messages[.[]0\]?\.role\b|first message must/i.test(refusal)
  if (form.system && (system || first) && messages[0]?.role === 'system') {
    form.system = false
    return 'the role "system"'
  }
  return null
}

const KNOWN = new Set(['role', 'content', 'tool_calls', 'tool_call_id', 'id', 'type', 'function'])

function toolLesson(
  form: LearnedForm,
  refusal: string,
  tools: NonNullable<RequestBody['tools']>,
  names: (name: string) => boolean,
): string | null {
  const offered = tools.flatMap((tool) => (tool.type === 'function' ? [tool.function.name] : []))
  const place = /function_declarations\[(\d+)/.exec(refusal) ?? /(?:tools|functions)[.[](\d+)/.exec(refusal)
  const named = offered.toSorted((a, b) => b.length - a.length).find(names) ?? (place && offered[Number(place[1])])
  const schema = /schema|parameters|properties|function_declarations/i.test(refusal)
  if ((named || schema) && !form.plainSchemas) {
    form.plainSchemas = true
    return named ? `the schema of the tool ${named}` : 'the schema of a tool'
  }
  if (named) {
    const server = named.includes('__') ? `${named.split('__')[0]}__` : named
    const ofServer = offered.filter((name) => name.startsWith(server))
    const before = [...form.refusedTools].filter((name) => name.startsWith(server)).length
    for (const name of before < MAX_REFUSED_TOOLS ? [named] : ofServer) form.refusedTools.add(name)
    return `the tool ${named}`
  }
  if (schema) {
    // It does not say which: those of others are more likely than our own.
    const others = offered.filter((name) => name.includes('__'))
    for (const name of others.length > 0 ? others : offered) form.refusedTools.add(name)
    return 'one of the tools'
  }
  if (/\btools?\b|function.?call|\bfunctions?\b/i.test(refusal) && REFUSES.test(refusal)) {
    form.without.add('tools')
    return 'tools'
  }
  return null
}
