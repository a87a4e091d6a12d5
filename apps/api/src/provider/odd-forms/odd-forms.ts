import type { EventReader, ProviderFeature, Said } from '../provider-feature.ts'
import { type Fields, isSaid, listOf, looseJson, recordOf } from '../unknown-values.ts'
import { bytes } from './bytes.ts'
import { countsIn } from './counts.ts'
import { thoughtIn, withParts } from './parts.ts'

/** What compatible servers send otherwise than OpenAI. Nothing here knows who sends: the forms are told by what they are. */
export const oddForms: ProviderFeature = { bytes, events: () => new OddForms() }

/** Chunks of answers that are not the first. */
const MOST_OTHERS = 10_000
const ERROR = /^(errors?|error_(code|msg|message|type)|detail|fault|exception|\w+Exception)$/
const MAY_BE_ERROR = /err|exception|fault|message|msg/i

class OddForms implements EventReader {
  /** Of several answers at once, the first is read; another one only where there is no first. */
  #index = 0
  #seen = false
  readonly #others: unknown[] = []
  /** It may be an error in a form of its own: it is one where nothing else came. */
  #odd: Fields | undefined

  normal(given: Fields, said: Said): Fields {
    // Some gateways put each chunk into a field of their own.
    const inner = [given.data, given.result, given.response, given.chunk].map(recordOf).find((one) => one?.choices)
    const outer = given.choices === undefined && inner ? inner : given
    const choice = this.#choice(outer)
    if (!choice) {
      if (listOf(outer.choices).length > 0 && this.#others.length < MOST_OTHERS) this.#others.push(given)
      const error = errorIn(outer)
      if (!error && Object.keys(outer).some((name) => MAY_BE_ERROR.test(name))) this.#odd ??= outer
      return { ...outer, choices: [{ finish_reason: outer.finish_reason }], error, usage: countsIn(outer) }
    }
    const finish =
      choice.finish_reason ?? choice.finishReason ?? choice.stop_reason ?? choice.native_finish_reason ?? null
    const streamed = typeof choice.delta === 'string' ? { content: choice.delta } : recordOf(choice.delta)
    const whole = streamed ? null : recordOf(choice.message)
    const message = withCalls(withThought(withParts(streamed ?? whole ?? { content: choice.text }), said))
    // Whole messages are for servers that do not stream; others repeat in them what they have streamed.
    if (whole && said.text > 0) message.content = null
    if (whole && said.calls > 0) message.tool_calls = null
    const finish_reason = finish ?? message.finish_reason ?? outer.finish_reason
    return {
      ...outer,
      error: errorIn(outer) ?? (isSaid(choice.error) ? choice.error : undefined),
      usage: finish_reason ? countsIn(outer) : outer.usage,
      choices: [{ delta: { ...message, finish_reason: null }, finish_reason }],
    }
  }

  #choice({ choices }: Fields): Fields | null {
    const all = Array.isArray(choices) ? choices : [choices]
    const found = all.find((one) => recordOf(one) && indexOf(one) === this.#index)
    this.#seen ||= found !== undefined
    return recordOf(found)
  }

  end({ text, thoughts, calls }: Said): readonly unknown[] {
    const nothing = text + thoughts + calls === 0
    if (!nothing || this.#seen) return nothing && this.#odd ? [{ error: this.#odd }] : []
    this.#index = indexOf(listOf(recordOf(this.#others[0])?.choices)[0])
    return this.#others.length > 0 ? this.#others.splice(0) : this.#odd ? [{ error: this.#odd }] : []
  }
}

/** What has none, or none that counts, is the first. */
function indexOf(choice: unknown): number {
  return Number(recordOf(choice)?.index ?? 0) || 0
}

/** @returns what says of an error, or undefined: a sign of life without choices is none */
function errorIn(outer: Fields): unknown {
  if (isSaid(outer.error)) return outer.error
  if (recordOf(outer.base_resp)?.status_code) return outer.base_resp
  if (outer.choices !== undefined && outer.choices !== null) return undefined
  const isError = [outer.object, outer.type, outer.status, outer.event].includes('error') || outer.success === false
  const fails = typeof outer.message === 'string' && (outer.code || outer.statusCode)
  const told = Object.entries(outer).some(([name, value]) => ERROR.test(name) && isSaid(value))
  return isError || fails || told ? (recordOf(listOf(outer.errors)[0]) ?? outer) : undefined
}

/** The thought of a message where OpenAI's servers that have one have it. */
function withThought(message: Fields, { thoughts }: Said): Fields {
  const { reasoning_content: own, reasoning } = message
  if (typeof own === 'string' && own !== '') return reasoning ? { ...message, reasoning: null } : message
  const thought = thoughtIn(message, thoughts)
  return thought === reasoning ? message : { ...message, reasoning_content: null, reasoning: thought }
}

/** Calls in a list, each with its index as a number and its arguments as text. */
function withCalls(message: Fields): Record<string, unknown> {
  const { tool_calls: own, toolCalls: camel, function_call: legacy, ...others } = message
  const calls = [own, camel, legacy, message.calls].find((one) => one)
  return calls ? { ...others, tool_calls: callsIn(calls) } : others
}

function callsIn(value: unknown): readonly Fields[] {
  if (typeof value === 'string') return callsIn(looseJson(value) ?? null)
  const one = recordOf(value)
  if (one && !('function' in one || 'name' in one || 'arguments' in one)) return callsIn(Object.values(one))
  return (one ? [one] : listOf(value)).flatMap((piece) => {
    const { index, ...call } = recordOf(piece) ?? {}
    const { name, arguments: given, input, parameters, ...others } = call
    const what = recordOf(call.function) ?? recordOf(call.custom) ?? call
    const text = what.arguments ?? what.input ?? what.parameters
    const { function: _, custom: __, ...kept } = others
    if (!recordOf(piece)) return []
    return {
      ...kept,
      index: index === null || index === undefined ? undefined : Number(index),
      function: { name: what.name, arguments: typeof text === 'string' ? text : text ? JSON.stringify(text) : '' },
    }
  })
}
