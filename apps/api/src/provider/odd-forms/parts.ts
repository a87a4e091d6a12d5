import { type Fields, listOf, recordOf } from '../unknown-values.ts'

/** Names of thoughts, as new servers make them up; what proves or hides one is none. */
const THOUGHT = /^(?!.*(signature|encrypted|opaque|_id$|tokens|format|effort|finish)).*(reason|think|thought|cot)/i
const THOUGHTS = /^(reasoning|reasoning_content|reasoning_details|thinking(_blocks)?)$/
/** Where the text of a part is, in whatever depth. */
const TEXTS = ['text', 'value', 'thinking', 'summary', 'reasoning', 'content', 'refusal', 'transcript', 'delta']

/** A message whose content is text, with what its parts have of thoughts, refusals and calls where those belong. */
export function withParts(message: Fields): Fields {
  const { content, content_blocks: blocks, audio, images, refusal, ...others } = message
  const isThought = saysThought(message)
  if (typeof content === 'string' && content !== '' && !audio && !images && !refusal && !isThought)
    return content === message.content && !blocks ? message : { ...others, content }
  const given = [content || blocks, audio, images].flatMap((one) => (Array.isArray(one) ? one : [one]))
  const joined = (type: string) => given.map((one) => (typeOf(one, isThought) === type ? textOf(one) : '')).join('')
  const calls = given.filter((one) => typeOf(one) === 'call')
  return {
    ...others,
    content: joined('text'),
    refusal: joined('refusal') + textIn(refusal),
    ...(joined('reasoning') && { reasoning: joined('reasoning') }),
    ...(calls.length > 0 && { calls }),
  }
}

/** Of a text that stands where answers do. */
function saysThought(message: Fields): boolean {
  const flags = [message, recordOf(recordOf(message.extra_content)?.google)]
  const isFlag = ([name, value]: [string, unknown]) => value === true && /think|thought|reasoning/.test(name)
  return message.channel === 'analysis' || flags.some((of) => of && Object.entries(of).some(isFlag))
}

function typeOf(part: unknown, isThought = false): string {
  const of = recordOf(part)
  const kind = String(of?.type)
  if (/^(tool_use|tool_call|function_call)$/.test(kind)) return 'call'
  if (isThought || /thinking|reasoning|thought/.test(kind) || of?.thought === true || hasThinking(of))
    return 'reasoning'
  return kind === 'refusal' ? 'refusal' : 'text'
}

function hasThinking(part: Fields | null): boolean {
  return part !== null && ('thinking' in part || hasThinking(recordOf(part.delta)))
}

function textOf(part: unknown): string {
  return /image/.test(String(recordOf(part)?.type)) ? '[image]' : textIn(part)
}

/** The text of a part, or of a list of parts. */
function textIn(value: unknown, depth = 0): string {
  if (typeof value === 'string') return value
  if (depth > 4) return ''
  if (Array.isArray(value)) return value.map((one) => textIn(one, depth + 1)).join('')
  const part = recordOf(value)
  const name = part && TEXTS.find((one) => part[one] !== undefined && part[one] !== null)
  return name ? textIn(part[name], depth + 1) : ''
}

/**
 * The thought of a message. It often stands in several fields: the first that has it counts. A signed block may say again
 * what came before in pieces.
 * @param before characters of the thoughts so far
 */
export function thoughtIn(message: Fields, before: number): string {
  for (const [name, value] of Object.entries(message)) {
    const thought = (typeof value === 'string' ? THOUGHT : THOUGHTS).test(name) ? textIn(value) : ''
    const isSigned = listOf(value).some((one) => recordOf(one)?.signature)
    if (thought !== '' && !(isSigned && thought.length === before)) return thought
  }
  return ''
}
