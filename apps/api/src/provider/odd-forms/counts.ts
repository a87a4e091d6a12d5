import { type Fields, listOf, recordOf } from '../unknown-values.ts'

/** Of counts, whoever counts. */
const COUNT = /^(prompt|input|output|completion|candidates|predicted|eval|native_tokens)/i
/** Where vendors put them; never what the model itself wrote. */
const COUNTED = /usage|metric|meta|timings|tokens|groq|choices|delta|message|billed/i

/** What an event counts: `usage`, else whatever in it has the names of counts. Unchecked: the prices know its forms. */
export function countsIn(value: unknown, depth = 0): Fields | null {
  const of = recordOf(value)
  const entries = Object.entries(of ?? listOf(value))
  if (of && entries.some(([name, count]) => COUNT.test(name) && isCount(count))) return of
  if (depth > 3) return null
  const inner = [of?.usage, ...entries.flatMap(([name, one]) => (!of || COUNTED.test(name) ? [one] : []))]
  for (const one of inner) {
    const found = typeof one === 'object' ? countsIn(one, depth + 1) : null
    if (found) return found
  }
  return null
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && /^\s*-?\d/.test(value))
}
