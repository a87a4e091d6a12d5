import { type Fields, listOf, recordOf } from '../unknown-values.ts'

/** Of counts, whoever counts. */
const COUNT = /^(prompt|input|output|completion|candidates|predicted|eval|native_tokens)/i
/** Where vendors put them; never what the model itself wrote. */
const COUNTED = /usage|metric|meta|timings|tokens|groq|choices|delta|message|billed/i
/** All within is about the answer, whatever a vendor calls it. */
const ABOUT = /usage|metric|meta/i

/** What an event counts: `usage`, else whatever in it has the names of counts. Unchecked: the prices know its forms. */
export function countsIn(value: unknown, depth = 0, isAbout = false): Fields | null {
  const of = recordOf(value)
  const entries = Object.entries(of ?? listOf(value))
  if (of && entries.some(([name, count]) => COUNT.test(name) && isCount(count))) return of
  if (depth > 3) return null
  for (const [name, one] of [['usage', of?.usage] as const, ...entries]) {
    if (typeof one !== 'object' || (of && !isAbout && !COUNTED.test(name))) continue
    const found = countsIn(one, depth + 1, isAbout || ABOUT.test(name))
    if (found) return found
  }
  return null
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && /^\s*-?\d/.test(value))
}
