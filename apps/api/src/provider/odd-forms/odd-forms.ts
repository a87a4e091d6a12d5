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
    const inner =
      given.choices === undefined
        ? Object.values(given)
            .map(recordOf)
            .find((one) => one?.choices)
        : null
    const outer = inner ? { usage: given.usage, ...inner } : given
    const choice = this.#choice(outer)
    if (!choice) {
      if (listOf(outer.choices).length > 0 && this.#others.length < MOST_OTHERS) this.#others.push(given)
      const error = errorIn(outer)
      if (!error && Object.keys(outer).some((name) => MAY_BE_ERROR.test(name))) this.#odd ??= outer
      return { ...outer, choices: [{ finish_reason: finishIn(outer) }], error, usage: countsIn(outer) }
    }
    const delta = typeof choice.delta === 'string' ? { content: choice.delta } : recordOf([choice.delta].flat()[0])
    const streamed = recordOf(delta?.message) ?? delta
    const whole = streamed ? null : recordOf(choice.message)
    const beside = Object.entries(choice).filter(([name]) => BESIDE.test(name))
    const { text, ...own }: Fields = { ...Object.fromEntries(beside), ...(streamed ?? whole) }
    const message = withCalls(withThought(withParts({ ...own, content: own.content ?? text }), said))
    // Whole messages are for servers that do not stream; others repeat in them what they have streamed.
    if (whole && said.text > 0) message.content = null
    if (whole && said.calls > 0) message.tool_calls = null
    const finish_reason = finishIn(choice) ?? finishIn(message) ?? finishIn(outer)
    return {
      ...outer,
      error: errorIn(outer) ?? (isSaid(choice.error) ? choice.error : undefined),
      usage: finish_reason ? countsIn(outer) : outer.usage,
      choices: [{ delta: { ...message, finish_reason: null }, finish_reason }],
    }
  }

  #choice({ choices }: Fields): Fields | null {
    const map = recordOf(choices)
    const all = map && ['0', '1'].some((key) => key in map) ? Object.values(map) : [choices].flat(2)
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

/** What of a message stands beside it. */
const BESIDE = /^(content|text|refusal|tool_calls|function_call|(reasoning|thinking|thought)\w*)$/
const FINISH = /^(native_)?(finish|stop|done|end)_?reason$|^finish_details$/i

/** Why an answer ends, by whatever name; null for nothing said. */
function finishIn(of: Fields): unknown {
  if (isSaid(of.finish_reason)) return of.finish_reason
  return Object.entries(of).find(([name, value]) => isSaid(value) && FINISH.test(name))?.[1] ?? null
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
  const code = outer.code ?? outer.statusCode
  // Below 400 HTTP has no errors.
  const fails = typeof outer.message === 'string' && code && !(Number(code) >= 100 && Number(code) < 400)
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
