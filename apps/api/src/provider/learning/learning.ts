import { errorType } from '@repo/telemetry/catalogue'
import type { ProviderFeature } from '../provider-feature.ts'
import type { RefusedCall, RequestBody, RequestForm } from '../request/request-form.ts'

/** What a server does not take is known from what it refuses, never from its address. */
export const learning: ProviderFeature = {
  learn(failure, call) {
    if (!failure.refusal?.message || NOT_OF_FORM.has(failure.type)) return null
    // Its own words, without what it quotes of the request: that would teach what somebody asked.
    const { message, code, type, param } = failure.refusal
    const refusal = [message, code, type, param].join(' ')
    return learnForm(call.form, refusal, call.sent) ?? shorten(call, refusal)
  },
}

/** Nothing that another form of the request would change, whatever words it is told in. */
const NOT_OF_FORM: ReadonlySet<string> = new Set([
  ...['401', '402', '403', '429', '502', '503', '504', '529'],
  ...[errorType.keyRefused, errorType.outOfCredit, errorType.contentFilter, errorType.modelLoading],
])

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
const TOO_LONG =
  /context|max_new_tokens|too long|too large|too many tokens|n_ctx|maximum.{0,40}tokens|prompt.{0,20}(long|length)/i

function learnForm(form: RequestForm, refusal: string, sent: RequestBody): string | null {
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
  const lesson = messageLesson(form, refusal, sent) ?? toolLesson(form, refusal, sent, names)
  if (lesson || !sent.stream || !NO_STREAM.test(refusal) || !(REFUSES.test(refusal) || /verified/i.test(refusal)))
    return lesson
  form.without.add('stream').add('stream_options')
  return 'stream'
}

function messageLesson(form: RequestForm, refusal: string, { messages }: RequestBody): string | null {
  const calls = messages.flatMap((message) => (message.role === 'assistant' ? (message.tool_calls ?? []) : []))
  const says = (...all: RegExp[]) => all.every((words) => words.test(refusal))
  if (says(/reasoning_content/)) {
    const missing =
      says(/missing|must|required|passed back|need/i) &&
      !says(/must not|unsupported|unknown|not (allow|permit|support)/i)
    if (form.reasoning === (missing ? 'always' : 'never')) return null
    form.reasoning = missing ? (form.reasoning === 'with calls' ? 'always' : 'with calls') : 'never'
    return missing ? 'messages without reasoning_content' : 'reasoning_content'
  }
  const kept = [...messages, ...calls].flatMap((one) => Object.keys(one)).filter((name) => !KNOWN.has(name))
  const first = says(/messages[.[]0\]?\.role\b|first message must/i)
  const system =
    says(
      /\b(system|developer)\b.{0,40}\b(role|message|instruction|prompt)|\brole\b.{0,60}\b(system|developer)\b/i,
      REFUSES,
    ) && !says(/alternate|optional system/i)
  const lessons: readonly [what: string, applies: boolean, changed: Partial<RequestForm>][] = [
    ['calls without a signature', says(/thought_signature/), { signatures: true }],
    [
      'the ids of calls',
      calls.length > 0 &&
        says(
          /tool.?call.?id|call_id|tool.?use|function.?call.?id/i,
          /length|pattern|match|a-z|character|format|long|invalid/i,
        ),
      { shortIds: true },
    ],
    ['an answer without text', says(/\bcontent\b/, /(valid|a) string|null|none\b/i), { emptyText: true }],
    ['what it sent beside its message', kept.some((name) => refusal.includes(name)), { keep: false }],
    ['the role "system"', (system || first) && messages[0]?.role === 'system', { system: false }],
  ]
  const isNew = (changed: object) => Object.entries(changed).some(([key, to]) => form[key as keyof RequestForm] !== to)
  const lesson = lessons.find(([, applies, changed]) => applies && isNew(changed))
  Object.assign(form, lesson?.[2])
  return lesson?.[0] ?? null
}

const KNOWN = new Set(['role', 'content', 'tool_calls', 'tool_call_id', 'id', 'type', 'function'])

function toolLesson(
  form: RequestForm,
  refusal: string,
  { tools = [] }: RequestBody,
  names: (name: string) => boolean,
): string | null {
  if (tools.length === 0) return null
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
  if (!/\btools?\b|function.?call|\bfunctions?\b/i.test(refusal) || !REFUSES.test(refusal)) return null
  form.without.add('tools')
  return 'tools'
}

/** Refused for its length: first without room for a long answer, then without the oldest half of the conversation. */
function shorten(call: RefusedCall, refusal: string): string | null {
  if (!TOO_LONG.test(refusal)) return null
  const told = /(?:context|maximum)\D{0,60}?(\d{3,})|n_ctx\D{0,5}(\d{3,})/i.exec(refusal)
  call.form.window = Number(told?.[1] ?? told?.[2]) || null
  if (call.limited && call.form.limits.length > 0 && /completion|output|max[_ ](\w+_)?tokens/i.test(refusal)) {
    call.limited = false
    return `an answer of ${call.maxOutputTokens} tokens after this prompt`
  }
  const [system, ...rest] = call.messages
  const questions = rest.flatMap(({ role }, at) => (role === 'user' ? [at] : []))
  const from = questions[Math.ceil(questions.length / 2)]
  if (!system || from === undefined) return null
  call.messages = [system, ...rest.slice(from)]
  return 'a prompt of this length'
}
