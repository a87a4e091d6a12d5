import type { ProviderFeature } from '../provider-feature.ts'
import { isObject, looseJson, recordOf } from '../unknown-values.ts'

/** What models make of the names of tools and of JSON. */
export const mendedCalls: ProviderFeature = { calls: { name: toolMeant, input: objectIn } }

/** Models put a namespace before the name of a tool, or tokens of their template behind. */
function toolMeant(written: string, tools: ReadonlySet<string>): string | undefined {
  const bare = written.replace(/(<\|.*|:\d+)$/s, '').replace(/^.*[.:/]/, '')
  const same = (tool: string) => tool.toLowerCase() === bare.toLowerCase()
  return [...tools].find(same)
}

/** Braces that are tried: a text without an end must not cost one look at all of it each. */
const MOST_ENDS = 100

/**
 * The JSON object that is meant, where the text is none as it is: it goes on with a repetition or a tag, is in a fence or
 * in a text or a list of its own, or is written otherwise; else the text. Where the pieces together are an object they
 * are not looked through: an object inside another may look like a repetition.
 */
function objectIn(text: string, last: string): string {
  if (last.startsWith('{') && isObject(last)) return last
  const plain = text
    .trim()
    .replace(/^```\w*|```$/g, '')
    .trim()
  const value = plain === '' ? null : looseJson(plain)
  if (value === null || value === '') return ''
  const within = typeof value === 'string' ? looseJson(value) : value
  const object = recordOf(Array.isArray(within) ? within[0] : within)
  if (object) return JSON.stringify(object)
  let end = plain.startsWith('{') ? plain.indexOf('}') : -1
  for (let tried = 0; end !== -1 && tried < MOST_ENDS; tried++, end = plain.indexOf('}', end + 1))
    if (isObject(plain.slice(0, end + 1))) return plain.slice(0, end + 1)
  return text
}
