/** Longer ones are no word of a provider's. */
const LONGEST = 64

/** What means the same as a word of OpenAI's; `cut` and `error` are not ends of a whole answer. */
const meanings: Record<string, string> = {
  stop: 'stop stopped end_turn eos eos_token stop_sequence stop_token matched_stop end_of_turn complete completed done finish finished',
  length:
    'length limit max_tokens max_length max_output_tokens token_limit model_length error_limit context_length model_context_window_exceeded incomplete',
  content_filter:
    'content_filter content_filtered safety recitation prohibited_content blocklist spii image_safety guardrail_intervened sensitive error_toxic moderation',
  tool_calls: 'tool_calls tool_call tool_use function_call',
  refusal: 'refusal',
  error: 'error network_error server_error failed engine_overloaded insufficient_system_resource',
  cut: 'abort aborted cancelled canceled interrupted timeout',
}
const known = new Map(
  Object.entries(meanings).flatMap(([meaning, words]) => words.split(' ').map((word) => [word, meaning])),
)

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
  return known.get(word) ?? (word.replace(/[^\w.:]/g, '_').slice(0, LONGEST) || null)
}
