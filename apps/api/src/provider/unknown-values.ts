import JSON5 from 'json5'

export type Fields = Readonly<Record<string, unknown>>

export function recordOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** Whether it says something: not null, 0, an empty text, or what has nothing else in it. */
export function isSaid(value: unknown): boolean {
  return typeof value === 'object' && value !== null
    ? Object.values(value).some(isSaid)
    : Boolean(value) && value !== 'null'
}

/** Characters. Longer ones are no names, and would be stored and sent with every answer. */
const LONGEST_NAME = 256

/** An id, or the name of a model: a string that says something, cut. */
export function nameOf(value: unknown): string | null {
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'string') return null
  const plain = value.replace(/\p{Cc}/gu, '')
  return plain.slice(0, LONGEST_NAME).toWellFormed() || null
}

/** Characters. JSON5 takes a second for a million. */
const LONGEST_LOOSE = 100_000
/** Outside of texts: words of Python and JavaScript, and values without a comma between. */
const TOKENS = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\b(?:None|undefined|True|False)\b|\}\s*\{/gs
const words: Readonly<Record<string, string>> = { None: 'null', undefined: 'null', True: 'true', False: 'false' }

/**
 * JSON as servers and models write it: with single quotes, trailing commas, raw control characters, the words of Python,
 * or several values one after the other, which become a list. What is cut off stays broken.
 * @returns undefined for what is no JSON
 */
export function looseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    if (text.length > LONGEST_LOOSE) return undefined
    let several = false
    const mended = text.replace(TOKENS, (token) => {
      if (token.startsWith('}')) several = true
      return words[token] ?? (token.startsWith('}') ? '},{' : token.replace(/\p{Cc}/gu, escaped))
    })
    try {
      return JSON5.parse(several ? `[${mended}]` : mended)
    } catch {
      return undefined
    }
  }
}

function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** Whether a text is a JSON object as it is, and whole. */
export function isObject(text: string): boolean {
  if (!text.trimEnd().endsWith('}')) return false
  try {
    return recordOf(JSON.parse(text)) !== null
  } catch {
    return false
  }
}
