/** Longer ones are no word of a provider's. */
const LONGEST = 64

/** What means the same as a word of OpenAI's, the first that fits; `cut` and `error` are not ends of a whole answer. */
const meanings: readonly (readonly [string, RegExp])[] = [
  [
    'error',
    /malformed|unexpected|insufficient|overload|quota|rate_limit|^error$|(network|server|internal)_error|^fail/,
  ],
  ['content_filter', /filter|safety|recitation|prohibit|block|spii|guardrail|sensitive|toxic|moderat|policy|violat/],
  ['length', /length|limit|max_|window|exceed|incomplete/],
  ['tool_calls', /tool|function/],
  ['refusal', /^refus/],
  ['stop', /^(stop|eos|eot|end|complete|done|finish|success|normal)|(^|_)stop$/],
  ['cut', /abort|cancel|interrupt|time_?out|disconnect/],
]

/**
 * How a model says that its answer ends, in OpenAI's words where there is one, else in its own: what is unknown makes no
 * good answer bad.
 * @returns null for nothing
 */
export function finishReasonOf(value: unknown): string | null {
  if (value === null || value === undefined) return null
  // Some wrap it, some have the number of an enumeration.
  const within = typeof value === 'object' ? Object.values(value) : [value]
  const own = within.find((one) => typeof one === 'string') ?? within[0]
  if (typeof own !== 'string' && typeof own !== 'number' && own !== true) return null
  const word = String(own)
    .trim()
    .replace(/^finish_?reason[._]/i, '')
    .replace(/(?<=[a-z])(?=[A-Z])|[\s-]/g, '_')
    .toLowerCase()
  if (word === '' || word === 'null' || word === 'none' || word === 'unspecified') return null
  return (
    meanings.find(([, words]) => words.test(word))?.[0] ?? (word.replace(/[^\w.:]/g, '_').slice(0, LONGEST) || null)
  )
}
